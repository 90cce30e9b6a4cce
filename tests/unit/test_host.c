/* SPDX-License-Identifier: ISC */
/* agent/net/netlink_host.c against the kernel itself, in a network of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/net/netlink_talk.h"
#include "tests/unit/link_fixture.h"

enum {
	MANY_NETWORKS = 1200, /* of 600 links, with both ends of each */
	MANY_ROUTES = 1500,   /* more than one datagram of a dump */
	OTHER_TABLE = 51820,
};

static struct error err;

static const struct host_entry *find(const struct host_map *map, enum host_kind kind,
				     const char *text)
{
	const struct ip_prefix wanted = netns_prefix(text);

	for (size_t i = 0; i < map->count; i++)
		if (map->list[i].kind == kind && map->list[i].prefix.len == wanted.len &&
		    ip_addr_equal(&map->list[i].prefix.addr, &wanted.addr))
			return &map->list[i];
	return NULL;
}

static void assert_each_once(const struct host_map *map)
{
	for (size_t i = 0; i < map->count; i++)
		for (size_t j = 0; j < i; j++)
			assert_false(
			    map->list[i].kind == map->list[j].kind &&
			    map->list[i].table == map->list[j].table &&
			    ip_prefix_covers(&map->list[i].prefix, &map->list[j].prefix) &&
			    ip_prefix_covers(&map->list[j].prefix, &map->list[i].prefix));
}

static void networks_are_those_of_every_interface(void **state)
{
	struct link_fixture *fixture = *state;
	struct host_map map = {.count = 0};

	link_fixture_up();
	netns_address6("sp-alice", "fd00:9::1");
	assert_int_equal(host_read_networks(fixture->nl, &map, &err), 0);
	assert_non_null(find(&map, HOST_NETWORK, "127.0.0.0/8"));
	assert_non_null(find(&map, HOST_NETWORK, "::1/128"));
	assert_non_null(find(&map, HOST_NETWORK, "10.9.0.1/32"));
	assert_non_null(find(&map, HOST_NETWORK, "10.9.0.2/32"));
	assert_non_null(find(&map, HOST_NETWORK, "fd00:9::1/128"));
	for (size_t i = 0; i < map.count; i++)
		if (map.list[i].prefix.addr.bytes[0] == 10)
			assert_int_equal(map.list[i].index, fixture->link.index);
	assert_each_once(&map);
	host_map_free(&map);
}

static void networks_have_no_limit(void **state)
{
	struct link_fixture *fixture = *state;
	struct host_map map = {.count = 0};
	char text[ADDRESS_TEXT_MAX + 4];

	link_fixture_up();
	for (int i = 1; i <= MANY_NETWORKS; i++) {
		snprintf(text, sizeof text, "fd00:9::%x", (unsigned)i);
		netns_address6("sp-alice", text);
	}
	assert_int_equal(host_read_networks(fixture->nl, &map, &err), 0);
	for (int i = 1; i <= MANY_NETWORKS; i++) {
		snprintf(text, sizeof text, "fd00:9::%x/128", (unsigned)i);
		assert_non_null(find(&map, HOST_NETWORK, text));
	}
	host_map_free(&map);
}

/* With libmnl alone: what route_add() makes is in the main table only. */
static void add_route(struct netlink *nl, const char *text, uint32_t table, uint8_t type,
		      int index)
{
	const struct ip_prefix prefix = netns_prefix(text);
	struct rtmsg *body =
	    netlink_begin(nl, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, sizeof *body);

	body->rtm_family = (uint8_t)prefix.addr.family;
	body->rtm_dst_len = prefix.len;
	body->rtm_protocol = RTPROT_STATIC;
	body->rtm_type = type;
	body->rtm_scope =
	    prefix.addr.family == AF_INET && index != 0 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
	netlink_put_address(nl, RTA_DST, &prefix.addr);
	netlink_put(nl, RTA_TABLE, &table, sizeof table);
	if (index != 0)
		netlink_put(nl, RTA_OIF, &index, sizeof index);
	assert_int_equal(netlink_change(nl, "add a route", &err), 0);
}

static void assert_route(const struct host_map *map, const char *text, uint32_t table,
			 int index)
{
	const struct host_entry *entry = find(map, HOST_ROUTE, text);

	if (entry == NULL) {
		fail_msg("no route to %s", text);
		return;
	}
	assert_int_equal(entry->table, table);
	assert_int_equal(entry->index, index);
}

static void routes_are_those_of_every_table(void **state)
{
	const struct netns_route by_router = {"sp-alice", "198.51.100.0/24", "10.9.0.2",
					      RTPROT_STATIC, 0},
				 by_default = {"sp-alice", "0.0.0.0/0", "10.9.0.2",
					       RTPROT_BOOT, 600};
	struct link_fixture *fixture = *state;
	const int index = fixture->link.index;
	struct host_map map = {.count = 0};

	link_fixture_up();
	netns_add_route(&by_router);
	netns_add_route(&by_default);
	add_route(fixture->nl, "192.0.2.0/24", RT_TABLE_MAIN, RTN_UNICAST, index);
	add_route(fixture->nl, "10.60.0.0/16", OTHER_TABLE, RTN_UNICAST, index);
	add_route(fixture->nl, "10.61.0.0/16", RT_TABLE_MAIN, RTN_UNREACHABLE, 0);
	add_route(fixture->nl, "fd00:60::/32", OTHER_TABLE, RTN_UNICAST, index);
	assert_int_equal(host_read_routes(fixture->nl, &map, &err), 0);
	assert_route(&map, "192.0.2.0/24", RT_TABLE_MAIN, index);
	assert_route(&map, "198.51.100.0/24", RT_TABLE_MAIN, index);
	assert_route(&map, "0.0.0.0/0", RT_TABLE_MAIN, index);
	assert_route(&map, "10.60.0.0/16", OTHER_TABLE, index);
	assert_route(&map, "10.61.0.0/16", RT_TABLE_MAIN, 0);
	assert_route(&map, "fd00:60::/32", OTHER_TABLE, index);
	assert_non_null(find(&map, HOST_GATEWAY, "10.9.0.2/32"));
	assert_null(find(&map, HOST_ROUTE, "127.255.255.255/32"));
	assert_null(find(&map, HOST_ROUTE, "ff00::/8"));
	assert_each_once(&map);
	host_map_free(&map);
}

