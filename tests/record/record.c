/* SPDX-License-Identifier: ISC */
#include "tests/record/record.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* What a value has to be. */
enum type {
	TYPE_WORD,    /* anything unquoted */
	TYPE_VERDICT, /* allow, deny or failed */
	TYPE_ID,      /* eight hexadecimal digits */
	TYPE_NUMBER,  /* decimal, or "-" */
	TYPE_HEX,
	TYPE_ADDRESS, /* IPv4 or IPv6, or "-" */
	TYPE_KEY,     /* SHA256:… or "-" */
	TYPE_QUOTED,
	TYPE_QUOTED_OR_DASH,
};

struct key {
	const char *name;
	enum type type;
};

static const struct key verdict_keys[] = {
    {"verdict", TYPE_VERDICT},
    {"id", TYPE_ID},
    {"code", TYPE_NUMBER},
    {"peer", TYPE_WORD},
    {"verb", TYPE_WORD},
    {"from", TYPE_ADDRESS},
    {"port", TYPE_NUMBER},
    {"key", TYPE_KEY},
    {"rule", TYPE_WORD},
    {"reason", TYPE_QUOTED},
    {"request", TYPE_QUOTED_OR_DASH},
    {NULL, TYPE_WORD},
};

static const struct key confinement_keys[] = {
    {"confinement", TYPE_WORD},
    {"id", TYPE_ID},
    {"program", TYPE_WORD},
    {"interface", TYPE_WORD},
    {"uid", TYPE_NUMBER},
    {"gid", TYPE_NUMBER},
    {"groups", TYPE_WORD},
    {"caps_effective", TYPE_HEX},
    {"caps_permitted", TYPE_HEX},
    {"caps_inheritable", TYPE_HEX},
    {"caps_bounding", TYPE_HEX},
    {"caps_ambient", TYPE_HEX},
    {"securebits", TYPE_HEX},
    {"no_new_privs", TYPE_NUMBER},
    {"mdwe", TYPE_NUMBER},
    {"landlock", TYPE_NUMBER},
    {"seccomp", TYPE_NUMBER},
    {"reach", TYPE_WORD},
    {NULL, TYPE_WORD},
};

/* What sshroute says of its own failure, under the login's id. */
static const struct key failure_keys[] = {
    {"verdict", TYPE_VERDICT}, {"id", TYPE_ID},	  {"code", TYPE_NUMBER},
    {"reason", TYPE_QUOTED},   {NULL, TYPE_WORD},
};

static const struct key *const kinds[] = {verdict_keys, confinement_keys, failure_keys};

static int fail(const char **why, const char *phrase)
{
	*why = phrase;
	return -1;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* text is what follows the opening quotation mark; returns what follows the string, or
 * NULL. */
static const char *take_quoted(const char *text, const char *end,
			       struct record_field *field)
{
	static const char dots[] = "...";

	for (field->quoted = true; text < end && *text != '"'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (field->len + 1 >= RECORD_VALUE_MAX || byte < ' ' || byte > '~')
			return NULL;
		if (byte == '\\') {
			if (end - text < 4 || text[1] != 'x' || hex_digit(text[2]) < 0 ||
			    hex_digit(text[3]) < 0)
				return NULL;
			byte =
			    (unsigned char)(hex_digit(text[2]) * 16 + hex_digit(text[3]));
			text += 3;
		}
		field->value[field->len++] = (char)byte;
	}
	if (text == end)
		return NULL;
	text++;
	if (end - text >= 3 && memcmp(text, dots, 3) == 0) {
		field->cut = true;
		text += 3;
	}
	return text;
}

static const char *take_word(const char *text, const char *end, struct record_field *field)
{
	for (; text < end && *text != ' '; text++) {
		if (*text <= ' ' || *text > '~' || *text == '"' || *text == '\\' ||
		    field->len + 1 >= RECORD_VALUE_MAX)
			return NULL;
		field->value[field->len++] = *text;
	}
	return field->len > 0 ? text : NULL;
}

static const char *take_field(const char *text, const char *end, struct record_field *field)
{
	size_t len = 0;

	*field = (struct record_field){0};
	for (; text < end && ((*text >= 'a' && *text <= 'z') || *text == '_'); text++) {
		if (len + 1 >= RECORD_KEY_MAX)
			return NULL;
		field->key[len++] = *text;
	}
	if (len == 0 || text == end || *text != '=')
		return NULL;
	text++;
	return text < end && *text == '"' ? take_quoted(text + 1, end, field)
					  : take_word(text, end, field);
}

static bool all_of(const char *text, const char *alphabet)
{
	return *text != '\0' && text[strspn(text, alphabet)] == '\0';
}

static bool is_address(const char *text)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, text, bytes) == 1 ||
	       inet_pton(AF_INET6, text, bytes) == 1;
}

