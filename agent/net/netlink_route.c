/* SPDX-License-Identifier: ISC */
/* Routes of the main table through one interface: rtnetlink(7), RTM_GETROUTE and friends.
 */
#include "agent/net/netlink_talk.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/ipv6_route.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

enum { WHAT_MAX = 128, ROUTES_LOOK_MAX = 256 };

/* What the main table holds for one prefix. */
struct route_found {
	/* the very route that route_add makes */
	bool ours;
	bool others;
	/* the interface of one of the others, 0: it has none, or several */
	int index;
};

/* IPv4 knows a route without a metric; IPv6 gives it one (fib6_config.fc_metric). */
static uint32_t default_metric(sa_family_t family)
{
	return family == AF_INET6 ? IP6_RT_PRIO_USER : 0;
}

static uint8_t default_scope(sa_family_t family)
{
	return family == AF_INET6 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
}

/* Is the route of this prefix exactly ours, given its message? */
static int judge(const struct nlmsghdr *message, const struct nlattr **table,
		 const struct link_route *route, struct route_found *out, struct error *err)
{
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	uint32_t index = 0, metric = 0;
	bool ours;

	if (netlink_value(table[RTA_OIF], &index, sizeof index, err) != 0 ||
	    netlink_value(table[RTA_PRIORITY], &metric, sizeof metric, err) != 0)
		return -1;
	ours = body->rtm_protocol == ROUTE_PROTOCOL && body->rtm_type == RTN_UNICAST &&
	       body->rtm_scope == default_scope(body->rtm_family) && body->rtm_tos == 0 &&
	       body->rtm_src_len == 0 && index == (uint32_t)route->index &&
	       metric == default_metric(body->rtm_family) && !table[RTA_GATEWAY] &&
	       !table[RTA_VIA] && !table[RTA_MULTIPATH] && !table[RTA_NH_ID] &&
	       !table[RTA_PREFSRC] && !table[RTA_ENCAP];
	if (ours) {
		out->ours = true;
	} else if (!out->others || out->index == 0) {
		out->others = true;
		out->index = (int)index;
	}
	return 0;
}

int route_is_stopgap(const struct nlmsghdr *message, const struct nlattr **table,
		     bool *stopgap, struct error *err)
{
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	uint32_t metric = 0;

	if (netlink_value(table[RTA_PRIORITY], &metric, sizeof metric, err) != 0)
		return -1;
	*stopgap = (body->rtm_type == RTN_UNREACHABLE || body->rtm_type == RTN_BLACKHOLE ||
		    body->rtm_type == RTN_PROHIBIT) &&
		   metric > default_metric(body->rtm_family);
	return 0;
}

static int read_route(const struct nlmsghdr *message, const void *want, void *found,
		      struct error *err)
{
	const struct link_route *route = want;
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *table[RTA_MAX + 1];
	sa_family_t family = route->prefix.addr.family;
	struct ip_addr dst = {.family = AF_UNSPEC};
	uint32_t number;
	bool stopgap;

	if (message->nlmsg_type != RTM_NEWROUTE)
		return 0;
	if (netlink_attributes(message, sizeof *body, table, RTA_MAX, err) != 0)
		return -1;
	number = body->rtm_table;
	if (netlink_value(table[RTA_TABLE], &number, sizeof number, err) != 0)
		return -1;
	/* Not every kernel filters its dump by table. */
	if (number != RT_TABLE_MAIN || body->rtm_family != family ||
	    body->rtm_dst_len != route->prefix.len || (body->rtm_flags & RTM_F_CLONED))
		return 0;
	if (netlink_address(table[RTA_DST], family, &dst, err) != 0)
		return -1;
	/* A default route has no RTA_DST, and its address is all zero. */
	dst.family = family;
	if (!ip_addr_equal(&dst, &route->prefix.addr))
		return 0;
	if (route_is_stopgap(message, table, &stopgap, err) != 0)
		return -1;
	return stopgap ? 0 : judge(message, table, route, found, err);
}

/* Which routes of the main table: of that family, and through that interface; 0: any. */
struct asked {
	sa_family_t family;
	int index;
};

static int ask_main(struct netlink *nl, const struct asked *asked,
		    const struct netlink_query *query, struct error *err)
{
	struct rtmsg *body = netlink_begin(nl, RTM_GETROUTE, NLM_F_DUMP, sizeof *body);
	const uint32_t table = RT_TABLE_MAIN, index = (uint32_t)asked->index;

	body->rtm_family = (uint8_t)asked->family;
	netlink_put(nl, RTA_TABLE, &table, sizeof table);
	if (index != 0)
		netlink_put(nl, RTA_OIF, &index, sizeof index);
	if (netlink_ask(nl, query, "read the routes", err) == 0)
		return 0;
	/* A network namespace that never had a route has no main table either. */
	if (nl->sys != ENOENT)
		return -1;
	memset(query->found, 0, query->found_size);
	return 0;
}

