/* SPDX-License-Identifier: ISC */
/* Protects: a peer sends from its own addresses alone, and to and from what policy lets it
 * reach; never to loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/passage.h"
#include "agent/ppp/ppp.h"

enum {
	V4 = 20,
	V6 = 40,
	ICMP = 8,
	PACKET_MAX = 256,
	HOPS = 64,
	/* of IPv4's options */
	LOOSE = 131,
	STRICT = 137,
	RECORD = 7,
};

static struct settings settings;
static uint8_t packet[PACKET_MAX];

static uint16_t protocol_of(const char *address)
{
	return strchr(address, ':') != NULL ? PROTOCOL_IPV6 : PROTOCOL_IP;
}

/* A header at that place, for a packet that is len long from there. */
static void put_header(uint8_t *at, const char *source, const char *target, size_t len,
		       uint8_t next, uint8_t hops)
{
	if (protocol_of(source) == PROTOCOL_IPV6) {
		at[0] = 0x60;
		put16(at + 4, len - V6);
		at[6] = next;
		at[7] = hops;
		assert_int_equal(inet_pton(AF_INET6, source, at + 8), 1);
		assert_int_equal(inet_pton(AF_INET6, target, at + 24), 1);
		return;
	}
	at[0] = 0x45;
	put16(at + 2, len);
	at[8] = hops;
	at[9] = next;
	assert_int_equal(inet_pton(AF_INET, source, at + 12), 1);
	assert_int_equal(inet_pton(AF_INET, target, at + 16), 1);
}

static void make(const char *source, const char *target, size_t len, uint8_t next,
		 uint8_t hops)
{
	memset(packet, 0, sizeof packet);
	put_header(packet, source, target, len, next, hops);
}

static const char *own(const char *source)
{
	return protocol_of(source) == PROTOCOL_IPV6 ? "fd00:9::2" : "10.9.0.2";
}

static bool passes(const char *source, size_t len, uint8_t next, uint8_t hops)
{
	make(source, own(source), len, next, hops);
	return passage_in(&settings, protocol_of(source), packet, len);
}

/* A plain packet, of a header alone. */
static size_t make_plain(const char *source, const char *target)
{
	const size_t len = protocol_of(source) == PROTOCOL_IPV6 ? V6 : V4;

	make(source, target, len, IPPROTO_UDP, HOPS);
	return len;
}

static bool comes_in(const char *source, const char *target)
{
	const size_t len = make_plain(source, target);

	return passage_in(&settings, protocol_of(source), packet, len);
}

static bool goes_out(const char *source, const char *target)
{
	const size_t len = make_plain(source, target);

	return passage_out(&settings, protocol_of(source), packet, len);
}

static void parse(const char *const *prefixes, struct ip_prefix *list, size_t *count)
{
	const char *why;

	for (*count = 0; *prefixes != NULL; prefixes++)
		assert_int_equal(ip_prefix_parse(*prefixes, &list[(*count)++], &why), 0);
}

static const char *const none[] = {NULL};

/* Sources, and no limit to where they reach. */
static void set(const char *const *prefixes)
{
	parse(prefixes, settings.sources, &settings.nsources);
	settings.nreach = 0;
}

static void set_reach(const char *const *prefixes)
{
	settings.nsources = 0;
	parse(prefixes, settings.reach, &settings.nreach);
}

/* Of alice: this end's addresses, and what is offered to her. */
static const char *const alices[] = {"10.9.0.2/32", "fd00:9::2/128", "10.2.0.0/16",
				     "2001:db8:2::/48", NULL};