static bool is_fingerprint(const char *text)
{
	static const char head[] = "SHA256:";

	return strncmp(text, head, sizeof head - 1) == 0 &&
	       all_of(text + sizeof head - 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					      "abcdefghijklmnopqrstuvwxyz0123456789+/");
}

static bool has_type(const struct record_field *field, enum type type)
{
	const bool dash = !field->quoted && strcmp(field->value, "-") == 0;

	switch (type) {
	case TYPE_QUOTED:
		return field->quoted;
	case TYPE_QUOTED_OR_DASH:
		return field->quoted || dash;
	case TYPE_WORD:
		return !field->quoted;
	case TYPE_VERDICT:
		return !field->quoted && (strcmp(field->value, "allow") == 0 ||
					  strcmp(field->value, "deny") == 0 ||
					  strcmp(field->value, "failed") == 0);
	case TYPE_ID:
		return !field->quoted && field->len == 8 &&
		       all_of(field->value, "0123456789abcdef");
	case TYPE_NUMBER:
		return !field->quoted && (dash || all_of(field->value, "0123456789"));
	case TYPE_HEX:
		return !field->quoted && all_of(field->value, "0123456789abcdef");
	case TYPE_ADDRESS:
		return !field->quoted && (dash || is_address(field->value));
	case TYPE_KEY:
		return !field->quoted && (dash || is_fingerprint(field->value));
	}
	return false;
}

static bool is_kind(const struct record *record, const struct key *keys)
{
	size_t i;

	for (i = 0; keys[i].name != NULL; i++)
		if (i >= record->nfields ||
		    strcmp(record->fields[i].key, keys[i].name) != 0 ||
		    !has_type(&record->fields[i], keys[i].type))
			return false;
	return i == record->nfields;
}

int record_parse(const char *text, size_t len, struct record *out, const char **why)
{
	const char *const end = text + len;

	out->nfields = 0;
	for (;;) {
		if (out->nfields == RECORD_FIELDS_MAX)
			return fail(why, "more fields than any record has");
		text = take_field(text, end, &out->fields[out->nfields]);
		if (text == NULL)
			return fail(why, "not key=value");
		out->nfields++;
		if (text == end)
			break;
		if (*text++ != ' ')
			return fail(why, "a blank is missing after a value");
	}
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (is_kind(out, kinds[i]))
			return 0;
	return fail(why, "not the fields of a verdict, a confinement or a failure");
}

const struct record_field *record_field(const struct record *record, const char *key)
{
	for (size_t i = 0; i < record->nfields; i++)
		if (strcmp(record->fields[i].key, key) == 0)
			return &record->fields[i];
	return NULL;
}

/* "TAG[PID]: " somewhere in the line, after whatever the log daemon puts before it. */
static const char *after_tag(const char *line, const char *tag)
{
	for (const char *at = strstr(line, tag); at != NULL; at = strstr(at + 1, tag)) {
		const char *number = at + strlen(tag), *end;

		if ((at > line && at[-1] != ' ' && at[-1] != '>') || *number++ != '[')
			continue;
		end = number + strspn(number, "0123456789");
		if (end > number && strncmp(end, "]: ", 3) == 0)
			return end + 3;
	}
	return NULL;
}

const char *record_of_line(const char *line)
{
	const char *text = after_tag(line, "vpn-agent");

	return text != NULL ? text : after_tag(line, "sshroute");
}
