/* SPDX-License-Identifier: ISC */
/* Protects: a packet is marked only where its sender asked for it, and its checksum still
 * holds (RFC 3168 5, RFC 1624). */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/congestion_mark.h"
#include "agent/ppp/ip_header.h"
#include "agent/ppp/ppp.h"
#include "agent/ppp/segment.h"

enum { ROUNDS = 100000, ECN = 3, SERVICE = 1 };

static uint8_t packet[IPV6_HEADER], before[IPV6_HEADER];

static void make(unsigned version)
{
	for (size_t i = 0; i < sizeof packet; i++)
		packet[i] = (uint8_t)rand();
	packet[0] = (uint8_t)(version << 4 | (version == 4 ? 5 : packet[0] & 0x0f));
}

/* Over any header, and with each checksum that there is. */
static void the_checksum_holds(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		make(4);
		packet[SERVICE] = (uint8_t)(packet[SERVICE] | 1 << i % 2);
		if (i <= UINT16_MAX) {
			memset(packet + 2, 0, IPV4_HEADER - 2);
			packet[SERVICE] = 1;
			put16(packet + IPV4_ID, i);
		}
		put16(packet + IPV4_CHECKSUM, 0);
		assert_int_equal(checksum_complete(packet, IPV4_HEADER, 0, IPV4_CHECKSUM),
				 0);
		memcpy(before, packet, sizeof packet);
		assert_true(congestion_mark(PROTOCOL_IP, packet, IPV4_HEADER));
		assert_int_equal(packet[SERVICE], before[SERVICE] | ECN);
		/* What a receiver sums up is all ones, in one of the two ways to write it.
		 */
		memcpy(before, packet, sizeof packet);
		put16(before + IPV4_CHECKSUM, 0);
		(void)checksum_complete(before, IPV4_HEADER, 0, IPV4_CHECKSUM);
		assert_int_equal(get16(before + IPV4_CHECKSUM) % UINT16_MAX,
				 get16(packet + IPV4_CHECKSUM) % UINT16_MAX);
	}
}

/* One that was damaged on its way must not become a good one. */
static void a_wrong_checksum_stays_wrong(void **state)
{
	(void)state;
	make(4);
	packet[SERVICE] = 2;
	put16(packet + IPV4_CHECKSUM, 0);
	assert_int_equal(checksum_complete(packet, IPV4_HEADER, 0, IPV4_CHECKSUM), 0);
	packet[IPV4_TTL] ^= 4;
	assert_true(congestion_mark(PROTOCOL_IP, packet, IPV4_HEADER));
	memcpy(before, packet, sizeof packet);
	put16(before + IPV4_CHECKSUM, 0);
	(void)checksum_complete(before, IPV4_HEADER, 0, IPV4_CHECKSUM);
	assert_int_not_equal(get16(before + IPV4_CHECKSUM), get16(packet + IPV4_CHECKSUM));
}

static void ipv6_has_it_across_two_bytes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		unsigned class;

		make(6);
		memcpy(before, packet, sizeof packet);
		class = get16(packet) >> 4 & 0xff;
		if ((class & ECN) != 0)
			put16(before, get16(before) | ECN << 4);
		assert_int_equal(congestion_mark(PROTOCOL_IPV6, packet, sizeof packet),
				 (class & ECN) != 0);
		assert_memory_equal(packet, before, sizeof packet);
	}
}

static void what_did_not_ask_stays_as_it_was(void **state)
{
	(void)state;
	make(4);
	packet[SERVICE] = 0xfc;
	memcpy(before, packet, sizeof packet);
	assert_false(congestion_mark(PROTOCOL_IP, packet, IPV4_HEADER));
	packet[SERVICE] = before[SERVICE] = 0xff;
	/* not whole, of another version than the frame says, or not IP */
	assert_false(congestion_mark(PROTOCOL_IP, packet, IPV4_HEADER - 1));
	assert_false(congestion_mark(PROTOCOL_IP, packet, 0));
	assert_false(congestion_mark(PROTOCOL_IPV6, packet, IPV6_HEADER));
	assert_false(congestion_mark(PROTOCOL_LCP, packet, IPV6_HEADER));
	packet[0] = before[0] = 0x65;
	assert_false(congestion_mark(PROTOCOL_IP, packet, IPV6_HEADER));
	assert_false(congestion_mark(PROTOCOL_IPV6, packet, IPV6_HEADER - 1));
	assert_memory_equal(packet, before, sizeof packet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_checksum_holds),
	    cmocka_unit_test(a_wrong_checksum_stays_wrong),
	    cmocka_unit_test(ipv6_has_it_across_two_bytes),
	    cmocka_unit_test(what_did_not_ask_stays_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
