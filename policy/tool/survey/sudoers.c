/* SPDX-License-Identifier: ISC */
#include "policy/tool/survey/sudoers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\r\f\v";

static bool is_blank(char c)
{
	return c != '\0' && strchr(blanks, c) != NULL;
}

static bool is_include(const char *text)
{
	return strncmp(text, "#include ", 9) == 0 || strncmp(text, "#include\t", 9) == 0 ||
	       strncmp(text, "#includedir", 11) == 0;
}

/* "#" begins a comment, unless it is a uid, a gid or an old include. */
static bool is_comment(const char *line, const char *at)
{
	if (*at != '#' || (at > line && at[-1] == '\\'))
		return false;
	if (isdigit((unsigned char)at[1]))
		return false;
	return at != line || !is_include(at);
}

/* Copies one physical line without its comment to out, each blank as a space; true when the
 * next belongs to it. */
static bool copy_line(const char *from, size_t len, char **out)
{
	size_t used = 0;

	while (used < len && !is_comment(from, from + used))
		used++;
	for (size_t i = 0; i < used; i++)
		*(*out)++ = is_blank(from[i]) ? ' ' : from[i];
	if (used < len || used == 0 || from[used - 1] != '\\')
		return false;
	(*out)[-1] = ' ';
	return true;
}

static void trim(char *text, const char *end)
{
	const size_t lead = strspn(text, blanks);

	while (end > text + lead && is_blank(end[-1]))
		end--;
	memmove(text, text + lead, (size_t)(end - text) - lead);
	text[(size_t)(end - text) - lead] = '\0';
}

/* At most how many bytes the logical line at text has. */
static size_t logical_length(const char *text)
{
	size_t len = strcspn(text, "\n");

	while (text[len] != '\0' && len > 0 && text[len - 1] == '\\')
		len += 1 + strcspn(text + len + 1, "\n");
	return len;
}

bool sudoers_next(const char **at, unsigned *line, struct sudoers_line *out, bool *lost)
{
	while (**at != '\0') {
		char *text = calloc(1, logical_length(*at) + 1), *end = text;
		bool more = true;

		if (text == NULL) {
			*lost = true;
			return false;
		}
		out->line = *line;
		while (more && **at != '\0') {
			const size_t len = strcspn(*at, "\n");

			more = copy_line(*at, len, &end);
			*at += len + ((*at)[len] == '\n' ? 1 : 0);
			(*line)++;
		}
		trim(text, end);
		out->text = text;
		if (*text != '\0')
			return true;
		free(text);
	}
	return false;
}

const char *sudoers_include(const char *text, bool *directory)
{
	static const char word[] = "include", dir[] = "dir";
	const char *at = text + 1;

	if ((text[0] != '@' && text[0] != '#') || strncmp(at, word, sizeof word - 1) != 0)
		return NULL;
	at += sizeof word - 1;
	*directory = strncmp(at, dir, sizeof dir - 1) == 0;
	if (*directory)
		at += sizeof dir - 1;
	return is_blank(*at) ? at + strspn(at, blanks) : NULL;
}

/* Up to the next separator that is not escaped; the colon of "%:" is not one. */
static size_t name_length(const char *name)
{
	size_t len = strncmp(name, "%:", 2) == 0 ? 2 : 0;

	while (name[len] != '\0' && strchr(" \t\r\f\v,=:", name[len]) == NULL)
		len += name[len] == '\\' && name[len + 1] != '\0' ? 2 : 1;
	return len;
}

const char *sudoers_list(const char *text, void (*each)(void *, const char *, size_t, bool),
			 void *context)
{
	for (;;) {
		bool negated = false;
		const char *name;
		size_t len;

		for (text += strspn(text, blanks); *text == '!' || is_blank(*text); text++)
			negated ^= *text == '!';
		if (*text == '"') {
			name = text + 1;
			len = strcspn(name, "\"");
			text = name + len + (name[len] == '"' ? 1 : 0);
		} else {
			name = text;
			len = name_length(name);
			text = name + len;
		}
		if (len > 0)
			each(context, name, len, negated);
		text += strspn(text, blanks);
		if (*text != ',')
			return text;
		text++;
	}
}

/* A path is one word. */
static bool is_word(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("_.-$/", c) != NULL);
}

bool sudoers_mentions(const char *text, const char *word)
{
	const size_t len = strlen(word);

	for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
		if ((at == text || !is_word(at[-1])) && !is_word(at[len]))
			return true;
	return false;
}
