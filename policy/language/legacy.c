/* SPDX-License-Identifier: ISC */
#include "policy/language/legacy.h"

#include <string.h>

#include "policy/language/escape.h"
#include "policy/language/value.h"

enum { LEGACY_QUOTE_MAX = 48, NUMBER_TEXT_MAX = sizeof "65535" };

const struct legacy_word legacy_words[] = {
#define LEGACY(kind, ask, words, argument, why)                                            \
	{LEGACY_##kind, ASK_##ask, words, argument, why},
#include "policy/language/legacy.def"
#undef LEGACY
};
const size_t legacy_word_count = sizeof legacy_words / sizeof legacy_words[0];

/* A word that was taken is a bit. */
_Static_assert(sizeof legacy_words / sizeof legacy_words[0] <= 64, "one bit for each row");

static const char *const sudo[] = {"/usr/local/bin/sudo ", "/usr/bin/sudo ", "sudo "};
static const char pppd[] = "pppd";
/* Of the mini-HOWTO's script (PPPAPP and ROUTEAPP), and of the article. */
static const struct {
	const char *path;
	bool route;
} commands[] = {
    {"/usr/sbin/pppd", false},	 {pppd, false},
    {"/home/slave/ppp", false},	 {"/home/slave/sshroute", true},
    {"/home/slave/route", true},
};

/* How far the reader is, and which words it has accepted. */
struct reading {
	struct span rest;
	const char *begin;
	unsigned column;
	bool more;
	uint64_t seen;
	struct legacy_asks *out;
	struct error *err;
};

static bool in_list(const char *list, struct span word)
{
	struct span rest = {list, strlen(list)}, one;
	bool more;

	do {
		more = span_cut(&rest, ' ', &one);
		if (one.len == word.len && memcmp(one.at, word.at, word.len) == 0)
			return true;
	} while (more);
	return false;
}

static const struct legacy_word *find(struct span word)
{
	for (size_t i = 0; word.len > 0 && i < legacy_word_count; i++)
		if (in_list(legacy_words[i].words, word))
			return &legacy_words[i];
	return NULL;
}

/* "LOCAL:REMOTE", as far as its characters tell. */
static bool looks_like_pair(struct span word)
{
	bool colon = false;

	for (size_t i = 0; i < word.len; i++) {
		if (word.at[i] == ':')
			colon = true;
		else if (word.at[i] != '.' && (word.at[i] < '0' || word.at[i] > '9'))
			return false;
	}
	return colon;
}

/* "pppd" is a request of this language too; only the words after it show which is meant. */
static bool is_own_word(struct span words, bool more)
{
	struct span first;

	if (!more)
		return true;
	(void)span_cut(&words, ' ', &first);
	return find(first) == NULL && !looks_like_pair(first);
}

bool legacy_command(struct span *text, bool *route, bool *more)
{
	struct span rest = *text, command;
	bool before = span_skip(&rest, "exec ");

	for (size_t i = 0; i < sizeof sudo / sizeof sudo[0]; i++) {
		if (span_skip(&rest, sudo[i])) {
			before = true;
			break;
		}
	}
	*more = span_cut(&rest, ' ', &command);
	if (!before && span_is(command, pppd) && is_own_word(rest, *more))
		return false;
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		if (!span_is(command, commands[i].path))
			continue;
		*route = commands[i].route;
		*text = rest;
		return true;
	}
	return false;
}

static unsigned column_of(const struct reading *reading, struct span word)
{
	return reading->column + (unsigned)(word.at - reading->begin);
}

#define refuse(reading, word, ...)                                                         \
	error_column((reading)->err, column_of(reading, word), __VA_ARGS__)

/* The next word, of which there is one. */
static int next(struct reading *reading, struct span *word)
{
	reading->more = span_cut(&reading->rest, ' ', word);
	if (word->len == 0)
		return refuse(reading, *word,
			      "extra blank: expected one between words, none at the end");
	return 0;
}

static int take_end(struct reading *reading, struct span text, struct ip_addr *out)
{
	char copy[ADDRESS_TEXT_MAX];
	const char *why = "too long";

	if (text.len == 0 ||
	    (span_copy(text, copy, sizeof copy) && ip_addr_parse(copy, out, &why) == 0))
		return 0;
	return refuse(reading, text, "an address: %s", why);
}

static int take_pair(struct reading *reading, struct span word)
{
	struct span remote = word, local;

	(void)span_cut(&remote, ':', &local);
	if (local.len + remote.len == 0 || memchr(remote.at, ':', remote.len) != NULL)
		return refuse(reading, word, "addresses: expected LOCAL:REMOTE, both IPv4");
	if (reading->out->local.family != AF_UNSPEC ||
	    reading->out->remote.family != AF_UNSPEC)
		return refuse(reading, word, "addresses are given twice");
	return take_end(reading, local, &reading->out->local) != 0
		   ? -1
		   : take_end(reading, remote, &reading->out->remote);
}

/* Plain decimal from 1 to 65535, or 0. */
static uint16_t number_of(struct span text)
{
	char copy[NUMBER_TEXT_MAX];
	unsigned value = 0;
	const char *why;

	if (span_copy(text, copy, sizeof copy))
		(void)value_number(copy, 1, UINT16_MAX, &value, &why);
	return (uint16_t)value;
}

/* The value after the word, to be compared with policy; false if it is not valid. */
static bool take_value(const struct legacy_word *row, struct span value,
		       struct legacy_asks *out)
{
	switch (row->ask) {
	case ASK_MRU:
		out->mru = number_of(value);
		return out->mru != 0;
	case ASK_MTU:
		out->mtu = number_of(value);
		return out->mtu != 0;
	case ASK_IPV6:
		out->ipv6 = true;
		return true;
	case ASK_NOIPV6:
		out->noipv6 = true;
		return true;
	case ASK_NONE:
		break;
	}
	return row->argument == NULL || span_is(value, row->argument);
}

static int take_row(struct reading *reading, const struct legacy_word *row,
		    struct span word)
{
	const uint64_t bit = UINT64_C(1) << (row - legacy_words);
	const unsigned column = column_of(reading, word);
	struct span value = {word.at, 0};

	if (row->kind == LEGACY_REFUSED)
		return error_column(reading->err, column, "%.*s is refused: %s",
				    (int)word.len, word.at, row->why);
	if ((reading->seen & bit) != 0)
		return error_column(reading->err, column, "%s is given twice", row->words);
	reading->seen |= bit;
	if (row->argument != NULL && reading->more && next(reading, &value) != 0)
		return -1;
	if (!take_value(row, value, reading->out))
		return error_column(reading->err, column, "%s: expected %s%s after it",
				    row->words, row->kind == LEGACY_POLICY ? "a " : "",
				    row->argument);
	return 0;
}

int legacy_take(struct span words, unsigned column, struct legacy_asks *out,
		struct error *err)
{
	struct reading reading = {.rest = words,
				  .begin = words.at,
				  .column = column,
				  .more = true,
				  .out = out,
				  .err = err};
	char quoted[LEGACY_QUOTE_MAX];

	while (reading.more) {
		const struct legacy_word *row;
		struct span word;

		if (next(&reading, &word) != 0)
			return -1;
		row = find(word);
		if (row == NULL && !looks_like_pair(word))
			return refuse(
			    &reading, word,
			    "%s is not one of the words that are accepted here",
			    escape_quoted(word.at, word.len, quoted, sizeof quoted));
		if (row == NULL ? take_pair(&reading, word) != 0
				: take_row(&reading, row, word) != 0)
			return -1;
	}
	return 0;
}
