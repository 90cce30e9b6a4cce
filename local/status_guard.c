/* SPDX-License-Identifier: ISC */
/* Whether the kernel still has the rules of a default route, and of the packet filter. */
#include <string.h>

#include "agent/net/filter_table.h"
#include "local/guard.h"
#include "local/status.h"

static int filter_fault(const struct status *status, const struct journal_entry *entry,
			enum status_fault *fault, struct error *err)
{
	struct netlink *netlink;
	struct filter_table found;
	char name[FILTER_NAME_MAX];
	int result;

	/* Later ones tell how it looks now. */
	if (journal_find(&status->journal, JOURNAL_FILTER) != entry)
		return 0;
	netlink = netlink_open_filter(err);
	if (netlink == NULL)
		return -1;
	result = filter_table_read(netlink, filter_name(status->name, name), &found, err);
	netlink_close(netlink);
	if (result == 0 && !found.there)
		*fault = FAULT_MISSING;
	else if (result == 0 && found.print != entry->print)
		*fault = FAULT_CHANGED;
	return result;
}

/* The journal has what the rules were made of. */
static void plan_again(const struct status *status, const struct journal_entry *entry,
		       struct steer_rules *out)
{
	const struct journal *const journal = &status->journal;
	struct gates gates = {.count = 0};
	uid_t uid = 0;

	for (size_t i = 0; i < journal->count; i++) {
		if (journal->entries[i].kind != JOURNAL_GATE || gates.count == GATES_MAX)
			continue;
		uid = journal->entries[i].uid;
		gates.list[gates.count++] = journal->entries[i].gate;
	}
	guard_rules(&gates, uid, entry->table, out);
}

static bool carries(const struct status *status, sa_family_t family)
{
	const struct journal *const journal = &status->journal;

	for (size_t i = 0; i < journal->count; i++)
		if (journal->entries[i].kind == JOURNAL_PAIR &&
		    journal->entries[i].pair.local.family == family)
			return true;
	return false;
}

static int table_fault(struct netlink *netlink, const struct status *status,
		       const struct journal_entry *entry, enum status_fault *fault,
		       struct error *err)
{
	static const sa_family_t families[] = {AF_INET, AF_INET6};
	static struct steer_rules wanted, there;
	const struct journal_entry *const device =
	    journal_find(&status->journal, JOURNAL_DEVICE);
	const bool up = journal_find(&status->journal, JOURNAL_UP) != NULL;

	plan_again(status, entry, &wanted);
	if (steer_rules_read(netlink, &there, err) != 0)
		return -1;
	for (size_t i = 0; i < wanted.count; i++)
		if (!steer_rules_have(&there, &wanted.list[i]) &&
		    (wanted.list[i].family == AF_INET || guard_has_ipv6()))
			*fault = FAULT_CHANGED;
	for (size_t i = 0; up && device != NULL && i < 2; i++) {
		struct steer_table table;

		if (steer_table_read(netlink, families[i], entry->table, &table, err) != 0)
			return -1;
		if (table.foreign ||
		    (carries(status, families[i]) && table.index != device->index))
			*fault = FAULT_CHANGED;
	}
	return 0;
}

int status_guard_fault(struct netlink *netlink, const struct status *status,
		       const struct journal_entry *entry, enum status_fault *fault,
		       struct error *err)
{
	return entry->kind == JOURNAL_FILTER
		   ? filter_fault(status, entry, fault, err)
		   : table_fault(netlink, status, entry, fault, err);
}
