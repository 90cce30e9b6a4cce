/* SPDX-License-Identifier: ISC */
/* Routes of the main table that lead nowhere, at a metric that every other one beats:
 * rtnetlink(7), RTN_UNREACHABLE. */
#include "agent/net/netlink_talk.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

enum { WHAT_MAX = 128 };

/* What is looked for, in one family. */
struct held_asked {
	const struct held_route *list;
	size_t count;
	sa_family_t family;
};

/* Whether the message is of a route as held_add() makes it; which one, then. */
static int read_held(const struct nlmsghdr *message, const struct held_asked *asked,
		     struct held_route *out, bool *is_held, struct error *err)
{
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *table[RTA_MAX + 1];
	uint32_t number;

	*is_held = false;
	*out = (struct held_route){.metric = 0};
	if (message->nlmsg_type != RTM_NEWROUTE)
		return 0;
	if (netlink_attributes(message, sizeof *body, table, RTA_MAX, err) != 0)
		return -1;
	number = body->rtm_table;
	if (netlink_value(table[RTA_TABLE], &number, sizeof number, err) != 0 ||
	    netlink_value(table[RTA_PRIORITY], &out->metric, sizeof out->metric, err) != 0)
		return -1;
	/* Not every kernel filters its dump. */
	if (number != RT_TABLE_MAIN || body->rtm_family != asked->family ||
	    body->rtm_type != RTN_UNREACHABLE || body->rtm_protocol != HELD_PROTOCOL ||
	    body->rtm_tos != 0 || body->rtm_src_len != 0)
		return 0;
	if (netlink_address(table[RTA_DST], asked->family, &out->prefix.addr, err) != 0)
		return -1;
	/* A default route has no RTA_DST, and its address is all zero. */
	out->prefix.addr.family = asked->family;
	out->prefix.len = body->rtm_dst_len;
	*is_held = true;
	return 0;
}

static int read_slot(const struct nlmsghdr *message, const void *want, void *found,
		     struct error *err)
{
	const struct held_asked *asked = want;
	uint16_t *const slots = found;
	struct held_route held;
	bool is_held;

	if (read_held(message, asked, &held, &is_held, err) != 0)
		return -1;
	if (!is_held || held.metric > HELD_METRIC ||
	    HELD_METRIC - held.metric >= HELD_SLOTS)
		return 0;
	for (size_t i = 0; i < asked->count; i++)
		if (ip_prefix_compare(&asked->list[i].prefix, &held.prefix) == 0)
			slots[i] |= (uint16_t)(1U << (HELD_METRIC - held.metric));
	return 0;
}

/* One dump, however many are looked for: a host may have a million routes. */
static int look_family(struct netlink *nl, const struct held_asked *asked, uint16_t *slots,
		       struct error *err)
{
	struct rtmsg *body = netlink_begin(nl, RTM_GETROUTE, NLM_F_DUMP, sizeof *body);
	const struct netlink_query query = {.read = read_slot,
					    .want = asked,
					    .found = slots,
					    .found_size = asked->count * sizeof *slots};
	const uint32_t table = RT_TABLE_MAIN;

	body->rtm_family = (uint8_t)asked->family;
	body->rtm_type = RTN_UNREACHABLE;
	body->rtm_protocol = HELD_PROTOCOL;
	netlink_put(nl, RTA_TABLE, &table, sizeof table);
	if (netlink_ask(nl, &query, "read the routes", err) == 0)
		return 0;
	/* No such table, or no such family: there are none. */
	if (nl->sys != ENOENT && nl->sys != EAFNOSUPPORT && nl->sys != EOPNOTSUPP)
		return -1;
	memset(slots, 0, query.found_size);
	return 0;
}

/* Each prefix is looked up in its own family only, so that the first answer is not lost
 * with the second, which zeroes what it fills. */
int held_look(struct netlink *nl, const struct held_route *list, size_t count,
	      uint16_t *slots, struct error *err)
{
	size_t first = 0;

	/* Runs of one family: callers have few of them. */
	while (first < count) {
		const sa_family_t family = list[first].prefix.addr.family;
		struct held_asked asked = {&list[first], 0, family};

		while (first + asked.count < count &&
		       list[first + asked.count].prefix.addr.family == family)
			asked.count++;
		if (look_family(nl, &asked, &slots[first], err) != 0)
			return -1;
		first += asked.count;
	}
	return 0;
}

static void begin_change(struct netlink *nl, uint16_t type, uint16_t flags,
			 const struct held_route *held)
{
	struct rtmsg *body = netlink_begin(nl, type, flags, sizeof *body);

	body->rtm_family = (uint8_t)held->prefix.addr.family;
	body->rtm_dst_len = held->prefix.len;
	body->rtm_table = RT_TABLE_MAIN;
	body->rtm_protocol = HELD_PROTOCOL;
	body->rtm_scope = RT_SCOPE_UNIVERSE;
	body->rtm_type = RTN_UNREACHABLE;
	netlink_put_address(nl, RTA_DST, &held->prefix.addr);
	netlink_put(nl, RTA_PRIORITY, &held->metric, sizeof held->metric);
}

int held_exists(struct netlink *nl, const struct held_route *held, bool *there,
		struct error *err)
{
	uint16_t slots = 0;

	if (held_look(nl, held, 1, &slots, err) != 0)
		return -1;
	*there = held->metric <= HELD_METRIC && HELD_METRIC - held->metric < HELD_SLOTS &&
		 (slots & 1U << (HELD_METRIC - held->metric)) != 0;
	return 0;
}

/* What a kernel without that family says to one of its routes. */
static bool lacks_family(int sys)
{
	return sys == EAFNOSUPPORT || sys == EOPNOTSUPP;
}

int held_add(struct netlink *nl, const struct held_route *held, struct error *err)
{
	char what[WHAT_MAX], text[PREFIX_TEXT_MAX];
	bool there = false;

	ip_prefix_print(&held->prefix, text);
	snprintf(what, sizeof what, "hold back packets to %s", text);
	begin_change(nl, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, held);
	if (netlink_change(nl, what, err) != 0)
		return lacks_family(nl->sys)
			   ? error_code(err, EAFNOSUPPORT, "this host has no IPv6")
		       : nl->sys == EEXIST
			   ? error_code(err, EEXIST,
					"a route to %s of metric %lu exists already", text,
					(unsigned long)held->metric)
			   : -1;
	if (held_exists(nl, held, &there, err) != 0)
		return -1;
	return there ? 0
		     : error_code(err, ENODATA,
				  "the route that holds back packets to %s was added, but "
				  "is missing",
				  text);
}

int held_delete(struct netlink *nl, const struct held_route *held, struct error *err)
{
	char what[WHAT_MAX], text[PREFIX_TEXT_MAX];
	bool there = false;

	/* In RTM_DELROUTE what is zero matches anything: first see that it is ours. */
	if (held_exists(nl, held, &there, err) != 0)
		return -1;
	if (!there)
		return 0;
	begin_change(nl, RTM_DELROUTE, 0, held);
	snprintf(what, sizeof what, "stop holding back packets to %s",
		 ip_prefix_print(&held->prefix, text));
	if (netlink_change(nl, what, err) == 0 || nl->sys == ESRCH || nl->sys == ENODEV)
		return 0;
	return -1;
}
