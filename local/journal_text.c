/* SPDX-License-Identifier: ISC */
/* The journal's lines, to and from values. */
#include "local/journal.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "local/journal_fields.h"
#include "policy/language/span.h"

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
		if (count != kinds[kind].words || !journal_fields_parse(words, entry))
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
				journal_hook_word(entry->hook_as), entry->account,
				entry->text);
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
