/* SPDX-License-Identifier: ISC */
/* Whether the kernel still has what the journal says was made. */
#include "local/status.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "local/process.h"
#include "policy/language/escape.h"

enum { IFNAME_QUOTED_MAX = 4 * IFNAMSIZ + 8 };

static enum status_fault process_fault(const struct journal_entry *entry)
{
	struct proc_stat stat;

	if (proc_stat_read(entry->pid, &stat) != 0 || stat.start != entry->start ||
	    stat.state == 'Z' || stat.state == 'X')
		return FAULT_ENDED;
	return stat.state == 'T' ? FAULT_STOPPED : FAULT_NONE;
}

/* By its index where that is known: another interface may have the name by now. */
static int read_link(struct netlink *netlink, struct status *status, struct error *err)
{
	const struct journal_entry *device = journal_find(&status->journal, JOURNAL_DEVICE),
				   *named = journal_find(&status->journal, JOURNAL_LINK);
	int result;

	if (named == NULL)
		return 0;
	result = device != NULL ? link_get_at(netlink, device->index, &status->link, err)
				: link_get(netlink, named->name, &status->link, err);
	status->has_link = result == 0;
	return result == 0 || err->sys == ENODEV ? 0 : -1;
}

static enum status_fault link_fault(const struct status *status,
				    const struct journal_entry *entry)
{
	const struct journal_entry *device = journal_find(&status->journal, JOURNAL_DEVICE);

	if (!status->has_link)
		return FAULT_MISSING;
	if (strcmp(status->link.name, entry->name) != 0)
		return FAULT_RENAMED;
	if ((status->link.flags & IFF_UP) == 0)
		return FAULT_DOWN;
	if ((status->link.flags & IFF_RUNNING) == 0)
		return FAULT_NO_CARRIER;
	return device != NULL && status->link.mtu != device->mtu ? FAULT_RESIZED
								 : FAULT_NONE;
}

/* Addresses and routes: there, or missing. */
static int look_up(struct netlink *netlink, const struct status *status,
		   const struct journal_entry *entry, enum status_fault *fault,
		   struct error *err)
{
	bool there = false;

	if (entry->kind == JOURNAL_HELD) {
		if (held_exists(netlink, &entry->held, &there, err) != 0)
			return -1;
	} else if (entry->kind == JOURNAL_ROUTE) {
		if (route_exists(netlink, &entry->route, &there, err) != 0)
			return -1;
	} else if (status->has_link && link_carries(netlink, status->link.index,
						    &entry->pair, &there, err) != 0) {
		return -1;
	}
	*fault = there ? FAULT_NONE : FAULT_MISSING;
	return 0;
}

/* Of several, the first: who is in charge now is read, and not remembered. */
static bool is_first_names(const struct status *status, const struct journal_entry *entry)
{
	for (const struct journal_entry *at = status->journal.entries; at < entry; at++)
		if (at->kind == JOURNAL_NAMES)
			return false;
	return true;
}

static void read_names(struct status *status)
{
	const struct journal_entry *const entry =
	    journal_find(&status->journal, JOURNAL_NAMES);

	status->has_names = entry != NULL;
	if (entry != NULL)
		names_look_up(NULL, entry->index, &status->names);
}

static enum status_fault name_fault(const struct status *status,
				    const struct journal_entry *entry)
{
	const struct names_state *const names = &status->names;

	if (entry->kind == JOURNAL_NAMES)
		return names->why[0] == '\0' ? FAULT_NONE : FAULT_NAMES;
	return (entry->kind == JOURNAL_SERVER
		    ? names_server_stands(names, &entry->endpoint)
		    : names_domain_stands(names, status->journal.domains[entry->domain]))
		   ? FAULT_NONE
		   : FAULT_MISSING;
}

bool status_has_server(const struct status *status, const struct ip_addr *server)
{
	for (size_t i = 0; i < status->journal.count; i++)
		if (status->journal.entries[i].kind == JOURNAL_SERVER &&
		    ip_addr_equal(&status->journal.entries[i].endpoint, server))
			return true;
	return false;
}

