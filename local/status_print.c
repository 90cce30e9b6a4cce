/* SPDX-License-Identifier: ISC */
#include "local/status.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "policy/language/value.h"

static const char *const state_words[] = {
    [LINK_DOWN] = "down", [LINK_COMING_UP] = "coming up", [LINK_WAITING] = "waiting",
    [LINK_UP] = "up",	  [LINK_IMPAIRED] = "impaired",	  [LINK_DEAD] = "dead",
};

const char *status_word(enum link_state state)
{
	return state_words[state];
}

/* What an entry says, without its fault; false when it says nothing to a person. */
static bool print_entry(const struct journal_entry *entry)
{
	char one[PREFIX_TEXT_MAX], two[ADDRESS_TEXT_MAX];

	switch (entry->kind) {
	case JOURNAL_SUPERVISOR:
		printf("  supervisor  pid %d", (int)entry->pid);
		return true;
	case JOURNAL_PROCESS:
		printf("  %-10s  pid %d", entry->name, (int)entry->pid);
		return true;
	case JOURNAL_LINK:
		printf("  interface   %s", entry->name);
		return true;
	case JOURNAL_PAIR:
		printf("  addresses   %s <-> %s", ip_addr_print(&entry->pair.local, one),
		       ip_addr_print(&entry->pair.remote, two));
		return true;
	case JOURNAL_ROUTE:
		printf("  route       %s", ip_prefix_print(&entry->route.prefix, one));
		return true;
	case JOURNAL_CONTROL:
	case JOURNAL_DEVICE:
	case JOURNAL_UP:
	case JOURNAL_FAILED:
	case JOURNAL_WAITING:
	case JOURNAL_KINDS:
		break;
	}
	return false;
}

static void print_line(const struct status *status, size_t i)
{
	char fault[STATUS_FAULT_TEXT_MAX];

	if (!status_shows(status, &status->journal.entries[i]) ||
	    !print_entry(&status->journal.entries[i]))
		return;
	if (status->faults[i] != FAULT_NONE)
		printf(" (%s)", status_fault_text(status, i, fault));
	putchar('\n');
}

static void print_waiting(const struct status *status)
{
	const struct journal_entry *next = journal_find(&status->journal, JOURNAL_WAITING);
	const time_t now = time(NULL);

	printf(": next try in %lld s",
	       (long long)(next->time > now ? next->time - now : 0));
}

/* The last time that it failed, and whose fault that was. */
static void print_failed(const struct status *status)
{
	const struct journal_entry *failed = journal_find(&status->journal, JOURNAL_FAILED);
	char when[TIME_TEXT_MAX];

	if (failed == NULL)
		return;
	printf("  last error  %s, by the %s: %s\n", value_time_print(failed->time, when),
	       blame_word(failed->blame), status->journal.failed);
}

void status_print(const struct status *status)
{
	const struct journal_entry *up = journal_find(&status->journal, JOURNAL_UP);
	char since[TIME_TEXT_MAX];

	printf("%s is %s", status->name, state_words[status->state]);
	if (status->state == LINK_UP)
		printf(" since %s", value_time_print(up->time, since));
	if (status->state == LINK_IMPAIRED)
		printf(": it came up at %s, and part of it is gone or has changed",
		       value_time_print(up->time, since));
	if (status->state == LINK_DEAD)
		printf(": its supervisor died; `vpn-connect down %s` undoes what it left",
		       status->name);
	if (status->state == LINK_WAITING)
		print_waiting(status);
	putchar('\n');
	if (status->state == LINK_DOWN)
		return;
	print_failed(status);
	for (size_t i = 0; i < status->journal.count; i++)
		print_line(status, i);
	if (status->has_link)
		printf("  received    %" PRIu64 " bytes\n  sent        %" PRIu64 " bytes\n",
		       status->link.rx_bytes, status->link.tx_bytes);
}

/* Each takes the new value's reference; jansson itself refuses NULL, so one check at the
 * end would come too late. */
static int put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value);
}

static int append_text(json_t *object, const char *key, const char *text)
{
	return json_array_append_new(json_object_get(object, key), json_string(text));
}

