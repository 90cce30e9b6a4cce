/* SPDX-License-Identifier: ISC */
#include "policy/tool/survey/authorized_keys.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "policy/language/key.h"

/* A line that is being taken apart, in place: a NUL replaces what ended each part. */
struct line_cursor {
	const struct authorized_keys *keys;
	char *start, *at;
	struct error *err;
};

void authorized_keys_start(struct authorized_keys *keys, const char *file, const char *text,
			   size_t len)
{
	*keys = (struct authorized_keys){.file = file, .rest = {text, len}};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static unsigned column(const struct line_cursor *c, const char *at)
{
	return (unsigned)(at - c->start) + 1;
}

static int refuse(const struct line_cursor *c, const char *at, const char *what)
{
	return error_at(c->err, c->keys->file, c->keys->number, column(c, at), "%s", what);
}

static void skip_blanks(struct line_cursor *c)
{
	while (is_blank(*c->at))
		c->at++;
}

/* The next word, terminated; "" at the end of the line. */
static const char *take_word(struct line_cursor *c)
{
	const char *word;

	skip_blanks(c);
	word = c->at;
	while (*c->at != '\0' && !is_blank(*c->at))
		c->at++;
	if (*c->at != '\0')
		*c->at++ = '\0';
	return word;
}

/* Called after the opening quote; leaves the cursor after the closing one. \" is a quote;
 * no other backslash is special. */
static int take_quoted(struct line_cursor *c, const char **value)
{
	const char *opening = c->at - 1;
	char *out = c->at;

	*value = out;
	while (*c->at != '"') {
		if (c->at[0] == '\\' && c->at[1] == '"')
			c->at++;
		if (*c->at == '\0')
			return refuse(c, opening, "a quoted value has no end");
		*out++ = *c->at++;
	}
	*out = '\0';
	c->at++;
	return 0;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-';
}

/* An option, and the comma or blank after it: 1 when another option must follow. */
static int take_option(struct line_cursor *c, struct authorized_option *option)
{
	char *after;
	char end;

	option->name = c->at;
	option->value = NULL;
	option->column = column(c, c->at);
	while (is_name(*c->at))
		c->at++;
	after = c->at;
	if (after == option->name)
		return refuse(c, after, "expected an option, or the type of a key");
	if (*c->at == '=') {
		if (*++c->at != '"')
			return refuse(c, c->at, "expected a value in double quotes");
		c->at++;
		if (take_quoted(c, &option->value) != 0)
			return -1;
	}
	end = *c->at;
	if (end != ',' && !is_blank(end))
		return refuse(c, c->at,
			      end == '\0' ? "expected a key behind the options"
					  : "expected a comma or a blank behind an option");
	*c->at++ = '\0';
	*after = '\0';
	return end == ',' ? 1 : 0;
}

static int take_options(struct line_cursor *c, struct authorized_line *line)
{
	int more = 1;

	while (more > 0) {
		if (line->noptions == AUTHORIZED_OPTIONS_MAX)
			return refuse(c, c->at, "too many options");
		more = take_option(c, &line->options[line->noptions]);
		if (more < 0)
			return -1;
		line->noptions++;
	}
	return 0;
}

/* Like sshd, first checks whether the word is the type of a key, and only then for options.
 */
static bool is_key_next(const char *at)
{
	char type[KEY_TYPE_MAX];
	size_t len = strcspn(at, " \t");

	if (len >= sizeof type)
		return false;
	memcpy(type, at, len);
	type[len] = '\0';
	return key_type_known(type);
}

/* Only a comment, which is after the key, may have bytes that are not ASCII. */
static int check_ascii(const struct line_cursor *c, const char *from, const char *until)
{
	for (; from < until; from++)
		if ((unsigned char)*from > 0x7e)
			return refuse(c, from, "non-ASCII byte before a comment");
	return 0;
}

static int take_line(struct line_cursor *c, struct authorized_line *line)
{
	line->noptions = 0;
	if (!is_key_next(c->at) && take_options(c, line) != 0)
		return -1;
	line->type = take_word(c);
	line->key_column = column(c, line->type);
	if (line->type[0] == '\0')
		return refuse(c, line->type, "expected a key behind the options");
	line->base64 = take_word(c);
	skip_blanks(c);
	line->comment = c->at;
	return check_ascii(c, c->start, c->at);
}

/* Copies the line if it has no control characters. */
static int copy_line(const struct line_cursor *c, struct span text, char *out)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.at[i];

		if ((byte < ' ' && byte != '\t') || byte == 0x7f)
			return error_at(c->err, c->keys->file, c->keys->number,
					(unsigned)i + 1, "control character 0x%02x", byte);
		out[i] = text.at[i];
	}
	out[text.len] = '\0';
	return 0;
}

int authorized_keys_next(struct authorized_keys *keys, struct authorized_line *line,
			 struct error *err)
{
	struct line_cursor c = {.keys = keys, .start = line->text, .err = err};
	struct span text;

	while (keys->rest.len > 0) {
		(void)span_cut(&keys->rest, '\n', &text);
		line->number = ++keys->number;
		if (text.len > AUTHORIZED_LINE_MAX)
			return error_at(err, keys->file, keys->number,
					AUTHORIZED_LINE_MAX + 1,
					"line too long: expected at most %d bytes",
					AUTHORIZED_LINE_MAX);
		/* sshd ignores the line end of Windows. */
		if (text.len > 0 && text.at[text.len - 1] == '\r')
			text.len--;
		if (copy_line(&c, text, line->text) != 0)
			return -1;
		c.at = line->text;
		skip_blanks(&c);
		if (*c.at != '\0' && *c.at != '#')
			return take_line(&c, line) < 0 ? -1 : 1;
	}
	return 0;
}

const struct authorized_option *authorized_option(const struct authorized_line *line,
						  const char *name)
{
	for (size_t i = 0; i < line->noptions; i++)
		if (strcasecmp(line->options[i].name, name) == 0)
			return &line->options[i];
	return NULL;
}

bool authorized_time(const char *text, time_t *out)
{
	static const char *const formats[] = {
	    [8] = "%Y%m%d", [12] = "%Y%m%d%H%M", [14] = "%Y%m%d%H%M%S"};
	const size_t digits = strspn(text, "0123456789");
	const bool utc = strcmp(text + digits, "Z") == 0;
	struct tm when = {.tm_isdst = -1};
	const char *end;

	if (digits >= sizeof formats / sizeof formats[0] || formats[digits] == NULL ||
	    (text[digits] != '\0' && !utc))
		return false;
	end = strptime(text, formats[digits], &when);
	if (end != text + digits)
		return false;
	*out = utc ? timegm(&when) : mktime(&when);
	return true;
}
