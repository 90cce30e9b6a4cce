/* SPDX-License-Identifier: ISC */
#include "policy/audit/sshd_text.h"

#include <string.h>

static bool is_keyword(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Values may be paths of any bytes; what could end a line, or hide its end, is none. */
static bool is_value(char c)
{
	return (unsigned char)c >= ' ' && c != 0x7f;
}

/* The line at `line`, terminated, becomes a setting; "" or what is wrong. */
static const char *take(struct sshd_settings *settings, char *line)
{
	char *value = line;

	while (is_keyword(*value))
		value++;
	if (value == line || (*value != ' ' && *value != '\0'))
		return "expected a keyword in lower case, and a blank";
	if (*value == ' ')
		*value++ = '\0';
	if (settings->count == SSHD_SETTINGS_MAX)
		return "too many settings";
	settings->list[settings->count++] = (struct sshd_setting){line, value};
	return "";
}

static int parse(struct sshd_settings *settings, char *text, size_t len,
		 struct policy_error *err)
{
	char *end = text + len;

	*end = '\0';
	for (unsigned number = 1; text < end; number++) {
		char *line = text;
		const char *wrong;

		while (text < end && is_value(*text))
			text++;
		if (text < end && *text != '\n')
			return error_at(err, "", number, (unsigned)(text - line) + 1,
					"control character 0x%02x", (unsigned char)*text);
		*text++ = '\0';
		wrong = take(settings, line);
		if (wrong[0] != '\0')
			return error_at(err, "", number, 1, "%s", wrong);
	}
	return 0;
}

int sshd_settings_parse(struct sshd_settings *settings, char *text, size_t len,
			struct policy_error *err)
{
	settings->count = 0;
	if (parse(settings, text, len, err) == 0)
		return 0;
	settings->count = 0;
	return -1;
}

const char *sshd_setting(const struct sshd_settings *settings, const char *keyword,
			 size_t *at)
{
	for (size_t i = at == NULL ? 0 : *at; i < settings->count; i++) {
		if (strcmp(settings->list[i].keyword, keyword) != 0)
			continue;
		if (at != NULL)
			*at = i + 1;
		return settings->list[i].value;
	}
	return NULL;
}
