/* SPDX-License-Identifier: ISC */
#include "local/undo.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "local/hook.h"
#include "local/names.h"
#include "local/guard.h"
#include "local/place.h"
#include "local/process.h"

struct undoing {
	const struct state *state;
	const struct report *report;
	struct netlink *netlink;
	bool keeps_held;
};

static int undo_process(const struct journal_entry *entry, struct error *err)
{
	struct process process;
	bool ended;

	/* It is gone, or another process has its number by now. */
	if (process_open(entry->pid, entry->start, &process, err) != 0)
		return err->sys == ESRCH ? 0 : -1;
	process_stop(&process, strcmp(entry->name, JOURNAL_SSH) == 0 ? UNDO_SSH_GRACE_MS
								     : UNDO_GRACE_MS);
	ended = process_reap(&process);
	process_close(&process);
	return ended ? 0
		     : error_set(err, "process %d (%s) has not ended", (int)entry->pid,
				 entry->name);
}

/* The PPP program stands after it in the journal, so it has ended by now and has removed
 * its interface. */
static int undo_link(const struct undoing *undoing, const struct journal_entry *entry,
		     struct error *err)
{
	struct link link;

	if (link_get(undoing->netlink, entry->name, &link, err) != 0)
		return err->sys == ENODEV ? 0 : -1;
	return error_set(err, "interface %s is still there", entry->name);
}

static int undo_entry(const struct undoing *undoing, const struct journal_entry *entry,
		      struct error *err)
{
	switch (entry->kind) {
	case JOURNAL_CONTROL:
		return state_remove_control(undoing->state, undoing->report, err);
	case JOURNAL_PROCESS:
		return undo_process(entry, err);
	case JOURNAL_LINK:
		/* Without root the device was there before, with its routes, and stays. */
		if (place()->own)
			return 0;
		return undo_link(undoing, entry, err);
	case JOURNAL_ROUTE:
		if (place()->own)
			return 0;
		/* An index is never given out twice in a boot, but the interface may have
		 * gone with its routes. */
		return route_delete(undoing->netlink, &entry->route, err);
	case JOURNAL_HELD:
		return undoing->keeps_held
			   ? 0
			   : held_delete(undoing->netlink, &entry->held, err);
	case JOURNAL_NAMES:
		return names_undo(entry, err);
	case JOURNAL_FILTER:
		return undoing->keeps_held
			   ? 0
			   : guard_undo_filter(state_name(undoing->state), err);
	case JOURNAL_TABLE:
		return undoing->keeps_held
			   ? 0
			   : guard_undo_table(undoing->netlink, entry->table, err);
	/* The pair goes with its interface; the others changed nothing. */
	case JOURNAL_GATE:
	case JOURNAL_ENDPOINT:
	case JOURNAL_PAIR:
	case JOURNAL_SERVER:
	case JOURNAL_DOMAIN:
	case JOURNAL_DEVICE:
	case JOURNAL_SUPERVISOR:
	case JOURNAL_GATEWAY:
	case JOURNAL_UP:
	case JOURNAL_HOOK_DOWN:
	case JOURNAL_HOOK_FAILED:
	case JOURNAL_HOOK_RAN:
	case JOURNAL_FAILED:
	case JOURNAL_WAITING:
	case JOURNAL_KINDS:
		break;
	}
	return 0;
}

const char *undo_describe(enum journal_kind kind)
{
	/* Beside undo_entry(), of which each says in words what it does. */
	static const char *const words[JOURNAL_KINDS] = {
	    [JOURNAL_CONTROL] = "remove the directory of ssh's control socket",
	    [JOURNAL_PROCESS] = "end the process",
	    [JOURNAL_LINK] = "its PPP program removes it, with its addresses",
	    [JOURNAL_ROUTE] = "delete the route",
	    [JOURNAL_NAMES] = "take its names back from whoever was told of them",
	    [JOURNAL_HELD] = "hold back no longer",
	    [JOURNAL_HOOK_DOWN] = "run it, while the rest is still there",
	    [JOURNAL_FILTER] = "remove the table of the packet filter",
	    [JOURNAL_TABLE] = "delete the routing rules, and what is in their table",
	};

	return words[kind];
}

static int undo(struct undoing *undoing, struct journal *journal, struct error *err)
{
	struct error one = {.sys = 0};
	int result = 0;

	if (journal_is_current(journal)) {
		undoing->netlink = netlink_open(err);
		if (undoing->netlink == NULL)
			return -1;
	}
	for (size_t i = journal->count; i > 0; i--) {
		const struct journal_entry *entry = &journal->entries[i - 1];

		if (entry->kind == JOURNAL_HOOK_DOWN && undoing->netlink != NULL)
			hook_run_down(journal, undoing->state->dir, undoing->report);
		if (entry->kind == JOURNAL_HELD && !journal_held_is_ours(journal, entry))
			continue;
		/* After a reboot only files can be left. */
		if (undoing->netlink == NULL && entry->kind != JOURNAL_CONTROL)
			continue;
		if (undo_entry(undoing, entry, &one) == 0)
			continue;
		report_log(undoing->report, LOG_ERR, "cannot undo: %s", one.text);
		*err = one;
		result = -1;
	}
	if (undoing->netlink != NULL)
		netlink_close(undoing->netlink);
	return result;
}

int undo_all(struct journal *journal, const struct state *state,
	     const struct report *report, struct error *err)
{
	struct undoing undoing = {.state = state, .report = report};

	return undo(&undoing, journal, err);
}

int undo_attempt(struct journal *journal, const struct state *state,
		 const struct report *report, struct error *err)
{
	struct undoing undoing = {.state = state, .report = report, .keeps_held = true};

	return undo(&undoing, journal, err);
}
