/* SPDX-License-Identifier: ISC */
#include "local/guard_settling.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

/* Of somebody else, taken out of a table at once. */
enum { OTHERS_MAX = 16 };

static const sa_family_t families[GUARD_FAMILIES] = {AF_INET, AF_INET6};

void guard_adopt(struct guard *guard, const struct journal *left)
{
	for (size_t i = 0; i < left->count; i++) {
		const struct journal_entry *const entry = &left->entries[i];

		if (entry->kind == JOURNAL_TABLE) {
			guard->table = entry->table;
			guard->steers = true;
		} else if (entry->kind == JOURNAL_FILTER) {
			guard->filtered = true;
		} else if (entry->kind == JOURNAL_GATE && guard->gates.count < GATES_MAX) {
			guard->uid = entry->uid;
			guard->gates.list[guard->gates.count++] = entry->gate;
		}
	}
}

void guard_plan(struct guard *guard, const struct profile *profile)
{
	snprintf(guard->name, sizeof guard->name, "%s", profile->name);
	snprintf(guard->interface, sizeof guard->interface, "%s", profile->interface);
	guard->steers = profile->route_default;
	guard->closes = profile->kill_switch;
	guard->clamps = profile->clamp_mss;
	guard->fallback = profile->fallback;
	guard->index = 0;
	guard->planned = true;
}

void guard_make_nothing(struct guard *guard)
{
	guard->steers = guard->steers && guard->table != 0;
	guard->closes = guard->closes && guard->filtered;
	guard->clamps = guard->clamps && guard->filtered;
}

void guard_plan_up(struct guard *guard, int index, bool carries4, bool carries6)
{
	guard->index = index;
	guard->carries[0] = carries4;
	guard->carries[1] = carries6;
	guard->planned = true;
}

void guard_plan_away(struct guard *guard)
{
	guard->index = 0;
}

bool guard_has_ipv6(void)
{
	return access("/proc/net/if_inet6", F_OK) == 0;
}

bool guard_is_empty(const struct guard *guard)
{
	return guard->table == 0 && !guard->filtered;
}

void guard_tell_repair(const struct guarding *guarding, const char *what)
{
	unsigned *const repairs = &guarding->guard->repairs;

	++*repairs;
	if ((*repairs & (*repairs - 1)) == 0)
		report_log(guarding->report, LOG_WARNING,
			   "%s changed by somebody else: put back", what);
}

static int choose_table(const struct guarding *guarding, uint32_t *out, struct error *err)
{
	for (unsigned i = 0; i < STEER_TABLES; i++) {
		struct steer_table found[GUARD_FAMILIES];
		bool used = false;

		for (size_t j = 0; j < GUARD_FAMILIES; j++) {
			if (steer_table_read(guarding->netlink, families[j],
					     STEER_TABLE_FIRST + i, &found[j], err) != 0)
				return -1;
			used |= found[j].foreign || found[j].nowhere || found[j].index != 0;
		}
		*out = STEER_TABLE_FIRST + i;
		if (!used)
			return 0;
	}
	return error_set(err, "the routing tables %d to %d are all in use",
			 STEER_TABLE_FIRST, STEER_TABLE_FIRST + STEER_TABLES - 1);
}

static int write_down(const struct guarding *guarding, struct error *err)
{
	struct guard *const guard = guarding->guard;
	struct journal_entry entry = {.kind = JOURNAL_GATE, .uid = guard->uid};

	for (size_t i = 0; i < guard->gates.count; i++) {
		entry.gate = guard->gates.list[i];
		if (journal_add(guarding->journal, &entry, err) != 0)
			return -1;
	}
	entry = (struct journal_entry){.kind = JOURNAL_TABLE};
	if (choose_table(guarding, &entry.table, err) != 0 ||
	    journal_add(guarding->journal, &entry, err) != 0)
		return -1;
	guard->table = entry.table;
	return 0;
}

static int check_routes(const struct guarding *guarding, size_t family, bool nowhere,
			int index, struct error *err)
{
	struct steer_table found;

	if (steer_table_read(guarding->netlink, families[family], guarding->guard->table,
			     &found, err) != 0)
		return -1;
	return found.nowhere == nowhere && found.index == index && !found.other.there
		   ? 0
		   : error_code(err, ENODATA,
				"the default routes of table %u were set, but it has "
				"others",
				(unsigned)guarding->guard->table);
}

/* Another default route, before the link's or in its place, leads past it. */
static int remove_others(struct guarding *guarding, sa_family_t family,
			 struct steer_table *found, struct error *err)
{
	const uint32_t table = guarding->guard->table;

	for (int i = 0; found->other.there && i < OTHERS_MAX; i++) {
		guarding->mended = true;
		if (steer_other_delete(guarding->netlink, family, table, &found->other,
				       err) != 0 ||
		    steer_table_read(guarding->netlink, family, table, found, err) != 0)
			return -1;
	}
	return 0;
}

/* Beneath the link's route, one that leads nowhere: for as long as the link is away, and
 * for a family that it does not carry. One that this host lacks leaves by no way at all. */
