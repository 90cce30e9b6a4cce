/* SPDX-License-Identifier: ISC */
/* Protects: a packet that is too large for the other end is cut as RFC 791 3.2 has it, and
 * only when its sender lets it be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/fragment.h"

enum {
	HEADER = 20,
	LONGEST = 60,
	PACKET_MAX = 65535,
	ROUNDS = 3000,
	MTU_MIN = 128,
	LAST = 8191
};

static uint8_t packet[PACKET_MAX], part[PACKET_MAX], whole[PACKET_MAX];

/* With that many bytes of header and of data, and that word of flags and offset. */
static size_t make(size_t header, size_t data, unsigned word)
{
	memset(packet, 1, header);
	packet[0] = (uint8_t)(0x40 | header / 4);
	put16(packet + 2, header + data);
	put16(packet + 6, word);
	for (size_t i = 0; i < data; i++)
		packet[header + i] = (uint8_t)rand();
	return header + data;
}

static unsigned sum(const uint8_t *header, size_t len)
{
	unsigned total = 0;

	for (size_t i = 0; i < len; i += 2)
		total += get16(header + i);
	while (total > UINT16_MAX)
		total = (total & UINT16_MAX) + (total >> 16);
	return total;
}

/* Puts them together again as a receiver would, and returns how much data that is. */
static size_t put_together(size_t len, unsigned mtu, unsigned word)
{
	size_t at = 0, end = 0, got;
	bool more = true;

	while ((got = fragment_next(packet, len, mtu, &at, part)) > 0) {
		const size_t header = (size_t)(part[0] & 0x0f) * 4;
		const size_t offset = (get16(part + 6) & 0x1fff) - (word & 0x1fff);

		assert_true(got <= mtu && got > header);
		assert_true(more);
		assert_int_equal(get16(part + 2), got);
		assert_int_equal(sum(part, header), UINT16_MAX);
		assert_int_equal(offset * 8, end);
		memcpy(whole + offset * 8, part + header, got - header);
		end += got - header;
		more = (get16(part + 6) & 0x2000) != 0;
		assert_false(more && (got - header) % 8 != 0);
	}
	/* The last says what the packet said. */
	assert_int_equal(more, (word & 0x2000) != 0);
	return end;
}

static void fragments_make_the_packet_again(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const size_t header = HEADER + (size_t)(rand() % 11) * 4;
		const unsigned mtu = MTU_MIN + (unsigned)rand() % 1400;
		size_t data = mtu + (size_t)rand() % (i % 10 == 0 ? 60000 : 3000), len;
		const unsigned word = i % 3 == 0 ? 0x2000 | (unsigned)rand() % 100 : i % 3;

		if (data > PACKET_MAX - LONGEST - 800)
			data = PACKET_MAX - LONGEST - 800;
		/* One with more to come carries whole units. */
		data = data / 8 * 8 + ((word & 0x2000) != 0 ? 0 : data % 8);
		len = make(header, data, word);
		assert_true(fragment_may(packet, len, mtu));
		assert_int_equal(put_together(len, mtu, word), data);
		assert_memory_equal(whole, packet + header, data);
	}
}

/* RFC 791 3.1: an option says itself whether it is to be in every fragment. */
static void options_are_copied_as_they_say(void **state)
{
	static const uint8_t options[] = {7, 4, 4, 0, 1, 0x88, 4, 0, 9, 0, 7, 7};
	static const uint8_t later[] = {1, 1, 1, 1, 1, 0x88, 4, 0, 9, 0, 7, 7};
	size_t at = 0, len = make(HEADER + sizeof options, 400, 0);

	(void)state;
	memcpy(packet + HEADER, options, sizeof options);
	assert_true(fragment_next(packet, len, 200, &at, part) > 0);
	assert_memory_equal(part + HEADER, options, sizeof options);
	assert_true(fragment_next(packet, len, 200, &at, part) > 0);
	assert_memory_equal(part + HEADER, later, sizeof later);
	/* What is no list of options goes as it came. */
	for (unsigned i = 0; i < ROUNDS; i++) {
		for (size_t j = 0; j < sizeof options; j++)
			packet[HEADER + j] = (uint8_t)rand();
		at = 0;
		while (fragment_next(packet, len, 200, &at, part) > 0)
			;
		assert_int_equal(at, 400);
	}
}

static void what_must_not_be_cut_is_not(void **state)
{
	size_t len = make(HEADER, 400, 0x4000);

	(void)state;
	assert_false(fragment_may(packet, len, 200));
	len = make(HEADER, 400, 0);
	assert_true(fragment_may(packet, len, 200));
	assert_true(fragment_may(packet, len, HEADER + 8));
	assert_false(fragment_may(packet, len, HEADER + 7));
	/* not whole, or more than it says */
	assert_false(fragment_may(packet, len - 1, 200));
	assert_false(fragment_may(packet, HEADER - 1, 200));
	packet[0] = 0x44;
	assert_false(fragment_may(packet, len, 200));
	packet[0] = 0x65;
	assert_false(fragment_may(packet, len, 200));
	/* beyond the end of any packet */
	len = make(HEADER, 400, LAST);
	assert_false(fragment_may(packet, len, 200));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fragments_make_the_packet_again),
	    cmocka_unit_test(options_are_copied_as_they_say),
	    cmocka_unit_test(what_must_not_be_cut_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
