/* SPDX-License-Identifier: ISC */
/* The link's table of the packet filter: made by nft(8), read back from the kernel. */
#include "local/guard_settling.h"

#include <errno.h>
#include <string.h>

#include "agent/net/filter_table.h"
#include "local/nft.h"

/* How often the same rules are written, for two looks in a row to find the same. */
enum { WRITES_MAX = 6 };

struct table_rules {
	/* for nft(8): as they are written at first, and once they are there */
	const char *first, *again;
	struct filter_counts counts;
	/* what the kernel made of them before, or 0 */
	uint64_t print;
};

/*
 * Writes it anew; whatever the kernel had, it has it whole then. What is read back may have
 * been changed by somebody else meanwhile, and would count as ours from then on. So it has
 * to be what these rules were before, or what they were the last time here.
 */
static int write_rules(const struct table_rules *rules, const char *name,
		       struct netlink *netlink, struct filter_table *found,
		       struct error *err)
{
	const struct filter_counts *const counts = &rules->counts;
	uint64_t expected = rules->print;

	for (int i = 0; i < WRITES_MAX; i++) {
		if (nft_run(i == 0 ? rules->first : rules->again, err) != 0 ||
		    filter_table_read(netlink, name, found, err) != 0)
			return -1;
		if (found->there && found->chains == counts->chains &&
		    found->closed == counts->closed && found->rules == counts->rules &&
		    found->print == expected)
			return 0;
		expected = found->print;
	}
	return error_code(err, ENODATA,
			  "the packet filter took the rules of %s, but has others", name);
}

static int make_filter(const struct guarding *guarding, const struct table_rules *rules,
		       struct netlink *netlink, struct error *err)
{
	struct guard *const guard = guarding->guard;
	struct journal_entry entry = {.kind = JOURNAL_FILTER};
	char name[FILTER_NAME_MAX];
	struct filter_table found;

	if (!guard->filtered && journal_add(guarding->journal, &entry, err) != 0)
		return -1;
	guard->filtered = true;
	filter_name(guard->name, name);
	if (write_rules(rules, name, netlink, &found, err) != 0)
		return -1;
	entry.print = found.print;
	if (guard->print != found.print && journal_add(guarding->journal, &entry, err) != 0)
		return -1;
	guard->print = found.print;
	return 0;
}

/* Once it is written down as ours, it would be replaced, and removed. */
static int refuse_foreign(const struct guard *guard, struct netlink *netlink,
			  struct error *err)
{
	struct filter_table found;
	char name[FILTER_NAME_MAX];

	if (filter_table_read(netlink, filter_name(guard->name, name), &found, err) != 0)
		return -1;
	return found.there ? error_code(err, EEXIST,
					"the packet filter has a table inet %s already, "
					"which is none of a link's: remove or rename it",
					name)
			   : 0;
}

static int look_at_filter(struct guarding *guarding, struct netlink *netlink,
			  struct error *err)
{
	static char first[FILTER_TEXT_MAX], again[FILTER_TEXT_MAX], before[FILTER_TEXT_MAX];
	struct guard *const guard = guarding->guard;
	const struct filter_plan plan = {.name = guard->name,
					 .interface = guard->interface,
					 .closes = guard->closes,
					 .uid = guard->uid,
					 .gates = &guard->gates,
					 .clamps = guard->clamps};
	const bool is_new = !guard->filtered;
	struct table_rules rules = {.first = first, .again = again};
	struct filter_table found;
	char name[FILTER_NAME_MAX];

	if (is_new && refuse_foreign(guard, netlink, err) != 0)
		return -1;
	if (filter_text(&plan, is_new, first, &rules.counts, err) != 0 ||
	    filter_text(&plan, false, again, &rules.counts, err) != 0)
		return -1;
	if (is_new)
		before[0] = '\0';
	rules.print = strcmp(again, before) == 0 ? guard->print : 0;
	if (rules.print != 0) {
		if (filter_table_read(netlink, filter_name(guard->name, name), &found,
				      err) != 0)
			return -1;
		if (found.print == guard->print)
			return 0;
		guard_tell_repair(guarding, "the link's table of the packet filter was");
	}
	if (make_filter(guarding, &rules, netlink, err) != 0)
		return -1;
	memcpy(before, again, sizeof before);
	return 0;
}

int guard_settle_filter(struct guarding *guarding, struct error *err)
{
	struct guard *const guard = guarding->guard;
	struct netlink *netlink;
	int result;

	if (!guard->closes && !guard->clamps) {
		if (guard->filtered && guard_undo_filter(guard->name, err) != 0)
			return -1;
		guard->filtered = false;
		guard->print = 0;
		return 0;
	}
	if (nft_check(err) != 0)
		return -1;
	netlink = netlink_open_filter(err);
	if (netlink == NULL)
		return -1;
	result = look_at_filter(guarding, netlink, err);
	netlink_close(netlink);
	return result;
}

int guard_undo_filter(const char *name, struct error *err)
{
	static char text[FILTER_TEXT_MAX];
	char table[FILTER_NAME_MAX];
	struct netlink *netlink = netlink_open_filter(err);
	struct filter_table found;
	int result;

	if (netlink == NULL)
		return -1;
	result = filter_table_read(netlink, filter_name(name, table), &found, err);
	if (result == 0 && found.there) {
		filter_text_gone(name, text);
		result = nft_run(text, err);
		if (result == 0)
			result = filter_table_read(netlink, table, &found, err);
		if (result == 0 && found.there)
			result = error_set(
			    err, "the table %s of the packet filter is still there", table);
	}
	netlink_close(netlink);
	return result;
}
