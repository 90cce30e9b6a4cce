/* SPDX-License-Identifier: ISC */
/* What ppptun is launched with: which sources it takes, where packets may go, and that all
 * of that fits. */
#include "tests/unit/plan_fixture.h"

#include "agent/core/login.h"
#include "agent/ppp/settings.h"

static struct prefix_line network(const char *text)
{
	struct prefix_line line = {.line = 1};
	const char *why;

	assert_int_equal(ip_prefix_parse(text, &line.prefix, &why), 0);
	return line;
}

static void ppptun_is_told_the_other_ends_sources(void **state)
{
	const struct prefix_line networks[] = {network("192.0.2.0/24"),
					       network("2001:db8::/32")};
	struct ppp_end end = {
	    .interface = "sp-x",
	    .local = address("10.9.0.2"),
	    .remote = address("10.9.0.1"),
	    .local6 = address("fd00:9::2"),
	    .remote6 = address("fd00:9::1"),
	    .mru = 1500,
	    .keepalive = 15,
	    .sources = networks,
	    .nsources = 2,
	};
	struct error err = {0};
	struct plan plan;
	size_t before;

	(void)state;
	assert_int_equal(plan_ppp(&plan, "/usr/libexec/ppptun", &end, &err), 0);
	assert_last_words(&plan,
			  "source 10.9.0.1/32 source fd00:9::1/128 source 192.0.2.0/24 "
			  "source 2001:db8::/32");
	before = plan.words.argc;
	end.persistent = true;
	assert_int_equal(plan_ppp(&plan, "/usr/libexec/ppptun", &end, &err), 0);
	assert_int_equal(plan.words.argc, before + 1);
	assert_string_equal(plan.words.argv[before - 8], "tun-persistent");
	end.persistent = false;
	end.sources = NULL;
	assert_int_equal(plan_ppp(&plan, "/usr/libexec/ppptun", &end, &err), 0);
	assert_int_equal(plan.words.argc, before - 8);
	/* pppd has no such option. */
	end.sources = networks;
	assert_int_equal(plan_ppp(&plan, "/usr/sbin/pppd", &end, &err), 0);
	assert_int_equal(plan.words.argc, before - 8);
}

/* vpn-connect's; a remote has none, as the ends of the other tests. */
static void ppptun_is_told_where_echo_times_go(void **state)
{
	const struct ppp_end end = {.interface = "sp-x", .mru = 1500, .rtt_fd = 12};
	struct error err = {0};
	struct plan plan;

	(void)state;
	assert_int_equal(plan_ppp(&plan, "/usr/libexec/ppptun", &end, &err), 0);
	assert_last_words(&plan, "ifname sp-x lcp-rtt-fd 12");
	/* pppd has no such option. */
	assert_int_equal(plan_ppp(&plan, "/usr/sbin/pppd", &end, &err), 0);
	assert_last_words(&plan, "ifname sp-x");
}

static void ppptun_is_told_where_packets_may_go(void **state)
{
	const struct ip_prefix reach[] = {network("10.9.0.2/32").prefix,
					  network("fd00:9::2/128").prefix,
					  network("10.2.0.0/16").prefix};
	struct ppp_end end = {
	    .interface = "sp-x", .mru = 1500, .reach = reach, .nreach = 3};
	struct error err = {0};
	struct plan plan;

	(void)state;
	assert_int_equal(plan_ppp(&plan, "/usr/libexec/ppptun", &end, &err), 0);
	assert_last_words(&plan, "ifname sp-x reach 10.9.0.2/32 reach fd00:9::2/128 "
				 "reach 10.2.0.0/16");
	/* pppd has no such option. */
	assert_int_equal(plan_ppp(&plan, "/usr/sbin/pppd", &end, &err), 0);
	assert_last_words(&plan, "ifname sp-x");
	end.nreach = 0;
	assert_int_equal(plan_ppp(&plan, "/usr/libexec/ppptun", &end, &err), 0);
	assert_last_words(&plan, "ifname sp-x");
}

/* As vpn-agent has them. */
/* With the longest words that there are, and no networks yet. */
static struct ppp_end longest_end(void)
{
	return (struct ppp_end){
	    .interface = "sp-xxxxxxxxxxxx",
	    .local = address("10.109.100.102"),
	    .remote = address("10.109.100.101"),
	    .local6 = address("fd00:1111:2222:3333:4444:5555:6666:7777"),
	    .remote6 = address("fd00:1111:2222:3333:4444:5555:6666:8888"),
	    .mru = 1500,
	    .keepalive = 15,
	    .silent = true,
	};
}

static void most_networks_of_a_peer_fit(void **state)
{
	static struct prefix_line routes[PEER_ROUTES_MAX];
	static struct ip_prefix reach[PEER_REACH_ALL_MAX];
	static struct settings settings;
	struct ppp_end end = longest_end();
	struct error err = {0};
	struct plan plan;

	(void)state;
	end.persistent = true;
	end.sources = routes;
	end.nsources = PEER_ROUTES_MAX;
	end.reach = reach;
	end.nreach = PEER_REACH_ALL_MAX;
	for (size_t i = 0; i < PEER_ROUTES_MAX; i++)
		routes[i] = network("fd00:1111:2222:3333:4444:5555:6666:7777/128");
	for (size_t i = 0; i < PEER_REACH_ALL_MAX; i++)
		reach[i] = routes[0].prefix;
	assert_int_equal(plan_ppp(&plan, "/usr/libexec/sallyport/ppptun", &end, &err), 0);
	assert_int_equal(
	    settings_parse(&settings, (int)plan.words.argc, plan.words.argv, &err), 0);
	assert_int_equal(settings.nsources, PEER_ROUTES_MAX + 2);
	assert_int_equal(settings.nreach, PEER_REACH_ALL_MAX);
}

static void most_sources_that_there_can_be_fit(void **state)
{
	static struct prefix_line networks[PEER_ROUTES_MAX + PEER_OFFERS_MAX];
	struct ppp_end end = longest_end();
	static struct settings settings;
	struct error err = {0};
	struct plan plan;

	(void)state;
	end.sources = networks;
	end.nsources = sizeof networks / sizeof networks[0];
	for (size_t i = 0; i < end.nsources; i++)
		networks[i] = network("fd00:1111:2222:3333:4444:5555:6666:7777/128");
	assert_int_equal(plan_ppp(&plan, "/usr/libexec/ppptun", &end, &err), 0);
	assert_int_equal(
	    settings_parse(&settings, (int)plan.words.argc, plan.words.argv, &err), 0);
	assert_int_equal(settings.nsources, end.nsources + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ppptun_is_told_the_other_ends_sources),
	    cmocka_unit_test(ppptun_is_told_where_echo_times_go),
	    cmocka_unit_test(ppptun_is_told_where_packets_may_go),
	    cmocka_unit_test(most_networks_of_a_peer_fit),
	    cmocka_unit_test(most_sources_that_there_can_be_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
