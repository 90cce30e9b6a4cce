/* SPDX-License-Identifier: ISC */
/* Routing rules that are ours: rtnetlink(7), RTM_GETRULE and friends, linux/fib_rules.h. */
#include "agent/net/steer.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "agent/net/netlink_talk.h"

#define LOOPBACK "lo"

enum { WHAT_MAX = 64 };

static const sa_family_t families[] = {AF_INET, AF_INET6};
enum { FAMILIES = sizeof families / sizeof *families };

bool steer_rule_same(const struct steer_rule *a, const struct steer_rule *b)
{
	return a->family == b->family && a->priority == b->priority &&
	       a->table == b->table && a->suppress == b->suppress &&
	       a->to.family == b->to.family &&
	       (a->to.family == AF_UNSPEC ||
		(ip_addr_equal(&a->to, &b->to) && a->port == b->port && a->uid == b->uid &&
		 a->local == b->local));
}

bool steer_rules_have(const struct steer_rules *rules, const struct steer_rule *rule)
{
	for (size_t i = 0; i < rules->count; i++)
		if (steer_rule_same(&rules->list[i], rule))
			return true;
	return false;
}

/* A kernel without that family, or without rules. */
static bool lacks_family(int sys)
{
	return sys == EAFNOSUPPORT || sys == EOPNOTSUPP;
}

static int read_target(const struct nlattr **table, struct steer_rule *out,
		       struct error *err)
{
	struct fib_rule_port_range ports = {0, 0};
	struct fib_rule_uid_range uids = {0, 0};

	if (netlink_address(table[FRA_DST], out->family, &out->to, err) != 0 ||
	    netlink_value(table[FRA_DPORT_RANGE], &ports, sizeof ports, err) != 0 ||
	    netlink_value(table[FRA_UID_RANGE], &uids, sizeof uids, err) != 0)
		return -1;
	if (out->to.family == AF_UNSPEC)
		return 0;
	out->port = ports.start;
	out->uid = uids.start;
	out->local = table[FRA_IIFNAME] != NULL;
	return 0;
}

static int read_rule(const struct nlmsghdr *message, const void *want, void *found,
		     struct error *err)
{
	const sa_family_t *const family = want;
	const struct fib_rule_hdr *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *table[FRA_MAX + 1];
	struct steer_rules *const rules = found;
	struct steer_rule rule = {.suppress = STEER_NO_SUPPRESS};
	uint8_t protocol = 0;
	uint32_t suppress = UINT32_MAX;

	if (message->nlmsg_type != RTM_NEWRULE)
		return 0;
	if (netlink_attributes(message, sizeof *body, table, FRA_MAX, err) != 0)
		return -1;
	/* A kernel without IPv6 answers with what it has. */
	if (body->family != *family)
		return 0;
	rule.family = body->family;
	rule.table = body->table;
	if (netlink_value(table[FRA_PROTOCOL], &protocol, sizeof protocol, err) != 0 ||
	    netlink_value(table[FRA_PRIORITY], &rule.priority, sizeof rule.priority, err) !=
		0 ||
	    netlink_value(table[FRA_TABLE], &rule.table, sizeof rule.table, err) != 0 ||
	    netlink_value(table[FRA_SUPPRESS_PREFIXLEN], &suppress, sizeof suppress, err) !=
		0 ||
	    read_target(table, &rule, err) != 0)
		return -1;
	if (protocol != RULE_PROTOCOL || rule.priority < RULE_FIRST ||
	    rule.priority > RULE_LAST)
		return 0;
	if (body->action == FR_ACT_UNREACHABLE)
		rule.table = 0;
	rule.suppress = suppress == UINT32_MAX ? STEER_NO_SUPPRESS : (int32_t)suppress;
	if (rules->count < STEER_RULES_MAX)
		rules->list[rules->count++] = rule;
	return 0;
}