static void a_source_is_the_peers_own(void **state)
{
	static const char *const prefixes[] = {"10.9.0.1/32", "192.0.2.0/24",
					       "fd00:9::1/128", NULL};

	(void)state;
	set(prefixes);
	assert_true(passes("10.9.0.1", V4, IPPROTO_UDP, 64));
	assert_true(passes("192.0.2.255", V4, IPPROTO_UDP, 64));
	assert_true(passes("fd00:9::1", V6, IPPROTO_UDP, 64));
	assert_true(passes("fe80::1", V6, IPPROTO_ICMPV6, 64));
	assert_false(passes("10.9.0.2", V4, IPPROTO_UDP, 64));
	assert_false(passes("192.0.3.0", V4, IPPROTO_UDP, 64));
	assert_false(passes("0.0.0.0", V4, IPPROTO_UDP, 64));
	assert_false(passes("fd00:9::2", V6, IPPROTO_UDP, 64));
	assert_false(passes("::", V6, IPPROTO_UDP, 64));
	assert_false(passes("::ffff:10.9.0.1", V6, IPPROTO_UDP, 64));
	assert_false(passes("fec0::1", V6, IPPROTO_UDP, 64));
}

static void what_is_no_whole_packet_does_not_pass(void **state)
{
	(void)state;
	set(none);
	make("10.9.0.1", "10.9.0.2", 100, IPPROTO_UDP, 64);
	assert_true(passage_in(&settings, PROTOCOL_IP, packet, 100));
	assert_false(passage_in(&settings, PROTOCOL_IP, packet, 99));
	assert_false(passage_in(&settings, PROTOCOL_IP, packet, 101));
	assert_false(passage_in(&settings, PROTOCOL_IP, packet, 19));
	assert_false(passage_in(&settings, PROTOCOL_IP, packet, 0));
	assert_false(passage_in(&settings, PROTOCOL_IPV6, packet, 100));
	make("fd00:9::1", "fd00:9::2", 100, IPPROTO_UDP, 64);
	assert_true(passage_in(&settings, PROTOCOL_IPV6, packet, 100));
	assert_false(passage_in(&settings, PROTOCOL_IPV6, packet, 99));
	assert_false(passage_in(&settings, PROTOCOL_IPV6, packet, 39));
	assert_false(passage_in(&settings, PROTOCOL_IP, packet, 100));
}

static void neither_end_is_the_others_router(void **state)
{
	(void)state;
	set(none);
	assert_false(passes("fe80::1", V6 + 16, IPPROTO_ICMPV6, 255));
	/* hidden behind a header of options */
	assert_false(passes("fe80::1", V6 + 24, IPPROTO_HOPOPTS, 255));
	assert_true(passes("fe80::1", V6 + 16, IPPROTO_ICMPV6, 64));
	assert_true(passes("fe80::1", V6 + 16, IPPROTO_UDP, 255));
	assert_true(passes("fd00:9::1", V6 + 16, IPPROTO_ICMPV6, 255));
	assert_true(passes("10.9.0.1", V4 + 8, IPPROTO_ICMP, 255));
}

static void a_target_is_within_reach(void **state)
{
	(void)state;
	set_reach(alices);
	assert_true(comes_in("10.9.0.1", "10.9.0.2"));
	assert_true(comes_in("10.9.0.1", "10.2.0.0"));
	assert_true(comes_in("10.9.0.1", "10.2.255.255"));
	assert_true(comes_in("fd00:9::1", "fd00:9::2"));
	assert_true(comes_in("fd00:9::1", "2001:db8:2:ffff::1"));
	assert_true(comes_in("fe80::1", "fe80::2"));
	assert_false(comes_in("10.9.0.1", "10.77.0.5"));
	assert_false(comes_in("10.9.0.1", "10.3.0.0"));
	assert_false(comes_in("10.9.0.1", "10.1.255.255"));
	assert_false(comes_in("10.9.0.1", "10.9.0.1"));
	assert_false(comes_in("10.9.0.1", "198.51.100.1"));
	assert_false(comes_in("10.9.0.1", "224.0.0.1"));
	assert_false(comes_in("10.9.0.1", "255.255.255.255"));
	assert_false(comes_in("fd00:9::1", "2001:db8:3::1"));
	assert_false(comes_in("fd00:9::1", "ff02::1"));
	assert_false(comes_in("fe80::1", "ff02::16"));
}

