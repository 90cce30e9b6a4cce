/* SPDX-License-Identifier: ISC */
/* The journal's lines, to and from values. Strict: undoing what a damaged file says does
 * damage. */
#include "local/journal.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/net/steer.h"
#include "policy/language/span.h"
#include "policy/language/value.h"

enum { JOURNAL_WORDS_MAX = 5 };

/* How a line begins, and how many words it has. */
static const struct {
	const char *name;
	size_t words;
} kinds[JOURNAL_KINDS] = {
    [JOURNAL_SUPERVISOR] = {"supervisor", 4},
    [JOURNAL_GATEWAY] = {"gateway", 2},
    [JOURNAL_HELD] = {"held", 3},
    [JOURNAL_GATE] = {"gate", 5},
    [JOURNAL_FILTER] = {"filter", 2},
    [JOURNAL_TABLE] = {"table", 2},
    [JOURNAL_CONTROL] = {"control", 1},
    [JOURNAL_PROCESS] = {"process", 4},
    [JOURNAL_ENDPOINT] = {"endpoint", 2},
    [JOURNAL_LINK] = {"link", 2},
    [JOURNAL_PAIR] = {"pair", 3},
    [JOURNAL_ROUTE] = {"route", 4},
    [JOURNAL_NAMES] = {"names", 4},
    [JOURNAL_SERVER] = {"server", 3},
    [JOURNAL_DOMAIN] = {"domain", 3},
    [JOURNAL_DEVICE] = {"device", 3},
    [JOURNAL_UP] = {"up", 2},
    [JOURNAL_HOOK_DOWN] = {"hook-down", 4},
    [JOURNAL_HOOK_FAILED] = {"hook-failed", 1},
    [JOURNAL_HOOK_RAN] = {"hook-ran", 1},
    [JOURNAL_FAILED] = {"failed", 5},
    [JOURNAL_WAITING] = {"waiting", 2},
};

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

static bool parse_hook(char **words, struct journal_entry *out)
{
	const char *why;

	while (strcmp(words[1], hook_words[out->hook_as]) != 0)
		if (out->hook_as++ == HOOK_AS_ROOT)
			return false;
	return value_account(words[2], &why) == 0 && value_path(words[3], &why) == 0;
}

static bool parse_fields(char **words, struct journal_entry *out)
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

/* Words with exactly one space between them; 0 when it is not so, or there are too many.
 * With text, the last of them is the rest of the line. */
static size_t split(char *line, bool text, char *words[JOURNAL_WORDS_MAX])
{
	size_t count = 0;
	char *rest = line;

	while (count < JOURNAL_WORDS_MAX) {
		words[count] =
		    strsep(&rest, text && count + 1 == JOURNAL_WORDS_MAX ? "" : " ");
		if (words[count++][0] == '\0')
			return 0;
		if (rest == NULL)
			return count;
	}
	return 0;
}

/* The text of an entry, which the journal has. */
static void keep_text(char **words, enum journal_kind kind, struct journal *out)
{
	if (kind == JOURNAL_FAILED)
		snprintf(out->failed, sizeof out->failed, "%s", words[4]);
	if (kind == JOURNAL_GATEWAY)
		snprintf(out->gateway, sizeof out->gateway, "%s", words[1]);
	if (kind == JOURNAL_HOOK_DOWN) {
		snprintf(out->hook_account, sizeof out->hook_account, "%s", words[2]);
		snprintf(out->hook_path, sizeof out->hook_path, "%s", words[3]);
	}
}

static bool keep_domain(const char *name, struct journal_entry *entry, struct journal *out)
{
	if (out->ndomains == JOURNAL_DOMAINS_MAX)
		return false;
	entry->domain = out->ndomains++;
	snprintf(out->domains[entry->domain], DOMAIN_TEXT_MAX, "%s", name);
	return true;
}

static bool parse_line(char *line, struct journal *out)
{
	struct journal_entry *entry = &out->entries[out->count];
	char *words[JOURNAL_WORDS_MAX];
	const bool text = strncmp(line, "failed ", sizeof "failed " - 1) == 0;
	const size_t count = split(line, text, words);

	if (count == 0 || out->count == JOURNAL_ENTRIES_MAX)
		return false;
	for (size_t kind = 0; kind < JOURNAL_KINDS; kind++) {
		if (strcmp(words[0], kinds[kind].name) != 0)
			continue;
		*entry = (struct journal_entry){.kind = (enum journal_kind)kind};
		if (count != kinds[kind].words || !parse_fields(words, entry))
			return false;
		keep_text(words, entry->kind, out);
		if (entry->kind == JOURNAL_DOMAIN && !keep_domain(words[1], entry, out))
			return false;
		out->count++;
		return true;
	}
	return false;
}

