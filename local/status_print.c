/* SPDX-License-Identifier: ISC */
/* How a link stands, in words. */
#include "local/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/net/steer.h"
#include "local/filter_text.h"
#include "policy/language/value.h"

enum { THOUSAND = 1000, HUNDRED = 100 };

const char *status_word(enum link_state state)
{
	static const char *const words[] = {
	    [LINK_DOWN] = "down",	  [LINK_COMING_UP] = "coming up",
	    [LINK_WAITING] = "waiting",	  [LINK_UP] = "up",
	    [LINK_IMPAIRED] = "impaired", [LINK_DEAD] = "dead",
	};

	return words[state];
}

const char *status_trip_text(uint32_t microseconds, char *buf)
{
	snprintf(buf, STATUS_TRIP_TEXT_MAX, "%" PRIu32 ".%" PRIu32 " ms",
		 microseconds / THOUSAND, microseconds % THOUSAND / HUNDRED);
	return buf;
}

const char *status_fault_of(const struct status *status, const struct journal_entry *entry,
			    char *name)
{
	snprintf(name, STATUS_NAME_TEXT_MAX, "%s", entry->name);
	switch (entry->kind) {
	case JOURNAL_SUPERVISOR:
		snprintf(name, STATUS_NAME_TEXT_MAX, "supervisor");
		break;
	case JOURNAL_LINK:
		return "interface";
	case JOURNAL_PAIR:
		ip_addr_print(&entry->pair.local, name);
		return "address";
	case JOURNAL_ROUTE:
		ip_prefix_print(&entry->route.prefix, name);
		return "route";
	case JOURNAL_HELD:
		ip_prefix_print(&entry->held.prefix, name);
		return "held";
	case JOURNAL_HOOK_FAILED:
		snprintf(name, STATUS_NAME_TEXT_MAX, "Up");
		return "hook";
	case JOURNAL_NAMES:
		snprintf(name, STATUS_NAME_TEXT_MAX, "%s",
			 names_manager_title(status->names.manager));
		return "names";
	case JOURNAL_SERVER:
		ip_addr_print(&entry->endpoint, name);
		return "dns";
	case JOURNAL_DOMAIN:
		snprintf(name, STATUS_NAME_TEXT_MAX, "%s",
			 status->journal.domains[entry->domain]);
		return "search";
	case JOURNAL_TABLE:
		snprintf(name, STATUS_NAME_TEXT_MAX, "%u", (unsigned)entry->table);
		return "default";
	case JOURNAL_FILTER:
		snprintf(name, STATUS_NAME_TEXT_MAX, "nftables");
		return "filter";
	case JOURNAL_GATE:
	case JOURNAL_PROCESS:
	case JOURNAL_CONTROL:
	case JOURNAL_GATEWAY:
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
	return "process";
}

/* What an entry says, without its fault; false when it says nothing to a person. */
static bool print_entry(const struct status *status, const struct journal_entry *entry,
			FILE *to)
{
	char one[PREFIX_TEXT_MAX], two[ADDRESS_TEXT_MAX], filter[FILTER_NAME_MAX];

	switch (entry->kind) {
	case JOURNAL_SUPERVISOR:
		fprintf(to, "  supervisor  pid %d", (int)entry->pid);
		return true;
	case JOURNAL_GATEWAY:
		fprintf(to, "  gateway     %s", status->journal.gateway);
		return true;
	case JOURNAL_PROCESS:
		fprintf(to, "  %-10s  pid %d", entry->name, (int)entry->pid);
		return true;
	case JOURNAL_ENDPOINT:
		fprintf(to, "  connected   to %s", ip_addr_print(&entry->endpoint, one));
		return true;
	case JOURNAL_LINK:
		fprintf(to, "  interface   %s", entry->name);
		return true;
	case JOURNAL_PAIR:
		fprintf(to, "  addresses   %s <-> %s",
			ip_addr_print(&entry->pair.local, one),
			ip_addr_print(&entry->pair.remote, two));
		return true;
	case JOURNAL_ROUTE:
		fprintf(to, "  route       %s", ip_prefix_print(&entry->route.prefix, one));
		return true;
	case JOURNAL_NAMES:
		fprintf(to, "  names by    %s", names_manager_title(status->names.manager));
		return true;
	case JOURNAL_SERVER:
		fprintf(to, "  dns         %s", ip_addr_print(&entry->endpoint, one));
		return true;
	case JOURNAL_DOMAIN:
		fprintf(to, "  search      %s", status->journal.domains[entry->domain]);
		return true;
	case JOURNAL_HELD:
		fprintf(to, "  held back   %s", ip_prefix_print(&entry->held.prefix, one));
		return true;
	case JOURNAL_HOOK_FAILED:
		fputs("  hook        Up", to);
		return true;
	case JOURNAL_TABLE:
		fprintf(to, "  default     by routing table %u, rules %d to %d",
			(unsigned)entry->table, RULE_FIRST, RULE_LAST);
		return true;
	case JOURNAL_FILTER:
		if (journal_find(&status->journal, JOURNAL_FILTER) != entry)
			return false;
		fprintf(to, "  filter      nftables table inet %s",
			filter_name(status->name, filter));
		return true;
	case JOURNAL_GATE:
	case JOURNAL_CONTROL:
	case JOURNAL_DEVICE:
	case JOURNAL_UP:
	case JOURNAL_HOOK_DOWN:
	case JOURNAL_HOOK_RAN:
	case JOURNAL_FAILED:
	case JOURNAL_WAITING:
	case JOURNAL_KINDS:
		break;
	}
	return false;
}

/* Who asked for it. */
static void print_origin(const struct journal_entry *entry, FILE *to)
{
	if (entry->kind != JOURNAL_ROUTE && entry->kind != JOURNAL_SERVER &&
	    entry->kind != JOURNAL_DOMAIN)
		return;
	if (entry->line > 0)
		fprintf(to, ", by line %u of the profile", entry->line);
	else
		fputs(", offered by the remote", to);
}

static void print_entry_line(const struct status *status, size_t i, FILE *to)
{
	const struct journal_entry *const entry = &status->journal.entries[i];
	char fault[STATUS_FAULT_TEXT_MAX];

	if (!status_shows(status, entry) || !print_entry(status, entry, to))
		return;
	if (status->faults[i] != FAULT_NONE)
		fprintf(to, " (%s)", status_fault_text(status, i, fault));
	print_origin(entry, to);
	fputc('\n', to);
	if (entry->kind == JOURNAL_LINK && status->has_link)
		fprintf(to, "  MTU         %u\n", status->link.mtu);
}

/* What is asked through the link as well, and nobody here has set. */
static void print_strange(const struct status *status, FILE *to)
{
	const struct names_found *const found = &status->names.found;
	char text[ADDRESS_TEXT_MAX];

	if (!status->has_names || status->names.manager != NAMES_RESOLVED)
		return;
	for (size_t i = 0; i < found->nservers; i++)
		if (!status_has_server(status, &found->servers[i]))
			fprintf(to, "  dns         %s, set by somebody else\n",
				ip_addr_print(&found->servers[i], text));
}

static void print_waiting(const struct status *status, FILE *to)
{
	const struct journal_entry *next = journal_find(&status->journal, JOURNAL_WAITING);

	fprintf(to, ": next try in %lld s",
		(long long)(next->time > status->time ? next->time - status->time : 0));
}

/* The last time that it failed, and whose fault that was. */
static void print_failed(const struct status *status, const char *before, FILE *to)
{
	const struct journal_entry *failed = journal_find(&status->journal, JOURNAL_FAILED);
	char when[TIME_TEXT_MAX];

	if (failed != NULL)
		fprintf(to, "%s%s, by the %s: %s", before,
			value_time_print(failed->time, when), blame_word(failed->blame),
			status->journal.failed);
}

static void print_count(const char *before, uint64_t count, const char *unit, FILE *to)
{
	fprintf(to, "%s%" PRIu64 " %s%s", before, count, unit, count == 1 ? "" : "s");
}

static void print_counts(const char *what, const struct link_counts *counts, FILE *to)
{
	fprintf(to, "  %-10s  ", what);
	print_count("", counts->bytes, "byte", to);
	print_count(", ", counts->packets, "packet", to);
	if (counts->errors > 0)
		print_count(", ", counts->errors, "error", to);
	if (counts->dropped > 0)
		fprintf(to, ", %" PRIu64 " dropped", counts->dropped);
	fputc('\n', to);
}

static void print_echo(const struct echo_times *echo, FILE *to)
{
	char last[STATUS_TRIP_TEXT_MAX], smoothed[STATUS_TRIP_TEXT_MAX],
	    least[STATUS_TRIP_TEXT_MAX];

	fprintf(to, "  round trip  %s, on average %s, at best %s\n",
		status_trip_text(echo->last, last),
		status_trip_text(echo->smoothed, smoothed),
		status_trip_text(echo->least, least));
}

/* Of one that has given up, nothing is left but what it holds back. */
static void print_dead(const struct status *status, FILE *to)
{
	if (journal_find(&status->journal, JOURNAL_CONTROL) == NULL)
		fprintf(
		    to,
		    ": it is not tried again; `vpn-connect up %s` tries it, `vpn-connect "
		    "down %s` ends what is held back",
		    status->name, status->name);
	else
		fprintf(to,
			": its supervisor died; `vpn-connect down %s` undoes what it left",
			status->name);
}

/* Whether that entry is a part of the link which is not as it was made. */
static bool is_lacking(const struct status *status, size_t i)
{
	const struct journal_entry *const entry = &status->journal.entries[i];

	return status->faults[i] != FAULT_NONE && entry->kind != JOURNAL_HOOK_FAILED &&
	       status_shows(status, entry);
}

static bool lacks_part(const struct status *status)
{
	for (size_t i = 0; i < status->journal.count; i++)
		if (is_lacking(status, i))
			return true;
	return false;
}

/* That Up has failed is the last failure: it is written down once the link is there. */
static void print_impaired(const struct status *status, const struct journal_entry *up,
			   FILE *to)
{
	const bool failed = journal_find(&status->journal, JOURNAL_HOOK_FAILED) != NULL;
	char since[TIME_TEXT_MAX];

	fprintf(to, ": it came up at %s", value_time_print(up->time, since));
	if (failed)
		fprintf(to, ", but %s", status->journal.failed);
	if (!failed || lacks_part(status))
		fprintf(to, "%s and part of it is gone or has changed", failed ? ";" : ",");
}

void status_print_head(const struct status *status, FILE *to)
{
	const struct journal_entry *up = journal_find(&status->journal, JOURNAL_UP);
	char since[TIME_TEXT_MAX];

	fprintf(to, "%s is %s", status->name, status_word(status->state));
	if (status->state == LINK_UP)
		fprintf(to, " since %s", value_time_print(up->time, since));
	if (status->state == LINK_IMPAIRED)
		print_impaired(status, up, to);
	if (status->state == LINK_DEAD)
		print_dead(status, to);
	if (status->state == LINK_WAITING)
		print_waiting(status, to);
}

void status_print_rest(const struct status *status, FILE *to)
{
	if (status->state == LINK_DOWN)
		return;
	if (journal_find(&status->journal, JOURNAL_FAILED) != NULL) {
		print_failed(status, "  last error  ", to);
		fputc('\n', to);
	}
	for (size_t i = 0; i < status->journal.count; i++)
		print_entry_line(status, i, to);
	print_strange(status, to);
	if (status->has_link) {
		print_counts("received", &status->link.rx, to);
		print_counts("sent", &status->link.tx, to);
	}
	if (status->has_echo)
		print_echo(&status->echo, to);
}

void status_print_line(const struct status *status, FILE *to)
{
	char name[STATUS_NAME_TEXT_MAX], fault[STATUS_FAULT_TEXT_MAX];
	const char *before = ": ";

	status_print_head(status, to);
	for (size_t i = 0; status->state == LINK_IMPAIRED && i < status->journal.count;
	     i++) {
		const struct journal_entry *const entry = &status->journal.entries[i];

		if (!is_lacking(status, i))
			continue;
		fprintf(to, "%s%s %s", before, status_fault_of(status, entry, name), name);
		fprintf(to, " (%s)", status_fault_text(status, i, fault));
		before = ", ";
	}
	if (status->state == LINK_WAITING)
		print_failed(status, "; last error ", to);
	fputc('\n', to);
}
