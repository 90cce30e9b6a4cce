/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/sshd_text.h"

#include <string.h>

#include "policy/language/value.h"

/* Room for a word of a list, or a number. */
enum { WORD_MAX = PREFIX_TEXT_MAX };

static bool is_keyword(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* A value may be a path of any bytes, but not have a byte that ends a line or hides its
 * end. */
static bool is_value(char c)
{
	return (unsigned char)c >= ' ' && c != 0x7f;
}

/* Adds the terminated line as a setting; returns "", or what is wrong with it. */
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

static int parse(struct sshd_settings *settings, char *text, size_t len, struct error *err)
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
			struct error *err)
{
	settings->count = 0;
	if (parse(settings, text, len, err) == 0)
		return 0;
	settings->count = 0;
	return -1;
}

const char *sshd_next(const struct sshd_settings *settings, const char *keyword, size_t *at)
{
	while (*at < settings->count) {
		const struct sshd_setting *setting = &settings->list[(*at)++];

		if (strcmp(setting->keyword, keyword) == 0)
			return setting->value;
	}
	return NULL;
}

const char *sshd_setting(const struct sshd_settings *settings, const char *keyword)
{
	size_t at = 0;

	return settings == NULL ? NULL : sshd_next(settings, keyword, &at);
}

bool sshd_is(const struct sshd_settings *settings, const char *keyword, const char *value)
{
	const char *set = sshd_setting(settings, keyword);

	return set != NULL && strcmp(set, value) == 0;
}

/* Copies the text up to a character of `end`; false when it is too long. */
static bool take_part(const char *text, const char *end, char part[WORD_MAX])
{
	const size_t len = strcspn(text, end);

	if (len >= WORD_MAX)
		return false;
	memcpy(part, text, len);
	part[len] = '\0';
	return true;
}

long sshd_first_number(const char *value)
{
	char part[WORD_MAX];
	const char *why;
	unsigned number;

	if (value == NULL || !take_part(value, ":", part) ||
	    value_number(part, 0, INT32_MAX, &number, &why) != 0)
		return -1;
	return (long)number;
}

/* The pattern has len bytes. After a mismatch it goes back to the last *, which is enough.
 */
static bool fits(const char *pattern, size_t len, const char *text)
{
	const char *end = pattern + len, *star = NULL, *back = NULL;

	while (*text != '\0') {
		if (pattern < end && *pattern == '*') {
			star = ++pattern;
			back = text;
		} else if (pattern < end && (*pattern == '?' || *pattern == *text)) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star;
			text = ++back;
		} else {
			return false;
		}
	}
	while (pattern < end && *pattern == '*')
		pattern++;
	return pattern == end;
}

bool sshd_pattern_fits(const char *pattern, const char *text)
{
	return fits(pattern, strlen(pattern), text);
}

bool sshd_list_has(const char *list, const char *text)
{
	bool has = false;

	for (; *list != '\0'; list += strspn(list, ",")) {
		const size_t len = strcspn(list, ",");
		const size_t skip = *list == '!' ? 1 : 0;

		if (len > skip && fits(list + skip, len - skip, text)) {
			if (skip == 1)
				return false;
			has = true;
		}
		list += len;
	}
	return has;
}

bool sshd_list_has_type(const char *list, const char *type)
{
	if (strcmp(type, "ssh-rsa") == 0)
		return sshd_list_has(list, "rsa-sha2-256") ||
		       sshd_list_has(list, "rsa-sha2-512");
	return sshd_list_has(list, type);
}

bool sshd_list_covers(const char *list, const struct ip_prefix *network)
{
	char word[WORD_MAX];
	struct ip_prefix outer;

	if (strchr(list, '!') != NULL)
		return false;
	for (; *list != '\0'; list += strspn(list, ",")) {
		if (take_part(list, ",", word) &&
		    ip_network_parse(word, &outer, NULL) == 0 &&
		    ip_prefix_covers(&outer, network))
			return true;
		list += strcspn(list, ",");
	}
	return false;
}