/* Of networks of every length, each with its first and last address and those beside. */
static void a_network_ends_where_its_prefix_says(void **state)
{
	static const char *const addresses[] = {"170.85.170.85",
						"aa55:aa55:aa55:aa55:aa55:aa55:aa55:aa55"};

	(void)state;
	settings.nsources = 0;
	settings.nreach = 1;
	for (size_t i = 0; i < 2; i++) {
		const bool ipv6 = protocol_of(addresses[i]) == PROTOCOL_IPV6;
		const unsigned bits = ipv6 ? 128 : 32, at = ipv6 ? 24 : 16;

		for (unsigned len = 0; len <= bits; len++)
			for (unsigned flip = 0; flip < bits; flip++) {
				struct ip_prefix *net = &settings.reach[0];
				struct ip_addr target;

				make_plain(own(addresses[i]), addresses[i]);
				memset(net, 0, sizeof *net);
				net->addr.family = ipv6 ? AF_INET6 : AF_INET;
				memcpy(net->addr.bytes, packet + at, bits / 8);
				net->len = (uint8_t)len;
				for (unsigned bit = len; bit < bits; bit++)
					net->addr.bytes[bit / 8] &=
					    (uint8_t) ~(0x80 >> bit % 8);
				packet[at + flip / 8] ^= (uint8_t)(0x80 >> flip % 8);
				target = net->addr;
				memcpy(target.bytes, packet + at, bits / 8);
				assert_int_equal(passage_in(&settings,
							    protocol_of(addresses[i]),
							    packet, ipv6 ? V6 : V4),
						 ip_prefix_contains(net, &target));
			}
	}
}

/* Answers come from where the other end's packets may go, and nothing else does. */
static void a_source_of_this_side_is_within_reach(void **state)
{
	(void)state;
	set_reach(alices);
	assert_true(goes_out("10.9.0.2", "10.9.0.1"));
	assert_true(goes_out("10.2.0.5", "192.0.2.5"));
	assert_true(goes_out("fd00:9::2", "fd00:9::1"));
	assert_true(goes_out("fe80::2", "ff02::1"));
	assert_false(goes_out("10.77.0.5", "10.9.0.1"));
	assert_false(goes_out("198.51.100.1", "10.9.0.1"));
	assert_false(goes_out("2001:db8:3::1", "fd00:9::1"));
}

static void without_a_limit_all_but_loopback_passes(void **state)
{
	(void)state;
	set_reach(none);
	assert_true(comes_in("10.9.0.1", "10.77.0.5"));
	assert_true(comes_in("10.9.0.1", "255.255.255.255"));
	assert_true(comes_in("fd00:9::1", "ff02::1"));
	assert_true(goes_out("10.77.0.5", "10.9.0.1"));
	assert_true(goes_out("2001:db8:3::1", "fd00:9::1"));
}

static void loopback_passes_in_neither_direction(void **state)
{
	static const char *const everywhere[] = {"0.0.0.0/0", "::/0", NULL};
	static const char *const never[] = {
	    "127.0.0.1", "127.255.255.255",  "0.0.0.0",		"0.1.2.3",     "::1",
	    "::",	 "::ffff:127.0.0.1", "::ffff:10.9.0.2", "::127.0.0.1",
	};
	const char *const *limits[] = {none, everywhere};

	(void)state;
	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		for (size_t j = 0; j < 2; j++) {
			const char *end = own(never[i]);

			set_reach(limits[j]);
			assert_true(comes_in(end, end));
			assert_false(comes_in(end, never[i]));
			assert_false(comes_in(never[i], end));
			assert_false(goes_out(end, never[i]));
			assert_false(goes_out(never[i], end));
		}
}

