/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/ppp_words.h"

#include <string.h>

static bool is_blank(char c)
{
	return c != '\0' && strchr(" \t\r\n\v\f", c) != NULL;
}

static void step(struct ppp_words *words)
{
	if (*words->at == '\n')
		words->line++;
	words->at++;
}

static void skip_blanks_and_comments(struct ppp_words *words)
{
	while (is_blank(*words->at) || *words->at == '#') {
		if (*words->at == '#')
			words->at += strcspn(words->at, "\n");
		else
			step(words);
	}
}

/* One character of a word, which a backslash may have made an ordinary one. */
static char take(struct ppp_words *words)
{
	char c;

	if (*words->at == '\\' && words->at[1] != '\0')
		step(words);
	c = *words->at;
	step(words);
	return c;
}

bool ppp_words_next(struct ppp_words *words)
{
	size_t used = 0;
	char quote = '\0';

	skip_blanks_and_comments(words);
	if (*words->at == '\0')
		return false;
	words->word_line = words->line;
	while (*words->at != '\0' && (quote != '\0' || !is_blank(*words->at))) {
		char c = *words->at;

		if (c == quote) {
			quote = '\0';
			step(words);
		} else if (quote == '\0' && (c == '"' || c == '\'')) {
			quote = c;
			step(words);
		} else {
			c = take(words);
			if (used < sizeof words->word - 1)
				words->word[used++] = c;
		}
	}
	words->word[used] = '\0';
	return true;
}
