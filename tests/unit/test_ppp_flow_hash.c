/* SPDX-License-Identifier: ISC */
/* Protects: packets of one flow are known by what does not change in it, and no packet,
 * however malformed, is read beyond its end. */
#include "tests/unit/unit.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/flow_hash.h"
#include "agent/ppp/ip_header.h"
#include "agent/ppp/ppp.h"

enum {
	PACKET_SIZE = 120,
	ROUNDS = 200000,
	HASHES = 20000,
	ECHO = 8,
	ECHO6 = 128,
	UNREACHABLE = 3,
};

static const uint64_t key = UINT64_C(0xfedcba9876543210);
static uint8_t packet[PACKET_SIZE];

static uint32_t hash(uint16_t protocol)
{
	const struct frame frame = {protocol, packet, sizeof packet};

	return flow_hash(key, &frame).flow;
}

/* A packet of IPv4 whose every byte that does not belong to its flow is random. */
static void make_ipv4(uint8_t protocol)
{
	static const uint8_t addresses[] = {10, 0, 0, 1, 192, 0, 2, 7};

	for (size_t i = 0; i < sizeof packet; i++)
		packet[i] = (uint8_t)rand();
	packet[0] = 0x45;
	put16(packet + IPV4_FRAGMENT, IPV4_DONT_FRAGMENT);
	packet[IPV4_PROTOCOL] = protocol;
	memcpy(packet + IPV4_SOURCE, addresses, sizeof addresses);
	put32(packet + IPV4_HEADER, 0xc3500050);
}

static void make_ipv6(uint8_t protocol)
{
	for (size_t i = 0; i < sizeof packet; i++)
		packet[i] = (uint8_t)rand();
	packet[0] = 6 << 4 | (packet[0] & 0x0f);
	packet[IPV6_NEXT] = protocol;
	memset(packet + IPV6_SOURCE, 0x20, IPV6_SIZE);
	memset(packet + IPV6_TARGET, 0x30, IPV6_SIZE);
	put32(packet + IPV6_HEADER, 0xc3500050);
}

static void only_what_names_a_flow_counts(void **state)
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP,
					    IPPROTO_ESP, IPPROTO_GRE};

	(void)state;
	for (size_t i = 0; i < COUNT(protocols); i++) {
		uint32_t first, first6;

		make_ipv4(protocols[i]);
		first = hash(PROTOCOL_IP);
		make_ipv6(protocols[i]);
		first6 = hash(PROTOCOL_IPV6);
		for (unsigned round = 0; round < 100; round++) {
			make_ipv4(protocols[i]);
			assert_int_equal(hash(PROTOCOL_IP), first);
			make_ipv6(protocols[i]);
			assert_int_equal(hash(PROTOCOL_IPV6), first6);
		}
	}
}

/* Each of these bytes, when it changes, makes another flow. */
static void each_part_of_a_name_counts(void **state)
{
	(void)state;
	for (size_t at = IPV4_PROTOCOL; at < IPV4_HEADER + 4; at++) {
		uint32_t before;

		if (at == IPV4_CHECKSUM || at == IPV4_CHECKSUM + 1)
			continue;
		make_ipv4(IPPROTO_UDP);
		before = hash(PROTOCOL_IP);
		packet[at] ^= 1;
		assert_int_not_equal(hash(PROTOCOL_IP), before);
	}
	for (size_t at = IPV6_SOURCE; at < IPV6_HEADER + 4; at++) {
		uint32_t before;

		make_ipv6(IPPROTO_UDP);
		before = hash(PROTOCOL_IPV6);
		packet[at] ^= 0x80;
		assert_int_not_equal(hash(PROTOCOL_IPV6), before);
	}
}

/* A later fragment has no ports: what is at their place must not count in any. */
static void fragments_are_one_flow(void **state)
{
	uint32_t first;

	(void)state;
	make_ipv4(IPPROTO_UDP);
	put16(packet + IPV4_FRAGMENT, IPV4_MORE_FRAGMENTS);
	first = hash(PROTOCOL_IP);
	for (unsigned offset = 1; offset <= IPV4_OFFSET; offset *= 2) {
		make_ipv4(IPPROTO_UDP);
		put16(packet + IPV4_FRAGMENT, offset);
		put32(packet + IPV4_HEADER, (uint32_t)rand());
		assert_int_equal(hash(PROTOCOL_IP), first);
	}
	make_ipv6(IPPROTO_FRAGMENT);
	first = hash(PROTOCOL_IPV6);
	put32(packet + IPV6_HEADER + 8, (uint32_t)rand());
	put32(packet + IPV6_HEADER, (uint32_t)rand());
	assert_int_equal(hash(PROTOCOL_IPV6), first);
}