/* A packet with one option of IPv4, and what fills it up. */
static bool passes_with_option(uint8_t kind, uint8_t size, size_t header)
{
	const size_t len = V4 + header;

	make("10.9.0.1", "10.9.0.2", len, IPPROTO_UDP, HOPS);
	packet[0] = (uint8_t)(0x40 | len / 4);
	packet[V4] = 1; /* no operation */
	packet[V4 + 1] = kind;
	packet[V4 + 2] = size;
	return passage_in(&settings, PROTOCOL_IP, packet, len);
}

static void a_route_of_the_senders_own_does_not_pass(void **state)
{
	(void)state;
	set_reach(alices);
	assert_true(passes_with_option(RECORD, 7, 8));
	assert_true(passes_with_option(0, 0, 8));
	assert_false(passes_with_option(LOOSE, 7, 8));
	assert_false(passes_with_option(STRICT, 7, 8));
	/* longer than the header, or of no length */
	assert_false(passes_with_option(RECORD, 8, 8));
	assert_false(passes_with_option(RECORD, 1, 8));
	make("10.9.0.1", "10.9.0.2", V4, IPPROTO_UDP, HOPS);
	packet[0] = 0x4f;
	assert_false(passage_in(&settings, PROTOCOL_IP, packet, V4));
	packet[0] = 0x44;
	assert_false(passage_in(&settings, PROTOCOL_IP, packet, V4));
}

/* Destination options of 8 bytes, then a routing header of 24 with so many stops left. */
static size_t make_routed(uint8_t left)
{
	enum { OPTIONS = 8, ROUTING = 24 };
	const size_t len = V6 + OPTIONS + ROUTING + 8;

	make("fd00:9::1", "fd00:9::2", len, IPPROTO_DSTOPTS, HOPS);
	packet[V6] = IPPROTO_ROUTING;
	packet[V6 + OPTIONS] = IPPROTO_UDP;
	packet[V6 + OPTIONS + 1] = ROUTING / 8 - 1;
	packet[V6 + OPTIONS + 3] = left;
	return len;
}

static void a_routing_header_with_stops_left_does_not_pass(void **state)
{
	size_t len;

	(void)state;
	set_reach(alices);
	len = make_routed(0);
	assert_true(passage_in(&settings, PROTOCOL_IPV6, packet, len));
	for (unsigned type = 0; type < 5; type++) {
		len = make_routed(1);
		packet[V6 + 8 + 2] = (uint8_t)type;
		assert_false(passage_in(&settings, PROTOCOL_IPV6, packet, len));
	}
	/* behind the header of a first fragment, which has to have all of it */
	len = make_routed(1);
	packet[6] = IPPROTO_FRAGMENT;
	packet[V6 + 3] = 1;
	assert_false(passage_in(&settings, PROTOCOL_IPV6, packet, len));
	put16(packet + 4, 8);
	assert_false(passage_in(&settings, PROTOCOL_IPV6, packet, V6 + 8));
	/* the rest of one */
	put16(packet + V6 + 2, 8);
	assert_true(passage_in(&settings, PROTOCOL_IPV6, packet, V6 + 8));
	/* longer than the packet */
	len = make_routed(0);
	packet[V6 + 1] = 255;
	assert_false(passage_in(&settings, PROTOCOL_IPV6, packet, len));
}

/* An error of a router's own address about a packet between these two. */
static bool error_goes_out(const char *router, const char *peer, const char *from,
			   const char *to, uint8_t type)
{
	const bool ipv6 = protocol_of(router) == PROTOCOL_IPV6;
	const size_t header = ipv6 ? V6 : V4, len = header + ICMP + header;

	make(router, peer, len, ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP, HOPS);
	packet[header] = type;
	put_header(packet + header + ICMP, from, to, V6, IPPROTO_UDP, HOPS);
	return passage_out(&settings, protocol_of(router), packet, len);
}