static bool parse_head(char *line, struct journal *out)
{
	char *words[JOURNAL_WORDS_MAX];

	return split(line, false, words) == 3 &&
	       strcmp(words[0], "sallyport-journal") == 0 && strcmp(words[1], "1") == 0 &&
	       snprintf(out->boot, sizeof out->boot, "%s", words[2]) < BOOT_ID_MAX;
}

int journal_parse(const char *text, size_t len, struct journal *out, struct error *err)
{
	struct span rest = {text, len}, one;
	char line[JOURNAL_LINE_MAX];
	unsigned number = 0;

	*out = (struct journal){.fd = -1};
	while (span_cut(&rest, '\n', &one)) {
		number++;
		if (!span_copy(one, line, sizeof line) ||
		    !(number == 1 ? parse_head(line, out) : parse_line(line, out)))
			return error_at(err, "journal", number, 0,
					"the line is not readable");
	}
	return 0;
}

static int print_fields(const struct journal_entry *entry, char *buf, size_t size)
{
	char local[PREFIX_TEXT_MAX], remote[ADDRESS_TEXT_MAX];
	const char *kind = kinds[entry->kind].name;

	switch (entry->kind) {
	case JOURNAL_SUPERVISOR:
		return snprintf(buf, size, "%s %d %" PRIu64 " %lld\n", kind,
				(int)entry->pid, entry->start, (long long)entry->time);
	case JOURNAL_GATEWAY:
		return snprintf(buf, size, "%s %s\n", kind, entry->text);
	case JOURNAL_HELD:
		return snprintf(buf, size, "%s %" PRIu32 " %s\n", kind, entry->held.metric,
				ip_prefix_print(&entry->held.prefix, local));
	case JOURNAL_GATE:
		return snprintf(buf, size, "%s %" PRIu32 " %lu %u %s\n", kind,
				entry->gate.host, (unsigned long)entry->uid,
				entry->gate.port,
				ip_addr_print(&entry->gate.address, local));
	case JOURNAL_FILTER:
		return snprintf(buf, size, "%s %" PRIu64 "\n", kind, entry->print);
	case JOURNAL_TABLE:
		return snprintf(buf, size, "%s %" PRIu32 "\n", kind, entry->table);
	case JOURNAL_PROCESS:
		return snprintf(buf, size, "%s %s %d %" PRIu64 "\n", kind, entry->name,
				(int)entry->pid, entry->start);
	case JOURNAL_ENDPOINT:
		return snprintf(buf, size, "%s %s\n", kind,
				ip_addr_print(&entry->endpoint, local));
	case JOURNAL_LINK:
		return snprintf(buf, size, "%s %s\n", kind, entry->name);
	case JOURNAL_PAIR:
		return snprintf(buf, size, "%s %s %s\n", kind,
				ip_addr_print(&entry->pair.local, local),
				ip_addr_print(&entry->pair.remote, remote));
	case JOURNAL_ROUTE:
		return snprintf(buf, size, "%s %d %s %u\n", kind, entry->route.index,
				ip_prefix_print(&entry->route.prefix, local), entry->line);
	case JOURNAL_NAMES:
		return snprintf(buf, size, "%s %d %s %s\n", kind, entry->index, entry->name,
				names_manager_word(entry->manager));
	case JOURNAL_SERVER:
		return snprintf(buf, size, "%s %s %u\n", kind,
				ip_addr_print(&entry->endpoint, local), entry->line);
	case JOURNAL_DOMAIN:
		return snprintf(buf, size, "%s %s %u\n", kind, entry->text, entry->line);
	case JOURNAL_DEVICE:
		return snprintf(buf, size, "%s %d %u\n", kind, entry->index, entry->mtu);
	case JOURNAL_UP:
	case JOURNAL_WAITING:
		return snprintf(buf, size, "%s %lld\n", kind, (long long)entry->time);
	case JOURNAL_FAILED:
		return snprintf(buf, size, "%s %lld %s %d %s\n", kind,
				(long long)entry->time, blame_word(entry->blame),
				entry->code, entry->text);
	case JOURNAL_HOOK_DOWN:
		return snprintf(buf, size, "%s %s %s %s\n", kind,
				hook_words[entry->hook_as], entry->account, entry->text);
	case JOURNAL_CONTROL:
	case JOURNAL_HOOK_FAILED:
	case JOURNAL_HOOK_RAN:
	case JOURNAL_KINDS:
		break;
	}
	return snprintf(buf, size, "%s\n", kind);
}

/* Texts are printable already. But one that is not must not make the journal unreadable:
 * it tells what is to be undone. */
int journal_print(const struct journal_entry *entry, char *buf, size_t size)
{
	const int len = print_fields(entry, buf, size);

	if (len < 0 || (size_t)len >= size)
		return -1;
	for (int i = 0; i < len - 1; i++)
		if (!isascii(buf[i]) || !isprint((unsigned char)buf[i]))
			buf[i] = '?';
	return len;
}
