/* SPDX-License-Identifier: ISC */
/* How a link stands, as JSON: local/status.schema.json describes it. */
#include <jansson.h>
#include <string.h>

#include "local/filter_text.h"
#include "local/status.h"
#include "policy/language/value.h"

/* Each takes the new value's reference; jansson itself refuses NULL, so one check at the
 * end would come too late. */
static int put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value);
}

static int append(json_t *object, const char *key, json_t *value)
{
	return json_array_append_new(json_object_get(object, key), value);
}

static json_t *time_json(time_t when)
{
	char text[TIME_TEXT_MAX];

	return json_string(value_time_print(when, text));
}

static json_t *pair_json(const struct link_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	return json_pack("{s:s, s:s}", "local", ip_addr_print(&pair->local, local),
			 "remote", ip_addr_print(&pair->remote, remote));
}

static json_t *route_json(const struct journal_entry *entry, bool missing)
{
	char prefix[PREFIX_TEXT_MAX];
	json_t *const line = entry->line > 0 ? json_integer(entry->line) : json_null();

	return json_pack("{s:s, s:s, s:o, s:b}", "prefix",
			 ip_prefix_print(&entry->route.prefix, prefix), "asked_by",
			 entry->line > 0 ? "profile" : "remote", "line", line, "missing",
			 missing);
}

static json_t *failed_json(const struct journal_entry *entry, const char *text)
{
	return json_pack("{s:o, s:s, s:i, s:s}", "time", time_json(entry->time), "fault_of",
			 blame_word(entry->blame), "code", entry->code, "text", text);
}

/* What is in force, whoever set it. */
static json_t *names_json(const struct names_state *names)
{
	const bool known = names->manager != NAMES_NONE;
	json_t *const object = json_pack(
	    "{s:o, s:[], s:[]}", "by",
	    known ? json_string(names_manager_title(names->manager)) : json_null(),
	    "servers", "domains");
	char text[ADDRESS_TEXT_MAX];
	int result = object == NULL ? -1 : 0;

	for (size_t i = 0; result == 0 && i < names->found.nservers; i++)
		result = append(object, "servers",
				json_string(ip_addr_print(&names->found.servers[i], text)));
	for (size_t i = 0; result == 0 && i < names->found.ndomains; i++)
		result = append(object, "domains", json_string(names->found.domains[i]));
	if (result == 0)
		return object;
	json_decref(object);
	return NULL;
}

static int put_entry(json_t *object, const struct status *status, size_t i)
{
	const struct journal_entry *const entry = &status->journal.entries[i];
	char address[ADDRESS_TEXT_MAX], prefix[PREFIX_TEXT_MAX], filter[FILTER_NAME_MAX];

	switch (entry->kind) {
	case JOURNAL_GATEWAY:
		return put(object, "gateway", json_string(status->journal.gateway));
	case JOURNAL_HELD:
		return append(object, "held",
			      json_string(ip_prefix_print(&entry->held.prefix, prefix)));
	case JOURNAL_TABLE:
		return put(object, "default_table", json_integer(entry->table));
	case JOURNAL_FILTER:
		return put(object, "filter_table",
			   json_string(filter_name(status->name, filter)));
	case JOURNAL_SUPERVISOR:
		return put(json_object_get(object, "pids"), "supervisor",
			   json_integer(entry->pid));
	case JOURNAL_PROCESS:
		return put(json_object_get(object, "pids"), entry->name,
			   json_integer(entry->pid));
	case JOURNAL_ENDPOINT:
		return append(object, "connected_to",
			      json_string(ip_addr_print(&entry->endpoint, address)));
	case JOURNAL_LINK:
		return put(object, "interface", json_string(entry->name));
	case JOURNAL_PAIR:
		return append(object, "addresses", pair_json(&entry->pair));
	case JOURNAL_ROUTE:
		return append(object, "routes",
			      route_json(entry, status->faults[i] != FAULT_NONE));
	case JOURNAL_UP:
		return put(object, "since", time_json(entry->time));
	case JOURNAL_WAITING:
		return put(object, "next_try", time_json(entry->time));
	case JOURNAL_FAILED:
		return put(object, "last_error",
			   failed_json(entry, status->journal.failed));
	case JOURNAL_NAMES:
		return put(object, "names", names_json(&status->names));
	case JOURNAL_SERVER:
	case JOURNAL_DOMAIN:
	case JOURNAL_GATE:
	case JOURNAL_CONTROL:
	case JOURNAL_DEVICE:
	case JOURNAL_HOOK_DOWN:
	case JOURNAL_HOOK_FAILED:
	case JOURNAL_HOOK_RAN:
	case JOURNAL_KINDS:
		break;
	}
	return 0;
}

