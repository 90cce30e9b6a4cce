/* SPDX-License-Identifier: ISC */
/* The decision: each check by itself, their order, and that nothing else is allowed. */
#include "tests/unit/decide_fixture.h"

static void allows_what_is_in_allow(void **state)
{
	(void)state;
	assert_allowed();
	assert_string_equal(verdict.reason, "pppd is in Allow");
	request.verb = VERB_SSHROUTE;
	assert_allowed();
	request.verb = VERB_STATUS;
	assert_denied(2, "status is not in Allow");
	request.verb = VERB_COUNT;
	assert_denied(0, "not a request");
}

static void begins_and_expires_are_exact(void **state)
{
	(void)state;
	in.now = peer.begins - 1;
	assert_denied(5, "not valid before 2027-01-15T00:00:00Z");
	in.now = peer.begins;
	assert_allowed();
	in.now = peer.expires - 1;
	assert_allowed();
	in.now = peer.expires;
	assert_denied(6, "expired at 2027-01-16T00:00:00Z");
	peer.begins = peer.expires = 0;
	assert_allowed();
}

static void no_limit_can_be_kept_without_a_clock(void **state)
{
	(void)state;
	in.now = -1;
	assert_denied(5, "time is not known");
	peer.begins = 0;
	assert_denied(6, "time is not known");
	peer.expires = 0;
	assert_allowed();
}

static void from_decides_where_it_stands(void **state)
{
	(void)state;
	assert_int_equal(ip_addr_parse("198.51.101.7", &from, NULL), 0);
	assert_denied(1, "not in From");
	assert_int_equal(ip_addr_parse("2001:db8::1", &from, NULL), 0);
	assert_denied(1, "not in From");
	in.from = NULL;
	assert_denied(1, "not known");
	memset(&from, 0, sizeof from);
	in.from = &from;
	assert_denied(1, "not known");
	peer.nfrom = 0;
	assert_allowed();
}

static void legacy_strings_need_legacy(void **state)
{
	(void)state;
	request.legacy = true;
	assert_denied(7, "Legacy no");
	peer.legacy = true;
	assert_allowed();
}

static struct ip_addr address(const char *text)
{
	struct ip_addr addr;

	assert_int_equal(ip_addr_parse(text, &addr, NULL), 0);
	return addr;
}

static void legacy_addresses_are_the_peers_or_denied(void **state)
{
	(void)state;
	peer.legacy = request.legacy = true;
	request.asks.local = address("10.9.0.2");
	assert_allowed();
	request.asks.remote = address("10.9.0.1");
	assert_allowed();
	request.asks.remote = address("10.9.0.99");
	assert_denied(
	    3, "the addresses asked for are not those of Address: 10.9.0.2 10.9.0.1");
	request.asks.remote.family = AF_UNSPEC;
	request.asks.local = address("10.9.0.1");
	assert_denied(3, "the addresses asked for are not those of Address");
	/* A peer without IPv4 has none to ask for. */
	memset(&peer.address, 0, sizeof peer.address);
	assert_denied(0, "the addresses asked for are not those of Address: none none");
}

static void legacy_sizes_are_the_mru_or_denied(void **state)
{
	(void)state;
	peer.legacy = request.legacy = true;
	request.asks.mru = request.asks.mtu = 1500;
	assert_allowed();
	request.asks.mtu = 1501;
	assert_denied(0, "the mtu asked for is not Mru: 1500");
	request.asks.mtu = 0;
	request.asks.mru = 1400;
	assert_denied(0, "the mru asked for is not Mru: 1500");
	peer.mru = 1400;
	assert_allowed();
}

static void legacy_ipv6_is_as_in_policy_or_denied(void **state)
{
	(void)state;
	peer.legacy = request.legacy = true;
	request.asks.noipv6 = true;
	assert_allowed();
	request.asks.ipv6 = true;
	assert_denied(0, "there is no Address6");
	peer.address6.local = address("fd00:9::2");
	assert_denied(0, "there is an Address6");
	request.asks.noipv6 = false;
	assert_allowed();
}

/* The tunnel would carry its own packets, or this host's address would be the peer's. */
static void routes_must_not_cover_either_end_of_the_connection(void **state)
{
	(void)state;
	peer.nfrom = 0;
	request.verb = VERB_SSHROUTE;
	assert_int_equal(ip_addr_parse("203.0.113.9", &from, NULL), 0);
	assert_denied(4, "Route 203.0.113.0/24 covers the address the client comes from");
	request.verb = VERB_PPPD;
	assert_allowed();
	request.verb = VERB_SSHROUTE;
	in.from = NULL;
	assert_denied(4, "not known");
	assert_int_equal(ip_addr_parse("198.51.100.7", &from, NULL), 0);
	in.from = &from;
	assert_int_equal(ip_addr_parse("192.0.2.1", &server, NULL), 0);
	assert_denied(4, "Route 192.0.2.0/24 covers the server's own address");
	in.server = NULL;
	assert_allowed();
	peer.nroutes = 0;
	in.from = NULL;
	assert_allowed();
}

static void the_first_check_that_fails_is_the_one_told(void **state)
{
	(void)state;
	digest[0] ^= 1;
	in.now = peer.begins - 1;
	request.legacy = true;
	request.verb = VERB_STATUS;
	assert_int_equal(ip_addr_parse("203.0.113.9", &from, NULL), 0);
	assert_denied(0, "not one of this peer's");
	digest[0] ^= 1;
	assert_denied(5, "not valid before");
	in.now = NOW;
	assert_denied(1, "not in From");
	assert_int_equal(ip_addr_parse("198.51.100.7", &from, NULL), 0);
	assert_denied(7, "Legacy no");
	peer.legacy = true;
	request.asks.mtu = 9000;
	assert_denied(2, "status is not in Allow");
	request.verb = VERB_PPPD;
	assert_denied(0, "the mtu asked for is not Mru: 1500");
}

static void nothing_to_decide_by_is_denied(void **state)
{
	struct question nothing = {0};

	(void)state;
	memset(&verdict, 0xff, sizeof verdict);
	decide(&nothing, &verdict);
	assert_false(verdict.allow);
	assert_int_equal(verdict.code, EXIT_INTERNAL);
	memset(&peer, 0, sizeof peer);
	decide(&in, &verdict);
	assert_false(verdict.allow);
	in.digest = NULL;
	conf.auth_info_required = false;
	decide(&in, &verdict);
	assert_false(verdict.allow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(allows_what_is_in_allow),
	    TEST(begins_and_expires_are_exact),
	    TEST(no_limit_can_be_kept_without_a_clock),
	    TEST(from_decides_where_it_stands),
	    TEST(legacy_strings_need_legacy),
	    TEST(legacy_addresses_are_the_peers_or_denied),
	    TEST(legacy_sizes_are_the_mru_or_denied),
	    TEST(legacy_ipv6_is_as_in_policy_or_denied),
	    TEST(routes_must_not_cover_either_end_of_the_connection),
	    TEST(the_first_check_that_fails_is_the_one_told),
	    TEST(nothing_to_decide_by_is_denied),
	};

	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