static int entry_fault(struct netlink *netlink, const struct status *status,
		       const struct journal_entry *entry, enum status_fault *fault,
		       struct error *err)
{
	*fault = FAULT_NONE;
	switch (entry->kind) {
	case JOURNAL_SUPERVISOR:
	case JOURNAL_PROCESS:
		*fault = process_fault(entry);
		break;
	case JOURNAL_LINK:
		*fault = link_fault(status, entry);
		break;
	case JOURNAL_HOOK_FAILED:
		*fault = FAULT_FAILED;
		break;
	case JOURNAL_PAIR:
	case JOURNAL_ROUTE:
	case JOURNAL_HELD:
		return look_up(netlink, status, entry, fault, err);
	case JOURNAL_TABLE:
	case JOURNAL_FILTER:
		return status_guard_fault(netlink, status, entry, fault, err);
	case JOURNAL_NAMES:
	case JOURNAL_SERVER:
	case JOURNAL_DOMAIN:
		*fault = name_fault(status, entry);
		break;
	case JOURNAL_GATE:
	case JOURNAL_GATEWAY:
	case JOURNAL_CONTROL:
	case JOURNAL_ENDPOINT:
	case JOURNAL_DEVICE:
	case JOURNAL_UP:
	case JOURNAL_HOOK_DOWN:
	case JOURNAL_HOOK_RAN:
	case JOURNAL_FAILED:
	case JOURNAL_WAITING:
	case JOURNAL_KINDS:
		break;
	}
	return 0;
}

static bool is_passing(const struct journal_entry *entry)
{
	static const char *const names[] = {JOURNAL_REQUEST, JOURNAL_OF_UP,
					    JOURNAL_OF_DOWN};

	if (entry->kind != JOURNAL_PROCESS)
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(entry->name, names[i]) == 0)
			return true;
	return false;
}

/* Once the link is up, the short-lived request for routes and the program of Up are over,
 * and what would be held back goes through it. */
bool status_shows(const struct status *status, const struct journal_entry *entry)
{
	if (entry->kind == JOURNAL_NAMES && !is_first_names(status, entry))
		return false;
	return (status->state != LINK_UP && status->state != LINK_IMPAIRED) ||
	       (entry->kind != JOURNAL_HELD && !is_passing(entry));
}

int status_find_faults(struct status *status, bool *found, struct error *err)
{
	struct netlink *netlink = netlink_open(err);
	int result = netlink == NULL ? -1 : read_link(netlink, status, err);

	*found = false;
	read_names(status);
	for (size_t i = 0; result == 0 && i < status->journal.count; i++) {
		const struct journal_entry *entry = &status->journal.entries[i];

		result = entry_fault(netlink, status, entry, &status->faults[i], err);
		*found |= status_shows(status, entry) && status->faults[i] != FAULT_NONE;
	}
	if (netlink != NULL)
		netlink_close(netlink);
	return result;
}

const char *status_fault_text(const struct status *status, size_t entry, char *buf)
{
	static const char *const texts[] = {
	    [FAULT_NONE] = "",	       [FAULT_MISSING] = "missing",
	    [FAULT_DOWN] = "down",     [FAULT_NO_CARRIER] = "no carrier",
	    [FAULT_ENDED] = "ended",   [FAULT_STOPPED] = "stopped",
	    [FAULT_FAILED] = "failed", [FAULT_CHANGED] = "changed",
	};
	const struct journal_entry *device = journal_find(&status->journal, JOURNAL_DEVICE);
	char name[IFNAME_QUOTED_MAX];

	switch (status->faults[entry]) {
	case FAULT_RENAMED:
		snprintf(buf, STATUS_FAULT_TEXT_MAX, "renamed to %s",
			 escape_quoted(status->link.name, strlen(status->link.name), name,
				       sizeof name));
		break;
	case FAULT_RESIZED:
		snprintf(buf, STATUS_FAULT_TEXT_MAX, "its MTU is %u, not %u",
			 status->link.mtu, device != NULL ? device->mtu : 0);
		break;
	case FAULT_NAMES:
		snprintf(buf, STATUS_FAULT_TEXT_MAX, "%s", status->names.why);
		break;
	default:
		snprintf(buf, STATUS_FAULT_TEXT_MAX, "%s", texts[status->faults[entry]]);
		break;
	}
	return buf;
}