/* What is at fault, by the name that it has in the other fields. */
static json_t *fault_json(const struct status *status, size_t i)
{
	char name[STATUS_NAME_TEXT_MAX], fault[STATUS_FAULT_TEXT_MAX];
	const char *const what = status_fault_of(status, &status->journal.entries[i], name);

	return json_pack("{s:s, s:s, s:s}", "what", what, "name", name, "fault",
			 status_fault_text(status, i, fault));
}

static int put_shown(json_t *object, const struct status *status, size_t i)
{
	if (!status_shows(status, &status->journal.entries[i]))
		return 0;
	if (put_entry(object, status, i) != 0)
		return -1;
	return status->faults[i] == FAULT_NONE
		   ? 0
		   : append(object, "faults", fault_json(status, i));
}

static json_t *counts_json(const struct link_counts *counts)
{
	return json_pack("{s:I, s:I, s:I, s:I}", "bytes", (json_int_t)counts->bytes,
			 "packets", (json_int_t)counts->packets, "errors",
			 (json_int_t)counts->errors, "dropped",
			 (json_int_t)counts->dropped);
}

static int put_link(json_t *object, const struct link *link)
{
	if (put(object, "mtu", json_integer(link->mtu)) != 0 ||
	    put(object, "received", counts_json(&link->rx)) != 0)
		return -1;
	return put(object, "sent", counts_json(&link->tx));
}

static json_t *echo_json(const struct status *status)
{
	const struct echo_times *const echo = &status->echo;

	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "last_us", (json_int_t)echo->last,
			 "smoothed_us", (json_int_t)echo->smoothed, "least_us",
			 (json_int_t)echo->least, "samples", (json_int_t)echo->samples,
			 "age_us", (json_int_t)status->echo_age);
}

/* What a link has of which nothing is known; NULL when memory is short. */
static json_t *begin(const struct status *status)
{
	static const struct {
		const char *key;
		json_t *(*empty)(void);
	} fields[] = {
	    {"since", json_null},	  {"next_try", json_null},
	    {"last_error", json_null},	  {"gateway", json_null},
	    {"connected_to", json_array}, {"interface", json_null},
	    {"mtu", json_null},		  {"addresses", json_array},
	    {"routes", json_array},	  {"held", json_array},
	    {"default_table", json_null}, {"filter_table", json_null},
	    {"names", json_null},	  {"received", json_null},
	    {"sent", json_null},	  {"round_trip", json_null},
	    {"pids", json_object},	  {"faults", json_array},
	};
	json_t *object =
	    json_pack("{s:s, s:s, s:o}", "name", status->name, "state",
		      status_word(status->state), "time", time_json(status->time));

	for (size_t i = 0; object != NULL && i < sizeof fields / sizeof *fields; i++) {
		if (put(object, fields[i].key, fields[i].empty()) == 0)
			continue;
		json_decref(object);
		object = NULL;
	}
	return object;
}

static json_t *to_json(const struct status *status)
{
	json_t *object = begin(status);
	int result = object == NULL ? -1 : 0;

	for (size_t i = 0;
	     result == 0 && status->state != LINK_DOWN && i < status->journal.count; i++)
		result = put_shown(object, status, i);
	if (result == 0 && status->has_link)
		result = put_link(object, &status->link);
	if (result == 0 && status->has_echo)
		result = put(object, "round_trip", echo_json(status));
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

int status_print_json_line(const struct status *status)
{
	json_t *const whole = to_json(status);
	const int result = whole == NULL ? -1 : json_dumpf(whole, stdout, JSON_COMPACT);

	putchar('\n');
	json_decref(whole);
	return result;
}
