/* SPDX-License-Identifier: ISC */
/* agent/net/netlink_route.c against the kernel itself, in a network of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/link_fixture.h"

enum { MANY_ROUTES = 1500 }; /* more than one datagram of a dump */

static struct link_route route_to(const struct link_fixture *fixture, const char *prefix)
{
	return (struct link_route){.index = fixture->link.index,
				   .prefix = netns_prefix(prefix)};
}

/* Twice the same: the second adds nothing, says so, and succeeds. */
static void add_twice(struct link_fixture *fixture, const char *prefix)
{
	const struct link_route route = route_to(fixture, prefix);
	struct error err;
	bool added = false, exists = true;

	assert_int_equal(route_exists(fixture->nl, &route, &exists, &err), 0);
	assert_false(exists);
	assert_int_equal(route_add_new(fixture->nl, &route, &added, &err), 0);
	assert_true(added);
	assert_int_equal(route_exists(fixture->nl, &route, &exists, &err), 0);
	assert_true(exists);
	assert_int_equal(route_add_new(fixture->nl, &route, &added, &err), 0);
	assert_false(added);
	assert_int_equal(route_add(fixture->nl, &route, &err), 0);
}

static void route_add_is_exact_and_repeatable(void **state)
{
	struct link_fixture *fixture = *state;
	char text[NETNS_TEXT_MAX];

	link_fixture_up();
	add_twice(fixture, "0.0.0.0/0");
	add_twice(fixture, "192.0.2.0/24");
	add_twice(fixture, "192.0.2.0/25");
	add_twice(fixture, "192.0.2.7/32");
	assert_string_equal(netns_routes(AF_INET, text),
			    "0.0.0.0/0 dev sp-alice proto 83 scope 253 metric 0\n"
			    "192.0.2.0/25 dev sp-alice proto 83 scope 253 metric 0\n"
			    "192.0.2.0/24 dev sp-alice proto 83 scope 253 metric 0\n"
			    "192.0.2.7/32 dev sp-alice proto 83 scope 253 metric 0\n");
	add_twice(fixture, "2001:db8:5::/48");
	add_twice(fixture, "::/0");
	assert_string_equal(netns_routes(AF_INET6, text),
			    "2001:db8:5::/48 dev sp-alice proto 83 scope 0 metric 1024\n"
			    "::/0 dev sp-alice proto 83 scope 0 metric 1024\n");
}

static void assert_exists(struct link_fixture *fixture, const struct netns_route *there)
{
	const struct link_route route = route_to(fixture, there->prefix);
	sa_family_t family = route.prefix.addr.family;
	char before[NETNS_TEXT_MAX], after[NETNS_TEXT_MAX], message[ERROR_TEXT_MAX];
	struct error err;
	bool added = true;

	netns_add_route(there);
	netns_routes(family, before);
	assert_int_equal(route_exists(fixture->nl, &route, &added, &err), 0);
	assert_false(added);
	added = true;
	assert_int_equal(route_add_new(fixture->nl, &route, &added, &err), -1);
	assert_false(added);
	assert_int_equal(err.sys, EEXIST);
	snprintf(message, sizeof message, "a route to %s exists already, dev %s",
		 there->prefix, there->device);
	assert_string_equal(err.text, message);
	/* Nor is what is not ours removed. */
	assert_int_equal(route_delete(fixture->nl, &route, &err), 0);
	assert_string_equal(netns_routes(family, after), before);
}

