/* SPDX-License-Identifier: ISC */
#include "local/journal_fields.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/net/steer.h"
#include "policy/language/value.h"

static bool parse_number(const char *text, uint64_t max, uint64_t *out)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && *out <= max;
}

static bool parse_name(const char *text, char out[JOURNAL_NAME_MAX + 1])
{
	return text[0] != '\0' &&
	       snprintf(out, JOURNAL_NAME_MAX + 1, "%s", text) <= JOURNAL_NAME_MAX;
}

static bool parse_pid(const char *pid, const char *start, struct journal_entry *out)
{
	uint64_t number;

	if (!parse_number(pid, INT32_MAX, &number) || number <= 1)
		return false;
	out->pid = (pid_t)number;
	return parse_number(start, UINT64_MAX, &out->start);
}

static bool parse_time(const char *text, struct journal_entry *out)
{
	uint64_t number;

	if (!parse_number(text, INT64_MAX, &number))
		return false;
	out->time = (time_t)number;
	return true;
}

static bool parse_pair(char **words, struct link_pair *out)
{
	const char *why;

	return ip_addr_parse(words[1], &out->local, &why) == 0 &&
	       ip_addr_parse(words[2], &out->remote, &why) == 0 &&
	       out->local.family == out->remote.family;
}

static bool parse_index(const char *text, int *out)
{
	uint64_t number;

	if (!parse_number(text, INT32_MAX, &number) || number == 0)
		return false;
	*out = (int)number;
	return true;
}

static bool parse_device(char **words, struct journal_entry *out)
{
	uint64_t number;

	if (!parse_index(words[1], &out->index) ||
	    !parse_number(words[2], UINT32_MAX, &number))
		return false;
	out->mtu = (unsigned)number;
	return true;
}

static bool parse_route(char **words, struct journal_entry *out)
{
	const char *why;
	uint64_t line;

	if (!parse_index(words[1], &out->route.index) ||
	    ip_prefix_parse(words[2], &out->route.prefix, &why) != 0 ||
	    !parse_number(words[3], INT32_MAX, &line))
		return false;
	out->line = (unsigned)line;
	return true;
}

static bool parse_line_number(const char *text, struct journal_entry *out)
{
	uint64_t line;

	if (!parse_number(text, INT32_MAX, &line))
		return false;
	out->line = (unsigned)line;
	return true;
}

/* What is undone by it gets into a command line: as policy has it. */
static bool parse_names(char **words, struct journal_entry *out)
{
	const char *why;

	return parse_index(words[1], &out->index) && value_interface(words[2], &why) == 0 &&
	       parse_name(words[2], out->name) &&
	       names_manager_parse(words[3], &out->manager);
}

static bool parse_server(char **words, struct journal_entry *out)
{
	const char *why;

	return ip_addr_parse(words[1], &out->endpoint, &why) == 0 &&
	       parse_line_number(words[2], out);
}

static bool parse_domain(char **words, struct journal_entry *out)
{
	const char *why;

	return domain_check(words[1], &why) == 0 && parse_line_number(words[2], out);
}

static bool parse_held(char **words, struct held_route *out)
{
	const char *why;
	uint64_t metric;

	if (!parse_number(words[1], HELD_METRIC, &metric) ||
	    HELD_METRIC - metric >= HELD_SLOTS)
		return false;
	out->metric = (uint32_t)metric;
	return ip_prefix_parse(words[2], &out->prefix, &why) == 0;
}

static bool parse_gate(char **words, struct journal_entry *out)
{
	const char *why;
	uint64_t host, uid, port;

	if (!parse_number(words[1], UINT32_MAX, &host) ||
	    !parse_number(words[2], UINT32_MAX, &uid) ||
	    !parse_number(words[3], UINT16_MAX, &port) || port == 0)
		return false;
	out->uid = (uid_t)uid;
	out->gate.host = (uint32_t)host;
	out->gate.port = (uint16_t)port;
	return ip_addr_parse(words[4], &out->gate.address, &why) == 0;
}

static bool parse_table(const char *text, struct journal_entry *out)
{
	uint64_t number;

	if (!parse_number(text, STEER_TABLE_FIRST + STEER_TABLES - 1, &number) ||
	    number < STEER_TABLE_FIRST)
		return false;
	out->table = (uint32_t)number;
	return true;
}

static bool parse_failed(char **words, struct journal_entry *out)
{
	uint64_t code;

	if (!parse_time(words[1], out) || !blame_parse(words[2], &out->blame) ||
	    !parse_number(words[3], UINT8_MAX, &code))
		return false;
	out->code = (int)code;
	return strlen(words[4]) < JOURNAL_TEXT_MAX;
}

/* What HookAs can be. */
static const char *const hook_words[] = {
    [HOOK_AS_RUN_AS] = "runas", [HOOK_AS_ROOT] = "root"};

const char *journal_hook_word(enum hook_as as)
{
	return hook_words[as];
}

static bool parse_hook(char **words, struct journal_entry *out)
{
	const char *why;

	while (strcmp(words[1], hook_words[out->hook_as]) != 0)
		if (out->hook_as++ == HOOK_AS_ROOT)
			return false;
	return value_account(words[2], &why) == 0 && value_path(words[3], &why) == 0;
}

bool journal_fields_parse(char **words, struct journal_entry *out)
{
	const char *why;

	switch (out->kind) {
	case JOURNAL_SUPERVISOR:
		return parse_pid(words[1], words[2], out) && parse_time(words[3], out);
	case JOURNAL_GATEWAY:
		return value_host(words[1], &why) == 0;
	case JOURNAL_HELD:
		return parse_held(words, &out->held);
	case JOURNAL_GATE:
		return parse_gate(words, out);
	case JOURNAL_FILTER:
		return parse_number(words[1], UINT64_MAX, &out->print);
	case JOURNAL_TABLE:
		return parse_table(words[1], out);
	case JOURNAL_CONTROL:
	case JOURNAL_HOOK_FAILED:
	case JOURNAL_HOOK_RAN:
		return true;
	case JOURNAL_HOOK_DOWN:
		return parse_hook(words, out);
	case JOURNAL_PROCESS:
		return parse_name(words[1], out->name) &&
		       parse_pid(words[2], words[3], out);
	case JOURNAL_ENDPOINT:
		return ip_addr_parse(words[1], &out->endpoint, &why) == 0;
	case JOURNAL_LINK:
		return parse_name(words[1], out->name);
	case JOURNAL_PAIR:
		return parse_pair(words, &out->pair);
	case JOURNAL_ROUTE:
		return parse_route(words, out);
	case JOURNAL_NAMES:
		return parse_names(words, out);
	case JOURNAL_SERVER:
		return parse_server(words, out);
	case JOURNAL_DOMAIN:
		return parse_domain(words, out);
	case JOURNAL_DEVICE:
		return parse_device(words, out);
	case JOURNAL_UP:
	case JOURNAL_WAITING:
		return parse_time(words[1], out);
	case JOURNAL_FAILED:
		return parse_failed(words, out);
	case JOURNAL_KINDS:
		break;
	}
	return false;
}