static void ports_behind_options_are_found(void **state)
{
	uint32_t plain, other;

	(void)state;
	make_ipv4(IPPROTO_TCP);
	plain = hash(PROTOCOL_IP);
	packet[0] = 0x46;
	put32(packet + IPV4_HEADER + 4, 0xc3500050);
	assert_int_equal(hash(PROTOCOL_IP), plain);
	for (unsigned option = 0; option < 3; option++) {
		static const uint8_t options[] = {IPPROTO_HOPOPTS, IPPROTO_ROUTING,
						  IPPROTO_DSTOPTS};

		make_ipv6(options[option]);
		packet[IPV6_HEADER] = IPPROTO_TCP;
		packet[IPV6_HEADER + 1] = 1;
		put32(packet + IPV6_HEADER + 16, 1);
		plain = hash(PROTOCOL_IPV6);
		put32(packet + IPV6_HEADER + 16, 2);
		other = hash(PROTOCOL_IPV6);
		assert_int_not_equal(plain, other);
	}
}

static void echoes_go_by_identifier(void **state)
{
	uint32_t one;

	(void)state;
	make_ipv4(IPPROTO_ICMP);
	packet[IPV4_HEADER] = ECHO;
	put16(packet + IPV4_HEADER + 4, 1);
	one = hash(PROTOCOL_IP);
	packet[IPV4_HEADER + 6] ^= 1;
	assert_int_equal(hash(PROTOCOL_IP), one);
	put16(packet + IPV4_HEADER + 4, 2);
	assert_int_not_equal(hash(PROTOCOL_IP), one);
	/* There is no identifier in others. */
	packet[IPV4_HEADER] = UNREACHABLE;
	one = hash(PROTOCOL_IP);
	put16(packet + IPV4_HEADER + 4, 3);
	assert_int_equal(hash(PROTOCOL_IP), one);
	make_ipv6(IPPROTO_ICMPV6);
	packet[IPV6_HEADER] = ECHO6;
	put16(packet + IPV6_HEADER + 4, 1);
	one = hash(PROTOCOL_IPV6);
	put16(packet + IPV6_HEADER + 4, 2);
	assert_int_not_equal(hash(PROTOCOL_IPV6), one);
}

static void another_key_is_another_hash(void **state)
{
	const struct frame frame = {PROTOCOL_IP, packet, sizeof packet};

	(void)state;
	make_ipv4(IPPROTO_TCP);
	assert_int_not_equal(flow_hash(key, &frame).flow, flow_hash(key + 1, &frame).flow);
	assert_int_not_equal(flow_hash(key, &frame).flow,
			     flow_hash(key ^ UINT64_C(1) << 63, &frame).flow);
}

/* Flows that differ in one port or one address: spread as dice would be. */
static void hashes_are_spread_evenly(void **state)
{
	static unsigned flows[128], hosts[512];
	const struct frame frame = {PROTOCOL_IP, packet, sizeof packet};

	(void)state;
	make_ipv4(IPPROTO_UDP);
	for (uint32_t i = 0; i < HASHES; i++) {
		put32(packet + IPV4_SOURCE, 0x0a000000 + i);
		flows[flow_hash(key, &frame).flow % COUNT(flows)]++;
		hosts[flow_hash(key, &frame).source % COUNT(hosts)]++;
	}
	for (size_t i = 0; i < COUNT(flows); i++)
		assert_in_range(flows[i], HASHES / COUNT(flows) / 2,
				HASHES / COUNT(flows) * 2);
	for (size_t i = 0; i < COUNT(hosts); i++)
		assert_in_range(hosts[i], 1, HASHES / COUNT(hosts) * 3);
}

/* For a checker of memory: each has exactly its own. */
static void any_bytes_are_read_within_their_end(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const size_t len = (size_t)rand() % (PACKET_SIZE + 1);
		uint8_t *exact = malloc(len + (len == 0));
		const bool ipv6 = i % 2 != 0;
		const struct frame frame = {ipv6 ? PROTOCOL_IPV6 : PROTOCOL_IP, exact, len};

		assert_non_null(exact);
		for (size_t j = 0; j < len; j++)
			exact[j] = (uint8_t)(rand() % 8 == 0 ? rand() : rand() % 2 * 60);
		(void)flow_hash(key, &frame);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_what_names_a_flow_counts),
	    cmocka_unit_test(each_part_of_a_name_counts),
	    cmocka_unit_test(fragments_are_one_flow),
	    cmocka_unit_test(ports_behind_options_are_found),
	    cmocka_unit_test(echoes_go_by_identifier),
	    cmocka_unit_test(another_key_is_another_hash),
	    cmocka_unit_test(hashes_are_spread_evenly),
	    cmocka_unit_test(any_bytes_are_read_within_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