/* A network that this host reaches already is nobody's to take over, by no other metric. */
static void route_add_gives_way_to_what_is_there(void **state)
{
	const struct netns_route there[] = {
	    {"sp-bob", "192.0.2.0/24", NULL, RTPROT_BOOT, 0},
	    {"sp-bob", "198.51.100.0/24", "10.8.0.2", RTPROT_STATIC, 100},
	    {"sp-bob", "203.0.113.0/24", NULL, ROUTE_PROTOCOL, 0},
	    {"sp-alice", "203.0.113.0/25", NULL, RTPROT_BOOT, 0},
	    {"sp-alice", "203.0.113.0/26", NULL, ROUTE_PROTOCOL, 5},
	    {"sp-bob", "2001:db8:1::/48", NULL, RTPROT_BOOT, 0},
	    {"sp-bob", "2001:db8:2::/48", NULL, ROUTE_PROTOCOL, 99},
	    {"sp-alice", "2001:db8:3::/48", NULL, ROUTE_PROTOCOL, 2048},
	    {"sp-alice", "2001:db8:4::/48", "fe80::7", ROUTE_PROTOCOL, 1024},
	    {"sp-bob", "0.0.0.0/0", "10.8.0.2", RTPROT_BOOT, 600},
	};
	struct link_fixture *fixture = *state;
	int other = netns_tun("sp-bob", ARPHRD_PPP);

	link_fixture_up();
	netns_up("sp-bob", true);
	netns_pair("sp-bob", "10.8.0.1", "10.8.0.2");
	for (size_t i = 0; i < sizeof there / sizeof *there; i++)
		assert_exists(fixture, &there[i]);
	close(other);
}

/* The PPP pair's own route is the kernel's. */
static void route_add_gives_way_to_the_pair(void **state)
{
	struct link_fixture *fixture = *state;
	const struct link_route route = route_to(fixture, "10.9.0.2/32");
	struct error err;

	link_fixture_up();
	assert_int_equal(route_add(fixture->nl, &route, &err), -1);
	assert_int_equal(err.sys, EEXIST);
	assert_string_equal("a route to 10.9.0.2/32 exists already, dev sp-alice",
			    err.text);
}

/* Read back: the very route, and whose another one is. */
static void route_find_tells_ours_from_others(void **state)
{
	const struct netns_route metric = {"sp-alice", "192.0.2.0/24", NULL, ROUTE_PROTOCOL,
					   5};
	struct link_fixture *fixture = *state;
	const struct link_route route = route_to(fixture, "192.0.2.0/24"),
				route6 = route_to(fixture, "2001:db8:5::/48"),
				elsewhere = {.index = 4242, .prefix = route.prefix};
	struct error err;
	bool there = true;

	link_fixture_up();
	assert_int_equal(route_find(fixture->nl, &route, &there, &err), 0);
	assert_false(there);
	assert_int_equal(route_add(fixture->nl, &route, &err), 0);
	assert_int_equal(route_add(fixture->nl, &route6, &err), 0);
	assert_int_equal(route_find(fixture->nl, &route, &there, &err), 0);
	assert_true(there);
	assert_int_equal(route_find(fixture->nl, &route6, &there, &err), 0);
	assert_true(there);
	/* Through another interface it is another. */
	assert_int_equal(route_find(fixture->nl, &elsewhere, &there, &err), -1);
	assert_int_equal(err.sys, EEXIST);
	assert_false(there);
	netns_add_route(&metric);
	assert_int_equal(route_find(fixture->nl, &route, &there, &err), -1);
	assert_int_equal(err.sys, EEXIST);
	assert_true(there);
	assert_int_equal(route_delete(fixture->nl, &route, &err), 0);
	assert_int_equal(route_find(fixture->nl, &route, &there, &err), -1);
	assert_false(there);
}

/* The kernel's own words are quoted. */
static void route_add_tells_the_kernels_reason(void **state)
{
	struct link_fixture *fixture = *state;
	const struct link_route down = route_to(fixture, "192.0.2.0/24"),
				gone = {.index = 4242, .prefix = down.prefix};
	char text[NETNS_TEXT_MAX];
	struct error err;

	assert_int_equal(route_add(fixture->nl, &down, &err), -1);
	assert_int_equal(err.sys, ENETDOWN);
	assert_non_null(strstr(err.text, "cannot add a route to 192.0.2.0/24 (\""));
	assert_non_null(strstr(err.text, "\"): Network is down"));
	assert_int_equal(route_add(fixture->nl, &gone, &err), -1);
	assert_int_equal(err.sys, ENODEV);
	assert_string_equal(netns_routes(AF_INET, text), "");
}

