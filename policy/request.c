/* SPDX-License-Identifier: ISC */
#include "policy/request.h"

#include <stdio.h>
#include <string.h>

#include "policy/escape.h"

enum { QUOTE_MAX = 48 };

static const char *const verb_names[VERB_COUNT] = {
    [VERB_PPPD] = "pppd",
    [VERB_SSHROUTE] = "sshroute",
    [VERB_STATUS] = "status",
};

/* How the HOWTO and the article that follows it write the two commands. */
static const char *const legacy_sudo[] = {"/usr/local/bin/sudo ", "/usr/bin/sudo ",
					  "sudo "};
static const struct {
	const char *text;
	enum verb verb;
} legacy_commands[] = {
    {"/usr/sbin/pppd", VERB_PPPD},
    {"/home/slave/sshroute", VERB_SSHROUTE},
};

/* A stretch of the request; what lies outside of it is never looked at. */
struct span {
	const char *at;
	size_t len;
};

const char *verb_name(enum verb verb)
{
	return (unsigned)verb < VERB_COUNT ? verb_names[verb] : NULL;
}

static bool span_is(struct span span, const char *text)
{
	return span.len == strlen(text) && memcmp(span.at, text, span.len) == 0;
}

enum verb verb_parse(const char *name, size_t len)
{
	struct span span = {.at = name, .len = len};
	unsigned verb = 0;

	while (verb < VERB_COUNT && !span_is(span, verb_names[verb]))
		verb++;
	return verb;
}

/* Cuts what stands before the first `end` off the front of *rest, and `end` with it. */
static bool span_cut(struct span *rest, char end, struct span *out)
{
	const char *at = memchr(rest->at, end, rest->len);

	*out = *rest;
	if (at == NULL) {
		rest->at += rest->len;
		rest->len = 0;
		return false;
	}
	out->len = (size_t)(at - rest->at);
	rest->at = at + 1;
	rest->len -= out->len + 1;
	return true;
}

static int check_bytes(const char *text, size_t len, struct policy_error *err)
{
	if (len > REQUEST_TEXT_MAX)
		return error_at(err, "", 0, REQUEST_TEXT_MAX + 1,
				"request too long: expected at most %d bytes",
				REQUEST_TEXT_MAX);
	if (len == 0)
		return error_at(err, "", 0, 1,
				"empty request: expected pppd, sshroute or status");
	for (size_t i = 0; i < len; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return error_at(err, "", 0, (unsigned)i + 1,
					"byte 0x%02x: expected printable ASCII",
					(unsigned)(unsigned char)text[i]);
	return 0;
}

static bool parse_legacy(struct span text, struct request *out)
{
	for (size_t i = 0; i < sizeof legacy_sudo / sizeof legacy_sudo[0]; i++) {
		size_t len = strlen(legacy_sudo[i]);

		if (text.len >= len && memcmp(text.at, legacy_sudo[i], len) == 0) {
			text.at += len;
			text.len -= len;
			break;
		}
	}
	for (size_t i = 0; i < sizeof legacy_commands / sizeof legacy_commands[0]; i++) {
		if (!span_is(text, legacy_commands[i].text))
			continue;
		out->verb = legacy_commands[i].verb;
		out->legacy = true;
		return true;
	}
	return false;
}

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int parse_nonce(struct span value, unsigned column, struct request *out,
		       struct policy_error *err)
{
	for (size_t i = 0; i < value.len; i++)
		if (!is_alphanumeric(value.at[i]))
			return error_at(err, "", 0, column + (unsigned)i,
					"ready: expected letters and digits only");
	if (value.len < NONCE_MIN || value.len > NONCE_MAX)
		return error_at(err, "", 0, column,
				"ready: %zu characters: expected %d to %d", value.len,
				NONCE_MIN, NONCE_MAX);
	memcpy(out->ready, value.at, value.len);
	out->ready[value.len] = '\0';
	return 0;
}

static int parse_link(struct span value, unsigned column, struct request *out,
		      struct policy_error *err)
{
	if (!span_is(value, "ppptun"))
		return error_at(err, "", 0, column, "link: expected ppptun");
	out->has_ppptun = true;
	return 0;
}

static int parse_pair(struct span pair, unsigned column, struct request *out,
		      struct policy_error *err)
{
	char quoted[QUOTE_MAX];
	struct span value = pair, key;
	bool has_value = span_cut(&value, '=', &key);

	if (pair.len == 0)
		return error_at(err, "", 0, column,
				"blank: expected one between words, none at the end");
	escape_quoted(key.at, key.len, quoted, sizeof quoted);
	if (out->verb != VERB_PPPD)
		return error_at(err, "", 0, column, "%s: expected nothing after %s", quoted,
				verb_names[out->verb]);
	if (!has_value || (!span_is(key, "ready") && !span_is(key, "link")))
		return error_at(err, "", 0, column,
				"%s: expected ready=NONCE or link=ppptun", quoted);
	if (span_is(key, "ready") ? out->ready[0] != '\0' : out->has_ppptun)
		return error_at(err, "", 0, column, "%s is given twice",
				span_is(key, "ready") ? "ready" : "link");
	column += (unsigned)key.len + 1;
	return span_is(key, "ready") ? parse_nonce(value, column, out, err)
				     : parse_link(value, column, out, err);
}

static int parse_plain(struct span text, struct request *out, struct policy_error *err)
{
	char quoted[QUOTE_MAX];
	struct span rest = text, part;
	bool more = span_cut(&rest, ' ', &part);

	out->verb = verb_parse(part.at, part.len);
	if (out->verb == VERB_COUNT)
		return error_at(err, "", 0, 1, "verb %s: expected pppd, sshroute or status",
				escape_quoted(part.at, part.len, quoted, sizeof quoted));
	while (more) {
		unsigned column = (unsigned)(rest.at - text.at) + 1;

		more = span_cut(&rest, ' ', &part);
		if (parse_pair(part, column, out, err) < 0)
			return -1;
	}
	return 0;
}

int request_parse(const char *text, size_t len, struct request *out,
		  struct policy_error *err)
{
	struct span span = {.at = text, .len = len};

	memset(out, 0, sizeof *out);
	if (check_bytes(text, len, err) < 0)
		goto fail;
	if (!parse_legacy(span, out) && parse_plain(span, out, err) < 0)
		goto fail;
	return 0;
fail:
	/* No verb at all, in case somebody forgets to look at the result. */
	memset(out, 0, sizeof *out);
	out->verb = VERB_COUNT;
	return -1;
}

int request_print(const struct request *request, char *buf, size_t size)
{
	const char *verb = verb_name(request->verb);
	int n;

	if (verb == NULL)
		return -1;
	n = snprintf(buf, size, "%s%s%s%s", verb,
		     request->ready[0] != '\0' ? " ready=" : "", request->ready,
		     request->has_ppptun ? " link=ppptun" : "");
	return n >= 0 && (size_t)n < size ? n : -1;
}