static void put_hop(char *hops, size_t *used, int index, const char *gateway)
{
	const struct ip_addr addr = netns_address(gateway);
	struct rtnexthop hop = {.rtnh_len = sizeof hop + 8, .rtnh_ifindex = index};
	const struct nlattr attribute = {.nla_len = 8, .nla_type = RTA_GATEWAY};

	memcpy(hops + *used, &hop, sizeof hop);
	memcpy(hops + *used + sizeof hop, &attribute, sizeof attribute);
	memcpy(hops + *used + sizeof hop + sizeof attribute, addr.bytes, 4);
	*used += hop.rtnh_len;
}

/* All next hops of a route that has several. */
static void routes_of_several_hops_are_read(void **state)
{
	struct link_fixture *fixture = *state;
	const struct ip_prefix prefix = netns_prefix("10.62.0.0/16");
	const int index = fixture->link.index;
	struct host_map map = {.count = 0};
	struct rtmsg *body;
	char hops[64];
	size_t used = 0;

	link_fixture_up();
	add_route(fixture->nl, "10.9.1.0/24", RT_TABLE_MAIN, RTN_UNICAST, index);
	body = netlink_begin(fixture->nl, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL,
			     sizeof *body);
	body->rtm_family = AF_INET;
	body->rtm_dst_len = prefix.len;
	body->rtm_table = RT_TABLE_MAIN;
	body->rtm_type = RTN_UNICAST;
	netlink_put_address(fixture->nl, RTA_DST, &prefix.addr);
	put_hop(hops, &used, index, "10.9.0.2");
	put_hop(hops, &used, index, "10.9.1.7");
	netlink_put(fixture->nl, RTA_MULTIPATH, hops, used);
	assert_int_equal(netlink_change(fixture->nl, "add a route", &err), 0);
	assert_int_equal(host_read_routes(fixture->nl, &map, &err), 0);
	assert_route(&map, "10.62.0.0/16", RT_TABLE_MAIN, index);
	assert_non_null(find(&map, HOST_GATEWAY, "10.9.0.2/32"));
	assert_non_null(find(&map, HOST_GATEWAY, "10.9.1.7/32"));
	host_map_free(&map);
}

static void routes_have_no_limit(void **state)
{
	struct netns_route there = {"sp-alice", NULL, NULL, RTPROT_BOOT, 0};
	struct link_fixture *fixture = *state;
	struct host_map map = {.count = 0};
	char prefix[PREFIX_TEXT_MAX];

	link_fixture_up();
	there.prefix = prefix;
	for (int i = 0; i < MANY_ROUTES; i++) {
		snprintf(prefix, sizeof prefix, "172.16.%d.%d/32", i / 250, i % 250);
		netns_add_route(&there);
	}
	assert_int_equal(host_read_routes(fixture->nl, &map, &err), 0);
	for (int i = 0; i < MANY_ROUTES; i++) {
		snprintf(prefix, sizeof prefix, "172.16.%d.%d/32", i / 250, i % 250);
		assert_non_null(find(&map, HOST_ROUTE, prefix));
	}
	host_map_free(&map);
}

static void add_rule(struct netlink *nl, const char *text, uint32_t flags)
{
	const struct ip_prefix prefix = netns_prefix(text);
	struct fib_rule_hdr *body =
	    netlink_begin(nl, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, sizeof *body);

	body->family = (uint8_t)prefix.addr.family;
	body->dst_len = prefix.len;
	body->table = RT_TABLE_DEFAULT;
	body->action = FR_ACT_TO_TBL;
	body->flags = flags;
	netlink_put_address(nl, FRA_DST, &prefix.addr);
	assert_int_equal(netlink_change(nl, "add a rule", &err), 0);
}

static void rules_are_read_for_where_they_lead(void **state)
{
	struct link_fixture *fixture = *state;
	struct host_map map = {.count = 0};

	add_rule(fixture->nl, "10.70.0.0/16", 0);
	add_rule(fixture->nl, "10.71.0.0/16", FIB_RULE_INVERT);
	add_rule(fixture->nl, "fd00:70::/32", 0);
	assert_int_equal(host_read_rules(fixture->nl, &map, &err), 0);
	assert_int_equal(map.count, 2);
	assert_non_null(find(&map, HOST_RULE, "10.70.0.0/16"));
	assert_non_null(find(&map, HOST_RULE, "fd00:70::/32"));
	host_map_free(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_LINK(networks_are_those_of_every_interface),
	    WITH_LINK(networks_have_no_limit),
	    WITH_LINK(routes_are_those_of_every_table),
	    WITH_LINK(routes_of_several_hops_are_read),
	    WITH_LINK(routes_have_no_limit),
	    WITH_LINK(rules_are_read_for_where_they_lead),
	};

	/* Before any socket is opened; the network ends with this process. */
	if (netns_enter() < 0) {
		perror("no network of its own (root is needed)");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
