/* SPDX-License-Identifier: ISC */
/* The default routes of a table of its own: the link's, and one that leads nowhere. */
#include "agent/net/steer.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/ipv6_route.h>
#include <linux/rtnetlink.h>
#include <stdio.h>

#include "agent/net/netlink_talk.h"

enum { WHAT_MAX = 96 };

struct table_asked {
	sa_family_t family;
	uint32_t table;
};

static int read_route(const struct nlmsghdr *message, const void *want, void *found,
		      struct error *err)
{
	const struct table_asked *const asked = want;
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *table[RTA_MAX + 1];
	struct steer_table *const out = found;
	uint32_t number, index = 0, metric = 0;

	if (message->nlmsg_type != RTM_NEWROUTE)
		return 0;
	if (netlink_attributes(message, sizeof *body, table, RTA_MAX, err) != 0)
		return -1;
	number = body->rtm_table;
	if (netlink_value(table[RTA_TABLE], &number, sizeof number, err) != 0 ||
	    netlink_value(table[RTA_OIF], &index, sizeof index, err) != 0 ||
	    netlink_value(table[RTA_PRIORITY], &metric, sizeof metric, err) != 0)
		return -1;
	/* Not every kernel filters its dump. */
	if (number != asked->table || body->rtm_family != asked->family ||
	    (body->rtm_flags & RTM_F_CLONED) != 0)
		return 0;
	if (body->rtm_dst_len == 0 && body->rtm_type == RTN_UNICAST &&
	    body->rtm_protocol == ROUTE_PROTOCOL && table[RTA_GATEWAY] == NULL) {
		out->index = (int)index;
	} else if (body->rtm_dst_len == 0 && body->rtm_type == RTN_UNREACHABLE &&
		   body->rtm_protocol == HELD_PROTOCOL) {
		out->nowhere = true;
	} else {
		out->foreign = true;
		if (body->rtm_dst_len == 0)
			out->other = (struct steer_other){true, body->rtm_protocol,
							  body->rtm_tos, metric};
	}
	return 0;
}

int steer_table_read(struct netlink *nl, sa_family_t family, uint32_t table,
		     struct steer_table *out, struct error *err)
{
	struct rtmsg *body = netlink_begin(nl, RTM_GETROUTE, NLM_F_DUMP, sizeof *body);
	const struct table_asked asked = {family, table};
	const struct netlink_query query = {
	    .read = read_route, .want = &asked, .found = out, .found_size = sizeof *out};

	body->rtm_family = (uint8_t)family;
	netlink_put(nl, RTA_TABLE, &table, sizeof table);
	if (netlink_ask(nl, &query, "read the routes", err) == 0)
		return 0;
	*out = (struct steer_table){.index = 0};
	/* No such table, or no such family: it is empty. */
	return nl->sys == ENOENT || nl->sys == EAFNOSUPPORT || nl->sys == EOPNOTSUPP ? 0
										     : -1;
}

static void begin_change(struct netlink *nl, uint16_t type, uint16_t flags,
			 const struct table_asked *asked, int index)
{
	struct rtmsg *body = netlink_begin(nl, type, flags, sizeof *body);
	const uint32_t out = (uint32_t)index;
	const bool nowhere = index == 0;
	const uint32_t metric = nowhere			    ? HELD_METRIC
				: asked->family == AF_INET6 ? IP6_RT_PRIO_USER
							    : 0;

	body->rtm_family = (uint8_t)asked->family;
	body->rtm_protocol = nowhere ? HELD_PROTOCOL : ROUTE_PROTOCOL;
	body->rtm_scope =
	    nowhere || asked->family == AF_INET6 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	body->rtm_type = nowhere ? RTN_UNREACHABLE : RTN_UNICAST;
	netlink_put(nl, RTA_TABLE, &asked->table, sizeof asked->table);
	netlink_put(nl, RTA_PRIORITY, &metric, sizeof metric);
	if (!nowhere)
		netlink_put(nl, RTA_OIF, &out, sizeof out);
}

static bool lacks_family(int sys)
{
	return sys == EAFNOSUPPORT || sys == EOPNOTSUPP;
}

int steer_route_add(struct netlink *nl, sa_family_t family, uint32_t table, int index,
		    struct error *err)
{
	const struct table_asked asked = {family, table};
	char what[WHAT_MAX];

	begin_change(nl, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &asked, index);
	snprintf(what, sizeof what, "add the default route of IPv%d to table %u",
		 family == AF_INET ? 4 : 6, (unsigned)table);
	if (netlink_change(nl, what, err) == 0 || nl->sys == EEXIST)
		return 0;
	if (lacks_family(nl->sys))
		return error_code(err, EAFNOSUPPORT, "this host has no IPv6");
	return -1;
}

int steer_route_delete(struct netlink *nl, sa_family_t family, uint32_t table, int index,
		       struct error *err)
{
	const struct table_asked asked = {family, table};
	char what[WHAT_MAX];

	begin_change(nl, RTM_DELROUTE, 0, &asked, index);
	snprintf(what, sizeof what, "delete the default route of IPv%d from table %u",
		 family == AF_INET ? 4 : 6, (unsigned)table);
	return netlink_change(nl, what, err) == 0 || nl->sys == ESRCH ||
		       nl->sys == ENODEV || lacks_family(nl->sys)
		   ? 0
		   : -1;
}

int steer_other_delete(struct netlink *nl, sa_family_t family, uint32_t table,
		       const struct steer_other *other, struct error *err)
{
	struct rtmsg *body = netlink_begin(nl, RTM_DELROUTE, 0, sizeof *body);
	char what[WHAT_MAX];

	body->rtm_family = (uint8_t)family;
	body->rtm_protocol = other->protocol;
	body->rtm_tos = other->tos;
	/* Of any type and scope. */
	body->rtm_scope = RT_SCOPE_NOWHERE;
	netlink_put(nl, RTA_TABLE, &table, sizeof table);
	netlink_put(nl, RTA_PRIORITY, &other->metric, sizeof other->metric);
	snprintf(what, sizeof what, "delete another default route of IPv%d from table %u",
		 family == AF_INET ? 4 : 6, (unsigned)table);
	return netlink_change(nl, what, err) == 0 || nl->sys == ESRCH ? 0 : -1;
}
