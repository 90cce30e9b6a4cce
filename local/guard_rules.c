/* SPDX-License-Identifier: ISC */
/* Which routing rules a link has that is this host's default route: see vpn-connect(8). */
#include <linux/rtnetlink.h>

#include "local/guard.h"
#include "local/surroundings.h"

enum {
	RULE_SSH = RULE_FIRST,
	RULE_SSH_ELSE,
	RULE_OWN_ROUTES,
	RULE_LINK,
};

static void add(struct steer_rules *out, const struct steer_rule *rule)
{
	if (out->count < STEER_RULES_MAX && !steer_rules_have(out, rule))
		out->list[out->count++] = *rule;
}

/* By the main table; and where that has no route, not into the link, which needs ssh. */
static void add_ssh(struct steer_rules *out, const struct gate *gate, uint32_t uid,
		    bool local)
{
	struct steer_rule rule = {.family = gate->address.family,
				  .priority = RULE_SSH,
				  .table = RT_TABLE_MAIN,
				  .suppress = STEER_NO_SUPPRESS,
				  .to = gate->address,
				  .port = gate->port,
				  .uid = uid,
				  .local = local};

	add(out, &rule);
	rule.priority = RULE_SSH_ELSE;
	rule.table = 0;
	add(out, &rule);
}

static void add_family(struct steer_rules *out, sa_family_t family, uint32_t table)
{
	const struct steer_rule own = {.family = family,
				       .priority = RULE_OWN_ROUTES,
				       .table = RT_TABLE_MAIN,
				       /* A default route, or a piece of one. */
				       .suppress = family == AF_INET ? DEFAULT_LONGEST4
								     : DEFAULT_LONGEST6},
				link = {.family = family,
					.priority = RULE_LINK,
					.table = table,
					.suppress = STEER_NO_SUPPRESS};

	add(out, &own);
	add(out, &link);
}

void guard_rules(const struct gates *gates, uid_t uid, uint32_t table,
		 struct steer_rules *out)
{
	out->count = 0;
	for (size_t i = 0; i < gates->count; i++) {
		/* Not local, as the kernel looks at ports of packets that arrive only for
		 * the sake of a rule that is not (fib_rule_requires_fldissect()). */
		add_ssh(out, &gates->list[i], (uint32_t)uid, false);
		/* Whether the way back of a packet that arrives is right (rp_filter, which
		 * IPv6 has not) is asked as uid 0. */
		if (gates->list[i].address.family == AF_INET && uid != 0)
			add_ssh(out, &gates->list[i], 0, true);
	}
	add_family(out, AF_INET, table);
	add_family(out, AF_INET6, table);
}