static void route_delete_is_exact_and_repeatable(void **state)
{
	const struct netns_route metric = {"sp-alice", "192.0.2.0/24", NULL, ROUTE_PROTOCOL,
					   5};
	struct link_fixture *fixture = *state;
	const struct link_route route = route_to(fixture, "192.0.2.0/24"),
				route6 = route_to(fixture, "2001:db8:5::/48"),
				gone = {.index = 4242, .prefix = route.prefix};
	char text[NETNS_TEXT_MAX];
	struct error err;

	link_fixture_up();
	assert_int_equal(route_add(fixture->nl, &route, &err), 0);
	assert_int_equal(route_add(fixture->nl, &route6, &err), 0);
	netns_add_route(&metric);
	assert_int_equal(route_delete(fixture->nl, &gone, &err), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(route_delete(fixture->nl, &route, &err), 0);
		assert_int_equal(route_delete(fixture->nl, &route6, &err), 0);
		assert_string_equal(
		    netns_routes(AF_INET, text),
		    "192.0.2.0/24 dev sp-alice proto 83 scope 253 metric 5\n");
		assert_string_equal(netns_routes(AF_INET6, text), "");
	}
}

/* What the manual promises: routes end with their interface, and nothing needs undoing. */
static void routes_go_with_the_interface(void **state)
{
	struct link_fixture *fixture = *state;
	const struct link_route route = route_to(fixture, "192.0.2.0/24"),
				route6 = route_to(fixture, "2001:db8:5::/48");
	char text[NETNS_TEXT_MAX];
	struct error err;

	link_fixture_up();
	assert_int_equal(route_add(fixture->nl, &route, &err), 0);
	assert_int_equal(route_add(fixture->nl, &route6, &err), 0);
	close(fixture->tun);
	fixture->tun = -1;
	assert_string_equal(netns_routes(AF_INET, text), "");
	assert_string_equal(netns_routes(AF_INET6, text), "");
	assert_int_equal(route_delete(fixture->nl, &route, &err), 0);
	assert_int_equal(route_delete(fixture->nl, &route6, &err), 0);
}

