/* SPDX-License-Identifier: ISC */
#include "policy/tool/migrate/uci.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* "package" and what follows it says where the file belongs. */
enum { WORDS_LINE_MAX = 3 };

static bool is_blank(char c)
{
	return c != '\0' && strchr(" \t\r", c) != NULL;
}

static bool ends_word(char c)
{
	return c == '\0' || c == '\n' || is_blank(c);
}

/*
 * Takes a word apart in place, up to the blank or line feed behind it: quotes of both kinds
 * anywhere in it, a backslash before a character outside of single ones. A quoted value may
 * go on in the next line. False when a quote has no end.
 */
static bool take_word(struct uci *uci, char **word)
{
	char *from = uci->at, *to = uci->at;
	char quote = '\0';

	*word = to;
	while (quote != '\0' || !ends_word(*from)) {
		if (*from == '\0')
			return false;
		if (*from == '\n')
			uci->number++;
		if (*from == quote) {
			quote = '\0';
			from++;
		} else if (quote == '\0' && (*from == '\'' || *from == '"')) {
			quote = *from++;
		} else {
			if (*from == '\\' && quote != '\'' && from[1] != '\0' &&
			    from[1] != '\n')
				from++;
			*to++ = *from++;
		}
	}
	uci->at = from;
	/* What ends the line is looked at before it is overwritten. */
	if (is_blank(*from))
		uci->at++;
	else if (*from == '\n' && to == from)
		return true;
	*to = '\0';
	return true;
}

static void skip_blanks(struct uci *uci)
{
	while (is_blank(*uci->at))
		uci->at++;
}

static void skip_line(struct uci *uci)
{
	uci->at += strcspn(uci->at, "\n");
}

/* The words of a line; -1 for too many of them, or a quote without an end. */
static int take_words(struct uci *uci, char *words[WORDS_LINE_MAX])
{
	int count = 0;

	for (skip_blanks(uci); *uci->at != '\0' && *uci->at != '\n'; skip_blanks(uci)) {
		if (*uci->at == '#')
			skip_line(uci);
		else if (count == WORDS_LINE_MAX || !take_word(uci, &words[count++]))
			return -1;
	}
	if (*uci->at == '\n')
		*uci->at++ = '\0';
	return count;
}

static enum uci_kind kind_of(char *words[WORDS_LINE_MAX], int count)
{
	if (count == 3 && strcmp(words[0], "option") == 0)
		return UCI_OPTION;
	if (count == 3 && strcmp(words[0], "list") == 0)
		return UCI_LIST;
	if (count >= 2 && strcmp(words[0], "config") == 0)
		return UCI_CONFIG;
	return UCI_BAD;
}

enum uci_kind uci_next(struct uci *uci, struct uci_line *out)
{
	static char none[] = "";

	while (*uci->at != '\0') {
		char *words[WORDS_LINE_MAX] = {none, none, none};
		int count;

		out->line = ++uci->number;
		count = take_words(uci, words);
		out->name = words[1];
		out->value = words[2];
		if (count < 0)
			skip_line(uci);
		if (count == 0 || (count == 2 && strcmp(words[0], "package") == 0))
			continue;
		return count < 0 ? UCI_BAD : kind_of(words, count);
	}
	return UCI_END;
}
