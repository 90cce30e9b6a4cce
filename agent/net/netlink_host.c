/* SPDX-License-Identifier: ISC */
/* All that a host has of addresses, routes and rules: rtnetlink(7), three dumps. */
#include "agent/net/netlink_talk.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 64, ROOM_FACTOR = 2 };

/* What a dump is appended to. A dump that begins anew (netlink_ask) begins there again. */
struct host_reading {
	struct host_map *map;
	size_t begin;
	sa_family_t family;
};

/* A question of three, for read_into(). */
struct host_dump {
	uint16_t type;
	size_t header_size;
	int (*read)(const struct nlmsghdr *message, const void *want, void *found,
		    struct error *err);
	/* completes "cannot …" */
	const char *what;
};

/* gcc's analyzer loses sight of whose the list is: the map's, which its owner frees. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif
int host_map_add(struct host_map *map, const struct host_entry *entry, struct error *err)
{
	if (map->count == map->room) {
		const size_t room = map->room == 0 ? ROOM_FIRST : map->room * ROOM_FACTOR;
		struct host_entry *list = reallocarray(map->list, room, sizeof *list);

		if (list == NULL)
			return error_sys(err, ENOMEM,
					 "cannot hold the routes of this host");
		map->list = list;
		map->room = room;
	}
	map->list[map->count++] = *entry;
	return 0;
}

void host_map_free(struct host_map *map)
{
	free(map->list);
	*map = (struct host_map){.list = NULL};
}

static int compare_entries(const void *a, const void *b)
{
	const struct host_entry *one = a, *two = b;
	int order = (one->kind > two->kind) - (one->kind < two->kind);

	if (order == 0)
		order = memcmp(one->prefix.addr.bytes, two->prefix.addr.bytes,
			       sizeof one->prefix.addr.bytes);
	if (order == 0)
		order = (int)one->prefix.addr.family - (int)two->prefix.addr.family;
	if (order == 0)
		order = (int)one->prefix.len - (int)two->prefix.len;
	if (order == 0)
		order = (one->table > two->table) - (one->table < two->table);
	return order;
}

/* Each once: a host of many links has the same prefix, or the same router, many times. */
static void keep_once(struct host_map *map, size_t begin)
{
	size_t kept = begin;

	if (map->count == begin)
		return;
	qsort(map->list + begin, map->count - begin, sizeof *map->list, compare_entries);
	for (size_t i = begin + 1; i < map->count; i++)
		if (compare_entries(&map->list[kept], &map->list[i]) != 0)
			map->list[++kept] = map->list[i];
	map->count = kept + 1;
}

/* found is how many entries this answer has given so far. */
static int append(const struct host_reading *reading, size_t *found,
		  const struct host_entry *entry, struct error *err)
{
	reading->map->count = reading->begin + *found;
	if (host_map_add(reading->map, entry, err) != 0)
		return -1;
	++*found;
	return 0;
}

static bool fits(sa_family_t family, unsigned len)
{
	return len <= (family == AF_INET ? IPV4_BITS : IPV6_BITS);
}

static int read_network(const struct nlmsghdr *message, const void *want, void *found,
			struct error *err)
{
	const struct ifaddrmsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *table[IFA_LOCAL + 1];
	struct host_entry entry = {.kind = HOST_NETWORK};
	struct ip_addr local, remote;

	if (message->nlmsg_type != RTM_NEWADDR)
		return 0;
	if (netlink_attributes(message, sizeof *body, table, IFA_LOCAL, err) != 0)
		return -1;
	if (body->ifa_family != AF_INET && body->ifa_family != AF_INET6)
		return 0;
	if (netlink_address(table[IFA_ADDRESS], body->ifa_family, &remote, err) != 0 ||
	    netlink_address(table[IFA_LOCAL], body->ifa_family, &local, err) != 0)
		return -1;
	if (!fits(body->ifa_family, body->ifa_prefixlen))
		return netlink_malformed(err);
	entry.index = (int)body->ifa_index;
	/* The prefix is that of the other end where there is one (linux/if_addr.h). */
	if (remote.family != AF_UNSPEC) {
		entry.prefix = ip_prefix_around(&remote, body->ifa_prefixlen);
		if (append(want, found, &entry, err) != 0)
			return -1;
	}
	if (local.family == AF_UNSPEC || ip_addr_equal(&local, &remote))
		return 0;
	entry.prefix = ip_prefix_single(&local);
	return append(want, found, &entry, err);
}