static int put_entry(json_t *object, const struct status *status,
		     const struct journal_entry *entry)
{
	char one[PREFIX_TEXT_MAX], two[ADDRESS_TEXT_MAX];

	switch (entry->kind) {
	case JOURNAL_SUPERVISOR:
		return put(json_object_get(object, "pids"), "supervisor",
			   json_integer(entry->pid));
	case JOURNAL_PROCESS:
		return put(json_object_get(object, "pids"), entry->name,
			   json_integer(entry->pid));
	case JOURNAL_LINK:
		return put(object, "interface", json_string(entry->name));
	case JOURNAL_PAIR:
		return json_array_append_new(
		    json_object_get(object, "addresses"),
		    json_pack("{s:s, s:s}", "local", ip_addr_print(&entry->pair.local, one),
			      "remote", ip_addr_print(&entry->pair.remote, two)));
	case JOURNAL_ROUTE:
		return append_text(object, "routes",
				   ip_prefix_print(&entry->route.prefix, one));
	case JOURNAL_UP:
		return put(object, "since",
			   json_string(value_time_print(entry->time, one)));
	case JOURNAL_WAITING:
		return put(object, "next_try",
			   json_string(value_time_print(entry->time, one)));
	case JOURNAL_FAILED:
		return put(object, "last_error",
			   json_pack("{s:s, s:s, s:i, s:s}", "time",
				     value_time_print(entry->time, one), "fault_of",
				     blame_word(entry->blame), "code", entry->code, "text",
				     status->journal.failed));
	case JOURNAL_CONTROL:
	case JOURNAL_DEVICE:
	case JOURNAL_KINDS:
		break;
	}
	return 0;
}

/* What is at fault, by the name that it has in the other fields. */
static int put_fault(json_t *object, const struct status *status, size_t i)
{
	const struct journal_entry *entry = &status->journal.entries[i];
	char name[PREFIX_TEXT_MAX], fault[STATUS_FAULT_TEXT_MAX];
	const char *what = "process";

	snprintf(name, sizeof name, "%s", entry->name);
	if (entry->kind == JOURNAL_SUPERVISOR)
		snprintf(name, sizeof name, "supervisor");
	if (entry->kind == JOURNAL_LINK)
		what = "interface";
	if (entry->kind == JOURNAL_PAIR) {
		what = "address";
		ip_addr_print(&entry->pair.local, name);
	}
	if (entry->kind == JOURNAL_ROUTE) {
		what = "route";
		ip_prefix_print(&entry->route.prefix, name);
	}
	return json_array_append_new(json_object_get(object, "faults"),
				     json_pack("{s:s, s:s, s:s}", "what", what, "name",
					       name, "fault",
					       status_fault_text(status, i, fault)));
}

static int put_line(json_t *object, const struct status *status, size_t i)
{
	if (!status_shows(status, &status->journal.entries[i]))
		return 0;
	if (put_entry(object, status, &status->journal.entries[i]) != 0)
		return -1;
	return status->faults[i] == FAULT_NONE ? 0 : put_fault(object, status, i);
}

/* NULL when memory is short. */
static json_t *to_json(const struct status *status)
{
	json_t *object =
	    json_pack("{s:s, s:s, s:{}, s:[], s:[], s:[]}", "name", status->name, "state",
		      state_words[status->state], "pids", "addresses", "routes", "faults");
	int result = object == NULL ? -1 : 0;

	for (size_t i = 0;
	     result == 0 && status->state != LINK_DOWN && i < status->journal.count; i++)
		result = put_line(object, status, i);
	if (result == 0 && status->has_link)
		result = put(object, "rx_bytes",
			     json_integer((json_int_t)status->link.rx_bytes)) |
			 put(object, "tx_bytes",
			     json_integer((json_int_t)status->link.tx_bytes));
	if (result == 0)
		return object;
	json_decref(object);
	return NULL;
}

int status_print_json(const struct status *status, size_t count, bool array)
{
	json_t *whole = array ? json_array() : to_json(status);
	int result = whole == NULL ? -1 : 0;

	for (size_t i = 0; array && result == 0 && i < count; i++)
		result = json_array_append_new(whole, to_json(&status[i]));
	if (result == 0)
		result = json_dumpf(whole, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(whole);
	return result;
}