/* Whether the route that was added stands. Of its interface alone, where the kernel filters
 * a dump: it may have a million others. */
static int read_back(struct netlink *nl, const struct link_route *route, struct error *err)
{
	struct route_found found = {0};
	const struct netlink_query query = {
	    .read = read_route, .want = route, .found = &found, .found_size = sizeof found};
	const struct asked asked = {route->prefix.addr.family, route->index};
	char text[PREFIX_TEXT_MAX];

	if (ask_main(nl, &asked, &query, err) != 0)
		return -1;
	return found.ours
		   ? 0
		   : error_code(err, ENODATA, "the route to %s was added, but is missing",
				ip_prefix_print(&route->prefix, text));
}

static int find(struct netlink *nl, const struct link_route *route,
		struct route_found *found, struct error *err)
{
	const struct netlink_query query = {
	    .read = read_route, .want = route, .found = found, .found_size = sizeof *found};

	const struct asked asked = {route->prefix.addr.family, 0};

	return ask_main(nl, &asked, &query, err);
}

int route_exists(struct netlink *nl, const struct link_route *route, bool *exists,
		 struct error *err)
{
	struct route_found found = {0};

	if (find(nl, route, &found, err) != 0)
		return -1;
	*exists = found.ours;
	return 0;
}

struct routes_asked {
	const struct link_route *list;
	size_t count;
};

static int read_routes(const struct nlmsghdr *message, const void *want, void *found,
		       struct error *err)
{
	const struct routes_asked *const asked = want;
	bool *const exists = found;

	for (size_t i = 0; i < asked->count; i++) {
		struct route_found one = {0};

		if (read_route(message, &asked->list[i], &one, err) != 0)
			return -1;
		exists[i] = exists[i] || one.ours;
	}
	return 0;
}

int routes_look(struct netlink *nl, const struct link_route *list, size_t count,
		bool *exists, struct error *err)
{
	const sa_family_t families[] = {AF_INET, AF_INET6};
	const struct routes_asked wanted = {list, count};
	bool found[ROUTES_LOOK_MAX] = {false};
	const struct netlink_query query = {.read = read_routes,
					    .want = &wanted,
					    .found = found,
					    .found_size = count * sizeof *found};

	if (count > ROUTES_LOOK_MAX)
		return error_code(err, E2BIG, "too many routes are asked for");
	memset(exists, 0, count * sizeof *exists);
	for (size_t i = 0; count > 0 && i < 2; i++) {
		const struct asked asked = {families[i], list[0].index};

		/* A kernel without IPv6 answers with what it has. */
		if (ask_main(nl, &asked, &query, err) != 0 && nl->sys != EAFNOSUPPORT &&
		    nl->sys != EOPNOTSUPP)
			return -1;
		for (size_t j = 0; j < count; j++)
			exists[j] = exists[j] ||
				    (found[j] && list[j].prefix.addr.family == families[i]);
	}
	return 0;
}

static void begin_change(struct netlink *nl, uint16_t type, uint16_t flags,
			 const struct link_route *route)
{
	struct rtmsg *body = netlink_begin(nl, type, flags, sizeof *body);
	sa_family_t family = route->prefix.addr.family;
	uint32_t index = (uint32_t)route->index, metric = default_metric(family);

	body->rtm_family = (uint8_t)family;
	body->rtm_dst_len = route->prefix.len;
	body->rtm_table = RT_TABLE_MAIN;
	body->rtm_protocol = ROUTE_PROTOCOL;
	body->rtm_scope = default_scope(family);
	body->rtm_type = RTN_UNICAST;
	netlink_put_address(nl, RTA_DST, &route->prefix.addr);
	netlink_put(nl, RTA_OIF, &index, sizeof index);
	netlink_put(nl, RTA_PRIORITY, &metric, sizeof metric);
}

/* EEXIST, and the interface of the other route, for a person who has to decide between the
 * two. */
static int refuse_taken(struct netlink *nl, const struct link_route *route,
			const struct route_found *found, struct error *err)
{
	char text[PREFIX_TEXT_MAX];
	struct link link;

	ip_prefix_print(&route->prefix, text);
	if (found->index == 0 || link_get_at(nl, found->index, &link, NULL) != 0)
		return error_code(err, EEXIST, "a route to %s exists already", text);
	return error_code(err, EEXIST, "a route to %s exists already, dev %s", text,
			  link.name);
}