int steer_rules_read(struct netlink *nl, struct steer_rules *out, struct error *err)
{
	static struct steer_rules found;

	out->count = 0;
	for (size_t i = 0; i < FAMILIES; i++) {
		struct fib_rule_hdr *body =
		    netlink_begin(nl, RTM_GETRULE, NLM_F_DUMP, sizeof *body);
		const struct netlink_query query = {.read = read_rule,
						    .want = &families[i],
						    .found = &found,
						    .found_size = sizeof found};

		body->family = (uint8_t)families[i];
		if (netlink_ask(nl, &query, "read the routing rules", err) != 0) {
			if (!lacks_family(nl->sys))
				return -1;
			continue;
		}
		for (size_t j = 0; j < found.count && out->count < STEER_RULES_MAX; j++)
			out->list[out->count++] = found.list[j];
	}
	return 0;
}

static void put_target(struct netlink *nl, const struct steer_rule *rule)
{
	const struct fib_rule_port_range ports = {rule->port, rule->port};
	const struct fib_rule_uid_range uids = {rule->uid, rule->uid};
	const uint8_t protocol = IPPROTO_TCP;

	netlink_put_address(nl, FRA_DST, &rule->to);
	if (rule->local)
		netlink_put(nl, FRA_IIFNAME, LOOPBACK, sizeof LOOPBACK);
	netlink_put(nl, FRA_IP_PROTO, &protocol, sizeof protocol);
	netlink_put(nl, FRA_DPORT_RANGE, &ports, sizeof ports);
	netlink_put(nl, FRA_UID_RANGE, &uids, sizeof uids);
}

static void begin_change(struct netlink *nl, uint16_t type, uint16_t flags,
			 const struct steer_rule *rule)
{
	struct fib_rule_hdr *body = netlink_begin(nl, type, flags, sizeof *body);
	const uint8_t protocol = RULE_PROTOCOL;
	const uint32_t suppress = (uint32_t)rule->suppress;

	body->family = (uint8_t)rule->family;
	body->action = rule->table == 0 ? FR_ACT_UNREACHABLE : FR_ACT_TO_TBL;
	netlink_put(nl, FRA_PRIORITY, &rule->priority, sizeof rule->priority);
	netlink_put(nl, FRA_PROTOCOL, &protocol, sizeof protocol);
	if (rule->table != 0)
		netlink_put(nl, FRA_TABLE, &rule->table, sizeof rule->table);
	if (rule->suppress != STEER_NO_SUPPRESS)
		netlink_put(nl, FRA_SUPPRESS_PREFIXLEN, &suppress, sizeof suppress);
	if (rule->to.family == AF_UNSPEC)
		return;
	body->dst_len = (uint8_t)(rule->family == AF_INET ? IPV4_BITS : IPV6_BITS);
	put_target(nl, rule);
}

static const char *describe(const struct steer_rule *rule, const char *verb,
			    char what[WHAT_MAX])
{
	snprintf(what, WHAT_MAX, "%s the routing rule %u of IPv%d", verb,
		 (unsigned)rule->priority, rule->family == AF_INET ? 4 : 6);
	return what;
}

int steer_rule_add(struct netlink *nl, const struct steer_rule *rule, struct error *err)
{
	char what[WHAT_MAX];

	begin_change(nl, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule);
	if (netlink_change(nl, describe(rule, "add", what), err) == 0)
		return 0;
	if (lacks_family(nl->sys))
		return error_code(err, EAFNOSUPPORT, "this host has no IPv6");
	return -1;
}

int steer_rule_delete(struct netlink *nl, const struct steer_rule *rule, struct error *err)
{
	char what[WHAT_MAX];

	begin_change(nl, RTM_DELRULE, 0, rule);
	return netlink_change(nl, describe(rule, "delete", what), err) == 0 ||
		       nl->sys == ENOENT || lacks_family(nl->sys)
		   ? 0
		   : -1;
}