static int settle_routes(struct guarding *guarding, size_t family, struct error *err)
{
	const struct guard *const guard = guarding->guard;
	struct netlink *const netlink = guarding->netlink;
	const bool up = guard->index != 0, carries = up && guard->carries[family];
	const bool nowhere = !guard->fallback || (up && !carries);
	const int index = carries ? guard->index : 0;
	struct steer_table found;

	if (families[family] == AF_INET6 && !guard_has_ipv6())
		return 0;
	if (steer_table_read(netlink, families[family], guard->table, &found, err) != 0)
		return -1;
	if (found.nowhere == nowhere && found.index == index && !found.other.there)
		return 0;
	guarding->mended |=
	    (nowhere && !found.nowhere) || (index != 0 && found.index != index);
	if (nowhere && !found.nowhere &&
	    steer_route_add(netlink, families[family], guard->table, 0, err) != 0)
		return -1;
	if (remove_others(guarding, families[family], &found, err) != 0)
		return -1;
	if (found.index != 0 && found.index != index &&
	    steer_route_delete(netlink, families[family], guard->table, found.index, err) !=
		0)
		return -1;
	if (index != 0 && found.index != index &&
	    steer_route_add(netlink, families[family], guard->table, index, err) != 0)
		return -1;
	if (!nowhere && found.nowhere &&
	    steer_route_delete(netlink, families[family], guard->table, 0, err) != 0)
		return -1;
	return check_routes(guarding, family, nowhere, index, err);
}

/* Whether the family is one that this host has. */
static int add_rule(struct guarding *guarding, const struct steer_rule *rule, bool *added,
		    struct error *err)
{
	*added = steer_rule_add(guarding->netlink, rule, err) == 0;
	if (*added || err->sys == EAFNOSUPPORT)
		return 0;
	return -1;
}

static int settle_rules(struct guarding *guarding, struct error *err)
{
	static struct steer_rules wanted, there;
	const struct guard *const guard = guarding->guard;
	bool added = false, one;

	guard_rules(&guard->gates, guard->uid, guard->table, &wanted);
	if (steer_rules_read(guarding->netlink, &there, err) != 0)
		return -1;
	for (size_t i = 0; i < wanted.count; i++) {
		if (steer_rules_have(&there, &wanted.list[i]))
			continue;
		if (add_rule(guarding, &wanted.list[i], &one, err) != 0)
			return -1;
		added |= one;
	}
	/* Nobody else has the claim. */
	for (size_t i = 0; i < there.count; i++)
		if (!steer_rules_have(&wanted, &there.list[i]) &&
		    steer_rule_delete(guarding->netlink, &there.list[i], err) != 0)
			return -1;
	guarding->mended |= added;
	if (!added)
		return 0;
	if (steer_rules_read(guarding->netlink, &there, err) != 0)
		return -1;
	for (size_t i = 0; i < wanted.count; i++)
		if ((wanted.list[i].family == AF_INET || guard_has_ipv6()) &&
		    !steer_rules_have(&there, &wanted.list[i]))
			return error_code(err, ENODATA,
					  "the routing rule %u was added, but is missing",
					  (unsigned)wanted.list[i].priority);
	return 0;
}

static int settle_steering(struct guarding *guarding, struct error *err)
{
	struct guard *const guard = guarding->guard;

	if (!guard->steers) {
		if (guard->table != 0 &&
		    guard_undo_table(guarding->netlink, guard->table, err) != 0)
			return -1;
		guard->table = 0;
		guard_unclaim();
		return 0;
	}
	if (guard->table == 0 && write_down(guarding, err) != 0)
		return -1;
	for (size_t i = 0; i < GUARD_FAMILIES; i++)
		if (settle_routes(guarding, i, err) != 0)
			return -1;
	if (settle_rules(guarding, err) != 0)
		return -1;
	if (guarding->mended && !guard->planned)
		guard_tell_repair(guarding,
				  "the rules and routes of the default route were");
	return 0;
}

/* Closed first, and opened last. */
int guard_settle(struct guard *guard, struct netlink *netlink, struct journal *journal,
		 const struct report *report, struct error *err)
{
	struct guarding guarding = {
	    .guard = guard, .netlink = netlink, .journal = journal, .report = report};
	const bool closes = guard->closes || guard->clamps;

	/* Before anything is changed. */
	if (guard->steers && !guard_claimed() && guard_claim(guard->name, err) != 0)
		return -1;
	if ((closes && guard_settle_filter(&guarding, err) != 0) ||
	    settle_steering(&guarding, err) != 0 ||
	    (!closes && guard_settle_filter(&guarding, err) != 0))
		return -1;
	guard->planned = false;
	return 0;
}

size_t guard_entries(const struct guard *guard, struct journal_entry out[GUARD_ENTRIES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; !guard_is_empty(guard) && i < guard->gates.count; i++)
		out[count++] = (struct journal_entry){
		    .kind = JOURNAL_GATE, .uid = guard->uid, .gate = guard->gates.list[i]};
	if (guard->filtered)
		out[count++] =
		    (struct journal_entry){.kind = JOURNAL_FILTER, .print = guard->print};
	if (guard->table != 0)
		out[count++] =
		    (struct journal_entry){.kind = JOURNAL_TABLE, .table = guard->table};
	return count;
}

int guard_undo_table(struct netlink *netlink, uint32_t table, struct error *err)
{
	static struct steer_rules there;

	if (steer_rules_read(netlink, &there, err) != 0)
		return -1;
	for (size_t i = there.count; i > 0; i--)
		if (steer_rule_delete(netlink, &there.list[i - 1], err) != 0)
			return -1;
	for (size_t i = 0; i < GUARD_FAMILIES; i++) {
		struct steer_table found;

		if (steer_table_read(netlink, families[i], table, &found, err) != 0 ||
		    (found.index != 0 && steer_route_delete(netlink, families[i], table,
							    found.index, err) != 0) ||
		    (found.nowhere &&
		     steer_route_delete(netlink, families[i], table, 0, err) != 0))
			return -1;
	}
	return 0;
}