int route_find(struct netlink *nl, const struct link_route *route, bool *there,
	       struct error *err)
{
	struct route_found found = {0};

	*there = false;
	if (find(nl, route, &found, err) != 0)
		return -1;
	*there = found.ours;
	return found.others ? refuse_taken(nl, route, &found, err) : 0;
}

int route_add_new(struct netlink *nl, const struct link_route *route, bool *added,
		  struct error *err)
{
	struct route_found found = {0};
	char what[WHAT_MAX], text[PREFIX_TEXT_MAX];

	*added = false;
	ip_prefix_print(&route->prefix, text);
	/* NLM_F_EXCL alone speaks only of routes of the same metric: ours would silently
	 * come before a network that this host reaches at a higher one. */
	if (find(nl, route, &found, err) != 0)
		return -1;
	if (found.ours)
		return 0;
	if (found.others)
		return refuse_taken(nl, route, &found, err);
	begin_change(nl, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, route);
	snprintf(what, sizeof what, "add a route to %s", text);
	if (netlink_change(nl, what, err) == 0 && read_back(nl, route, err) == 0) {
		*added = true;
		return 0;
	}
	if (nl->sys == EEXIST) {
		/* Another process was faster: perhaps another run of this request. */
		if (find(nl, route, &found, err) == 0 && found.ours)
			return 0;
		return refuse_taken(nl, route, &found, err);
	}
	/* A verdict may be lost after the deed, and -1 must mean that the route is not
	 * there. It was not when this began, so it is ours to remove. */
	route_delete(nl, route, NULL);
	return -1;
}

int route_add(struct netlink *nl, const struct link_route *route, struct error *err)
{
	bool added;

	return route_add_new(nl, route, &added, err);
}

int route_delete(struct netlink *nl, const struct link_route *route, struct error *err)
{
	struct route_found found = {0};
	char what[WHAT_MAX], text[PREFIX_TEXT_MAX];

	/* In RTM_DELROUTE what is zero matches anything: first see that ours is there. */
	if (find(nl, route, &found, err) != 0)
		return -1;
	if (!found.ours)
		return 0;
	begin_change(nl, RTM_DELROUTE, 0, route);
	snprintf(what, sizeof what, "remove the route to %s",
		 ip_prefix_print(&route->prefix, text));
	if (netlink_change(nl, what, err) == 0 || nl->sys == ESRCH || nl->sys == ENODEV)
		return 0;
	return -1;
}

/* A kernel's own route, to what an interface with an address reaches. */
static bool is_connected(const struct rtmsg *body, const struct ip_addr *dst)
{
	static const struct ip_prefix link_local = {
	    .addr = {.family = AF_INET6, .bytes = {0xfe, 0x80}}, .len = 10};

	return body->rtm_protocol == RTPROT_KERNEL &&
	       (body->rtm_dst_len == IPV6_BITS || ip_prefix_contains(&link_local, dst));
}

static int read_learned(const struct nlmsghdr *message, const void *want, void *found,
			struct error *err)
{
	const int *index = want;
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *table[RTA_MAX + 1];
	struct ip_addr dst = {.family = AF_UNSPEC};
	uint32_t number, out = 0;

	if (message->nlmsg_type != RTM_NEWROUTE)
		return 0;
	if (netlink_attributes(message, sizeof *body, table, RTA_MAX, err) != 0)
		return -1;
	/* A kernel without IPv6 answers with the routes of every family that it has. */
	if (body->rtm_family != AF_INET6)
		return 0;
	number = body->rtm_table;
	if (netlink_value(table[RTA_TABLE], &number, sizeof number, err) != 0 ||
	    netlink_value(table[RTA_OIF], &out, sizeof out, err) != 0 ||
	    netlink_address(table[RTA_DST], AF_INET6, &dst, err) != 0)
		return -1;
	if (number != RT_TABLE_MAIN || out != (uint32_t)*index ||
	    (body->rtm_flags & RTM_F_CLONED) != 0)
		return 0;
	if (body->rtm_protocol == RTPROT_RA ||
	    (body->rtm_protocol == RTPROT_KERNEL && !is_connected(body, &dst)))
		*(bool *)found = true;
	return 0;
}

int route_learned(struct netlink *nl, int index, bool *learned, struct error *err)
{
	const struct netlink_query query = {.read = read_learned,
					    .want = &index,
					    .found = learned,
					    .found_size = sizeof *learned};

	const struct asked asked = {AF_INET6, index};

	*learned = false;
	return ask_main(nl, &asked, &query, err);
}