/* A network without any route has no main table to dump: ENOENT, and no error. */
static void a_network_without_routes_is_no_error(void **state)
{
	const struct link_route route = {.index = 1,
					 .prefix = netns_prefix("192.0.2.0/24")};
	struct netlink *nl;
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		nl = unshare(CLONE_NEWNET) < 0 ? NULL : netlink_open(NULL);
		_exit(nl && route_delete(nl, &route, NULL) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* A table of more than one datagram is read to its end. */
static void route_add_reads_a_long_table(void **state)
{
	struct netns_route there = {"sp-alice", NULL, NULL, RTPROT_BOOT, 0};
	struct link_fixture *fixture = *state;
	char prefix[PREFIX_TEXT_MAX];
	struct link_route route;
	struct error err;

	link_fixture_up();
	there.prefix = prefix;
	for (int i = 0; i < MANY_ROUTES; i++) {
		snprintf(prefix, sizeof prefix, "172.16.%d.%d/32", i / 250, i % 250);
		netns_add_route(&there);
	}
	route = route_to(fixture, prefix);
	assert_int_equal(route_add(fixture->nl, &route, &err), -1);
	assert_int_equal(err.sys, EEXIST);
}

static uint16_t slots_of(struct link_fixture *fixture, const char *prefix)
{
	const struct held_route held = {.prefix = netns_prefix(prefix)};
	uint16_t slots = 0;
	struct error err;

	assert_int_equal(held_look(fixture->nl, &held, 1, &slots, &err), 0);
	return slots;
}

static void hold(struct link_fixture *fixture, const char *prefix)
{
	struct held_route held = {netns_prefix(prefix), HELD_METRIC};
	struct error err;
	bool exists;

	assert_int_equal(slots_of(fixture, prefix), 0);
	assert_int_equal(held_add(fixture->nl, &held, &err), 0);
	/* Each launcher makes its own. */
	assert_int_equal(held_add(fixture->nl, &held, &err), -1);
	assert_int_equal(err.sys, EEXIST);
	held.metric--;
	assert_int_equal(held_add(fixture->nl, &held, &err), 0);
	assert_int_equal(slots_of(fixture, prefix), 3);
	held.metric++;
	assert_int_equal(held_delete(fixture->nl, &held, &err), 0);
	assert_int_equal(held_delete(fixture->nl, &held, &err), 0);
	assert_int_equal(slots_of(fixture, prefix), 2);
	assert_int_equal(held_exists(fixture->nl, &held, &exists, &err), 0);
	assert_false(exists);
	held.metric--;
	assert_int_equal(held_exists(fixture->nl, &held, &exists, &err), 0);
	assert_true(exists);
	/* And the link's own route goes beside it. */
	add_twice(fixture, prefix);
	assert_int_equal(held_delete(fixture->nl, &held, &err), 0);
	assert_int_equal(slots_of(fixture, prefix), 0);
}

static void what_is_held_back_has_its_own_routes(void **state)
{
	struct link_fixture *fixture = *state;

	link_fixture_up();
	hold(fixture, "0.0.0.0/0");
	hold(fixture, "192.0.2.0/24");
	hold(fixture, "192.0.2.7/32");
	hold(fixture, "2001:db8:5::/48");
	hold(fixture, "::/0");
}

/* Only those that are looked for, each by its place in the list, of both families. */
static void many_routes_are_looked_for_at_once(void **state)
{
	struct link_fixture *fixture = *state;
	const char *const prefixes[] = {"192.0.2.0/24", "192.0.2.0/25", "2001:db8:5::/48",
					"2001:db8:6::/48"};
	struct link_route routes[4];
	struct held_route held[4];
	uint16_t slots[4] = {0};
	bool exists[4];
	struct error err;

	link_fixture_up();
	for (size_t i = 0; i < 4; i++) {
		routes[i] = route_to(fixture, prefixes[i]);
		held[i] = (struct held_route){routes[i].prefix, HELD_METRIC};
	}
	for (size_t i = 0; i < 4; i += 2) {
		assert_int_equal(route_add(fixture->nl, &routes[i], &err), 0);
		assert_int_equal(held_add(fixture->nl, &held[i], &err), 0);
	}
	assert_int_equal(routes_look(fixture->nl, routes, 4, exists, &err), 0);
	assert_int_equal(held_look(fixture->nl, held, 4, slots, &err), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(exists[i], i % 2 == 0);
		assert_int_equal(slots[i], i % 2 == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_LINK(route_add_is_exact_and_repeatable),
	    WITH_LINK(route_add_gives_way_to_what_is_there),
	    WITH_LINK(route_add_gives_way_to_the_pair),
	    WITH_LINK(route_find_tells_ours_from_others),
	    WITH_LINK(route_add_tells_the_kernels_reason),
	    WITH_LINK(route_delete_is_exact_and_repeatable),
	    WITH_LINK(routes_go_with_the_interface),
	    WITH_LINK(route_add_reads_a_long_table),
	    WITH_LINK(what_is_held_back_has_its_own_routes),
	    WITH_LINK(many_routes_are_looked_for_at_once),
	    cmocka_unit_test(a_network_without_routes_is_no_error),
	};

	/* Before any socket is opened; the network ends with this process. */
	if (netns_enter() < 0) {
		perror("no network of its own (root is needed)");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