/* A next hop, of a route or of one of several of a route. */
static int append_gateway(const struct host_reading *reading, size_t *found,
			  const struct nlattr *gateway, int index, struct error *err)
{
	struct host_entry entry = {.kind = HOST_GATEWAY, .index = index};
	struct ip_addr addr;

	if (gateway == NULL)
		return 0;
	if (netlink_address(gateway, reading->family, &addr, err) != 0)
		return -1;
	entry.prefix = ip_prefix_single(&addr);
	return append(reading, found, &entry, err);
}

/* RTA_VIA: a next hop of another family than the route's. */
static int append_via(const struct host_reading *reading, size_t *found,
		      const struct nlattr *attribute, int index, struct error *err)
{
	struct host_entry entry = {.kind = HOST_GATEWAY, .index = index};
	const struct rtvia *via;
	struct ip_addr addr = {.family = AF_UNSPEC};
	size_t size;

	if (attribute == NULL)
		return 0;
	via = mnl_attr_get_payload(attribute);
	if (mnl_attr_get_payload_len(attribute) < sizeof *via)
		return netlink_malformed(err);
	if (via->rtvia_family != AF_INET && via->rtvia_family != AF_INET6)
		return 0;
	size = netlink_address_size(via->rtvia_family);
	if (mnl_attr_get_payload_len(attribute) < sizeof *via + size)
		return netlink_malformed(err);
	addr.family = via->rtvia_family;
	memcpy(addr.bytes, via->rtvia_addr, size);
	entry.prefix = ip_prefix_single(&addr);
	return append(reading, found, &entry, err);
}

/* The next hops of one that has several; *index is the interface of the first. */
static int append_hops(const struct host_reading *reading, size_t *found,
		       const struct nlattr *multipath, int *index, struct error *err)
{
	const char *at, *end;

	if (multipath == NULL)
		return 0;
	at = mnl_attr_get_payload(multipath);
	end = at + mnl_attr_get_payload_len(multipath);
	while ((size_t)(end - at) >= sizeof(struct rtnexthop)) {
		const struct rtnexthop *hop = (const void *)at;
		const struct nlattr *each = (const void *)RTNH_DATA(hop);

		if (hop->rtnh_len < sizeof *hop || hop->rtnh_len > end - at)
			return netlink_malformed(err);
		if (*index == 0)
			*index = hop->rtnh_ifindex;
		for (; mnl_attr_ok(each, (int)(at + hop->rtnh_len - (const char *)each));
		     each = mnl_attr_next(each)) {
			const uint16_t type = mnl_attr_get_type(each);
			const int out = hop->rtnh_ifindex;

			if ((type == RTA_GATEWAY &&
			     append_gateway(reading, found, each, out, err) != 0) ||
			    (type == RTA_VIA &&
			     append_via(reading, found, each, out, err) != 0))
				return -1;
		}
		if (end - at <= (ptrdiff_t)RTNH_ALIGN(hop->rtnh_len))
			break;
		at += RTNH_ALIGN(hop->rtnh_len);
	}
	return 0;
}

/* Not a network of other hosts: what the kernel makes beside an address, and its cache. */
static bool is_beside(const struct rtmsg *body)
{
	return body->rtm_type == RTN_BROADCAST || body->rtm_type == RTN_ANYCAST ||
	       body->rtm_type == RTN_MULTICAST || (body->rtm_flags & RTM_F_CLONED) != 0;
}

static int read_route(const struct nlmsghdr *message, const void *want, void *found,
		      struct error *err)
{
	const struct host_reading *reading = want;
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *table[RTA_MAX + 1];
	struct host_entry entry = {.kind = HOST_ROUTE};
	bool stopgap;

