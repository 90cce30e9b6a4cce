/* SPDX-License-Identifier: ISC */
/*
 * Policy routing, for a link that is this host's default route: routing rules and a routing
 * table of its own. What somebody else has of either is never touched, but for a default
 * route in that table: a rule is ours by its protocol number and its priority, a route by
 * its protocol number and its table.
 */
#ifndef SALLYPORT_AGENT_NET_STEER_H
#define SALLYPORT_AGENT_NET_STEER_H

#include "agent/net/netlink.h"

enum {
	/* FRA_PROTOCOL of every rule that is ours: `ip rule show proto 86` */
	RULE_PROTOCOL = 86,
	/* Before those that the kernel numbers by itself, from 32765 downwards. */
	RULE_FIRST = 21083,
	RULE_LAST = RULE_FIRST + 3,
	/* The tables that one is chosen of. */
	STEER_TABLE_FIRST = 8300,
	STEER_TABLES = 16,
	STEER_RULES_MAX = 256,
	STEER_NO_SUPPRESS = -1,
};

/* A rule of ours: for packets that this host itself sends. */
struct steer_rule {
	sa_family_t family;
	uint32_t priority;
	/* RT_TABLE_*; 0: the packets are refused (unreachable) */
	uint32_t table;
	/* routes of that table that are no longer do not count; or STEER_NO_SUPPRESS */
	int32_t suppress;
	/* TCP to that port of that address, from sockets of that user; AF_UNSPEC: any
	 * packet, and of others than this host as well */
	struct ip_addr to;
	uint16_t port;
	uint32_t uid;
	/* no packet that is forwarded, which is of uid 0 to the kernel */
	bool local;
};

struct steer_rules {
	struct steer_rule list[STEER_RULES_MAX];
	size_t count;
};

bool steer_rule_same(const struct steer_rule *a, const struct steer_rule *b);
/* Whether the list has that very rule. */
bool steer_rules_have(const struct steer_rules *rules, const struct steer_rule *rule);

/* The rules of both families that are ours, whichever link they belong to; others that only
 * have our numbers are passed over. A family that the kernel lacks has none. 0, or -1. */
int steer_rules_read(struct netlink *nl, struct steer_rules *out, struct error *err);
/* 0; or -1, with err->sys == EEXIST when that very rule is there, and with EAFNOSUPPORT
 * when the kernel lacks the family. */
int steer_rule_add(struct netlink *nl, const struct steer_rule *rule, struct error *err);
/* One that is gone already succeeds. */
int steer_rule_delete(struct netlink *nl, const struct steer_rule *rule, struct error *err);

/* Somebody else's default route in the link's table, which may lead past the link. */
struct steer_other {
	bool there;
	uint8_t protocol, tos;
	uint32_t metric;
};

/* What a table has of one family. */
struct steer_table {
	/* the default route through our link, by its interface; 0: none */
	int index;
	/* the one that leads nowhere, which that one beats */
	bool nowhere;
	/* somebody else's route */
	bool foreign;
	/* the last of those that are default routes */
	struct steer_other other;
};

/* A family or a table that the kernel lacks is empty. 0, or -1. */
int steer_table_read(struct netlink *nl, sa_family_t family, uint32_t table,
		     struct steer_table *out, struct error *err);
/* A default route through that interface; 0: one that leads nowhere. 0, or -1; one that is
 * there, or is gone already, is no failure. EAFNOSUPPORT as above. */
int steer_route_add(struct netlink *nl, sa_family_t family, uint32_t table, int index,
		    struct error *err);
int steer_route_delete(struct netlink *nl, sa_family_t family, uint32_t table, int index,
		       struct error *err);
/* 0, also when it is gone already; or -1. */
int steer_other_delete(struct netlink *nl, sa_family_t family, uint32_t table,
		       const struct steer_other *other, struct error *err);

#endif
