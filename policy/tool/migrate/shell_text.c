/* SPDX-License-Identifier: ISC */
#include "policy/tool/migrate/shell_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "policy/tool/migrate/loose.h"

static const char blanks[] = " \t\r";

static char *cut_line(struct shell_text *text)
{
	char *line = text->at;
	const size_t len = strcspn(line, "\n");

	text->at += len + (line[len] == '\n');
	line[len] = '\0';
	text->number++;
	return line + strspn(line, blanks);
}

/* NAME=VALUE, where the value is one plain word, in quotes or not. */
static bool take_variable(char *line, struct shell_line *out)
{
	char *sign = line, *end;
	char quote;

	while (isalnum((unsigned char)*sign) || *sign == '_')
		sign++;
	if (sign == line || isdigit((unsigned char)*line) || *sign != '=')
		return false;
	out->name = line;
	out->value = sign + 1;
	quote = *out->value;
	if (quote == '"' || quote == '\'') {
		end = strchr(++out->value, quote);
		if (end == NULL)
			return false;
	} else {
		end = out->value + strcspn(out->value, " \t\r;#");
	}
	*sign = '\0';
	*end = '\0';
	return true;
}

/* Whether the word is the program, by its name or a path. */
static bool is_program(const char *word, const char *program)
{
	return strcmp(basename(word), program) == 0;
}

/* route add [-net|-host] NETWORK [netmask MASK] [gw GATEWAY]; ip route add NETWORK [via
 * GATEWAY]. */
static bool take_route(char *line, struct shell_line *out)
{
	char *word = loose_word(&line, blanks);

	if (word != NULL && is_program(word, "sudo"))
		word = loose_word(&line, blanks);
	if (word != NULL && is_program(word, "ip"))
		word = loose_word(&line, blanks);
	if (word == NULL || !is_program(word, "route"))
		return false;
	word = loose_word(&line, blanks);
	if (word == NULL || strcmp(word, "add") != 0)
		return false;
	while ((word = loose_word(&line, blanks)) != NULL && *word != '#') {
		if (strcmp(word, "netmask") == 0)
			out->mask = loose_word(&line, blanks);
		else if (strcmp(word, "gw") == 0 || strcmp(word, "via") == 0)
			out->gateway = loose_word(&line, blanks);
		else if (*word != '-' && out->network == NULL)
			out->network = word;
	}
	return out->network != NULL;
}

enum shell_kind shell_next(struct shell_text *text, struct shell_line *out)
{
	while (*text->at != '\0') {
		char *line = cut_line(text);

		*out = (struct shell_line){.line = text->number};
		if (*line == '#')
			continue;
		if (take_variable(line, out))
			return SHELL_VARIABLE;
		if (take_route(line, out))
			return SHELL_ROUTE;
	}
	return SHELL_END;
}
