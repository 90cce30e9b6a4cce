/* SPDX-License-Identifier: ISC */
#include "policy/tool/migrate/ini.h"

#include <string.h>

static const char blanks[] = " \t\r\f\v";

/* Without blanks at both ends. */
static char *trim(char *text)
{
	size_t len;

	text += strspn(text, blanks);
	len = strlen(text);
	while (len > 0 && strchr(blanks, text[len - 1]) != NULL)
		len--;
	text[len] = '\0';
	return text;
}

static char *cut_line(struct ini *ini)
{
	char *line = ini->at;
	const size_t len = strcspn(line, "\n");

	ini->at += len + (line[len] == '\n');
	line[len] = '\0';
	ini->number++;
	return trim(line);
}

static enum ini_kind take_section(char *line, struct ini_line *out)
{
	char *end = line + strlen(line) - 1;

	if (*end != ']' || end == line + 1)
		return INI_BAD;
	*end = '\0';
	out->name = trim(line + 1);
	return INI_SECTION;
}

static enum ini_kind take_entry(char *line, struct ini_line *out)
{
	char *sign = strchr(line, '=');

	if (sign == NULL || sign == line)
		return INI_BAD;
	*sign = '\0';
	out->name = trim(line);
	out->value = trim(sign + 1);
	return *out->name == '\0' ? INI_BAD : INI_ENTRY;
}

enum ini_kind ini_next(struct ini *ini, struct ini_line *out)
{
	while (*ini->at != '\0') {
		char *line = cut_line(ini);

		*out = (struct ini_line){.line = ini->number};
		if (*line == '\0')
			continue;
		if (*line == '#') {
			out->name = trim(line + strspn(line, "#"));
			return INI_COMMENT;
		}
		if (ini->comments_anywhere)
			line[strcspn(line, "#")] = '\0';
		line = trim(line);
		return *line == '[' ? take_section(line, out) : take_entry(line, out);
	}
	return INI_END;
}