static void a_router_on_the_way_may_answer_with_an_error(void **state)
{
	(void)state;
	set_reach(alices);
	assert_true(error_goes_out("172.16.0.1", "10.9.0.1", "10.9.0.1", "10.2.0.5", 3));
	assert_true(error_goes_out("172.16.0.1", "10.9.0.1", "10.9.0.1", "10.2.0.5", 11));
	assert_true(
	    error_goes_out("2001:db8:f::1", "fd00:9::1", "fd00:9::1", "2001:db8:2::5", 2));
	/* of what the receiver did not send, or not to where it may */
	assert_false(error_goes_out("172.16.0.1", "10.9.0.1", "192.0.2.5", "10.2.0.5", 3));
	assert_false(error_goes_out("172.16.0.1", "10.9.0.1", "10.9.0.1", "10.77.0.5", 3));
	assert_false(
	    error_goes_out("2001:db8:f::1", "fd00:9::1", "fd00:9::1", "2001:db8:3::5", 1));
	/* what is no error: an echo, a redirect, an advertisement */
	assert_false(error_goes_out("172.16.0.1", "10.9.0.1", "10.9.0.1", "10.2.0.5", 8));
	assert_false(error_goes_out("172.16.0.1", "10.9.0.1", "10.9.0.1", "10.2.0.5", 5));
	assert_false(error_goes_out("2001:db8:f::1", "fd00:9::1", "fd00:9::1",
				    "2001:db8:2::5", 134));
	/* cut off, and the rest of a fragment */
	make("172.16.0.1", "10.9.0.1", V4 + ICMP, IPPROTO_ICMP, HOPS);
	packet[V4] = 3;
	for (size_t len = 0; len < V4 + ICMP + V4; len++)
		assert_false(passage_out(&settings, PROTOCOL_IP, packet, len));
	assert_true(error_goes_out("172.16.0.1", "10.9.0.1", "10.9.0.1", "10.2.0.5", 3));
	packet[7] = 1;
	assert_false(passage_out(&settings, PROTOCOL_IP, packet, V4 + ICMP + V4));
}

static void what_is_dropped_is_told_by_its_ends(void **state)
{
	char text[PASSAGE_TEXT_MAX];

	(void)state;
	make_plain("10.9.0.1", "10.77.0.5");
	assert_int_equal(passage_print(PROTOCOL_IP, packet, V4, text), 0);
	assert_string_equal(text, "10.9.0.1 to 10.77.0.5");
	make_plain("fd00:9::1", "2001:db8::5");
	assert_int_equal(passage_print(PROTOCOL_IPV6, packet, V6, text), 0);
	assert_string_equal(text, "fd00:9::1 to 2001:db8::5");
	assert_int_equal(passage_print(PROTOCOL_IPV6, packet, V6 - 1, text), -1);
	/* what every host sends unasked */
	make_plain("fe80::1", "ff02::16");
	assert_int_equal(passage_print(PROTOCOL_IPV6, packet, V6, text), -1);
	make_plain("10.9.0.1", "224.0.0.251");
	assert_int_equal(passage_print(PROTOCOL_IP, packet, V4, text), -1);
	make_plain("10.9.0.1", "255.255.255.255");
	assert_int_equal(passage_print(PROTOCOL_IP, packet, V4, text), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_source_is_the_peers_own),
	    cmocka_unit_test(what_is_no_whole_packet_does_not_pass),
	    cmocka_unit_test(neither_end_is_the_others_router),
	    cmocka_unit_test(a_target_is_within_reach),
	    cmocka_unit_test(a_network_ends_where_its_prefix_says),
	    cmocka_unit_test(a_source_of_this_side_is_within_reach),
	    cmocka_unit_test(without_a_limit_all_but_loopback_passes),
	    cmocka_unit_test(loopback_passes_in_neither_direction),
	    cmocka_unit_test(a_route_of_the_senders_own_does_not_pass),
	    cmocka_unit_test(a_routing_header_with_stops_left_does_not_pass),
	    cmocka_unit_test(a_router_on_the_way_may_answer_with_an_error),
	    cmocka_unit_test(what_is_dropped_is_told_by_its_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