	if (message->nlmsg_type != RTM_NEWROUTE)
		return 0;
	if (netlink_attributes(message, sizeof *body, table, RTA_MAX, err) != 0)
		return -1;
	/* A kernel without IPv6 answers with what it has. */
	if (body->rtm_family != reading->family || is_beside(body))
		return 0;
	entry.table = body->rtm_table;
	if (!fits(body->rtm_family, body->rtm_dst_len) ||
	    netlink_value(table[RTA_TABLE], &entry.table, sizeof entry.table, err) != 0 ||
	    netlink_value(table[RTA_OIF], &entry.index, sizeof entry.index, err) != 0 ||
	    netlink_address(table[RTA_DST], body->rtm_family, &entry.prefix.addr, err) != 0)
		return netlink_malformed(err);
	if (route_is_stopgap(message, table, &stopgap, err) != 0)
		return -1;
	if (stopgap && entry.table == RT_TABLE_MAIN)
		return 0;
	/* A default route has no RTA_DST, and its address is all zero. */
	entry.prefix.addr.family = body->rtm_family;
	entry.prefix.len = body->rtm_dst_len;
	if (append_gateway(reading, found, table[RTA_GATEWAY], entry.index, err) != 0 ||
	    append_via(reading, found, table[RTA_VIA], entry.index, err) != 0 ||
	    append_hops(reading, found, table[RTA_MULTIPATH], &entry.index, err) != 0)
		return -1;
	return append(reading, found, &entry, err);
}

static int read_rule(const struct nlmsghdr *message, const void *want, void *found,
		     struct error *err)
{
	const struct host_reading *reading = want;
	const struct fib_rule_hdr *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *table[FRA_DST + 1];
	struct host_entry entry = {.kind = HOST_RULE};

	if (message->nlmsg_type != RTM_NEWRULE)
		return 0;
	if (netlink_attributes(message, sizeof *body, table, FRA_DST, err) != 0)
		return -1;
	/* `not to PREFIX` is about all others, as a default route is. */
	if (body->family != reading->family || table[FRA_DST] == NULL ||
	    (body->flags & FIB_RULE_INVERT) != 0)
		return 0;
	if (!fits(body->family, body->dst_len))
		return netlink_malformed(err);
	if (netlink_address(table[FRA_DST], body->family, &entry.prefix.addr, err) != 0)
		return -1;
	entry.prefix.len = body->dst_len;
	return append(reading, found, &entry, err);
}

/*
 * Appends the answer to a dump of that type and family, whose header begins as struct
 * rtgenmsg. A family or a table that the kernel lacks is an empty one.
 */
static int read_into(struct netlink *nl, const struct host_dump *dump,
		     const struct host_reading *reading, struct error *err)
{
	struct rtgenmsg *body =
	    netlink_begin(nl, dump->type, NLM_F_DUMP, dump->header_size);
	size_t found = 0;
	const struct netlink_query query = {.read = dump->read,
					    .want = reading,
					    .found = &found,
					    .found_size = sizeof found};
	int result;

	body->rtgen_family = (uint8_t)reading->family;
	result = netlink_ask(nl, &query, dump->what, err);
	reading->map->count = reading->begin + found;
	if (result == 0 || nl->sys == ENOENT || nl->sys == EOPNOTSUPP ||
	    nl->sys == EAFNOSUPPORT)
		return 0;
	reading->map->count = reading->begin;
	return -1;
}

static int read_families(struct netlink *nl, const struct host_dump *dump,
			 struct host_map *map, struct error *err)
{
	static const sa_family_t families[] = {AF_INET, AF_INET6};
	const size_t begin = map->count;

	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		const struct host_reading reading = {map, map->count, families[i]};

		if (read_into(nl, dump, &reading, err) != 0)
			return -1;
	}
	keep_once(map, begin);
	return 0;
}

int host_read_networks(struct netlink *nl, struct host_map *map, struct error *err)
{
	static const struct host_dump dump = {RTM_GETADDR, sizeof(struct ifaddrmsg),
					      read_network,
					      "read the addresses of this host"};
	const struct host_reading reading = {map, map->count, AF_UNSPEC};

	if (read_into(nl, &dump, &reading, err) != 0)
		return -1;
	keep_once(map, reading.begin);
	return 0;
}

int host_read_routes(struct netlink *nl, struct host_map *map, struct error *err)
{
	static const struct host_dump dump = {RTM_GETROUTE, sizeof(struct rtmsg),
					      read_route, "read the routes"};

	return read_families(nl, &dump, map, err);
}

int host_read_rules(struct netlink *nl, struct host_map *map, struct error *err)
{
	static const struct host_dump dump = {RTM_GETRULE, sizeof(struct fib_rule_hdr),
					      read_rule, "read the routing rules"};

	return read_families(nl, &dump, map, err);
}
