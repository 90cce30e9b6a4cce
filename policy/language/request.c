/* SPDX-License-Identifier: ISC */
#include "policy/language/request.h"

#include <stdio.h>
#include <string.h>

#include "policy/language/escape.h"
#include "policy/language/key.h"
#include "policy/language/span.h"
#include "policy/language/value.h"

enum { QUOTE_MAX = 48, NUMBER_TEXT_MAX = 16 };

/* What may stand behind the verb pppd. */
enum request_key { KEY_READY, KEY_LINK, KEY_KEEPALIVE, KEY_COUNT };

static const char *const key_names[KEY_COUNT] = {
    [KEY_READY] = "ready",
    [KEY_LINK] = "link",
    [KEY_KEEPALIVE] = "keepalive",
};

static const char *const verb_names[VERB_COUNT] = {
    [VERB_PPPD] = "pppd",
    [VERB_SSHROUTE] = "sshroute",
    [VERB_STATUS] = "status",
};

static const char hand_in[] = "hand-in";

const char *verb_name(enum verb verb)
{
	if (verb == VERB_HAND_IN)
		return hand_in;
	return (unsigned)verb < VERB_COUNT ? verb_names[verb] : NULL;
}

enum verb verb_parse(const char *name, size_t len)
{
	struct span span = {.at = name, .len = len};
	unsigned verb = 0;

	while (verb < VERB_COUNT && !span_is(span, verb_names[verb]))
		verb++;
	return verb;
}

static int check_bytes(const char *text, size_t len, struct error *err)
{
	if (len > REQUEST_TEXT_MAX)
		return error_column(err, REQUEST_TEXT_MAX + 1,
				    "request too long: expected at most %d bytes",
				    REQUEST_TEXT_MAX);
	if (len == 0)
		return error_column(err, 1,
				    "empty request: expected pppd, sshroute or status");
	for (size_t i = 0; i < len; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return error_column(err, (unsigned)i + 1,
					    "byte 0x%02x: expected printable ASCII",
					    (unsigned)(unsigned char)text[i]);
	return 0;
}

/* What stands behind one of the HOWTO's commands; text is the whole request. */
static int parse_legacy(struct span text, struct span words, bool route, bool more,
			struct request *out, struct error *err)
{
	const unsigned column = (unsigned)(words.at - text.at) + 1;

	out->legacy = true;
	out->verb = route ? VERB_SSHROUTE : VERB_PPPD;
	if (!more)
		return 0;
	if (route)
		return error_column(
		    err, column, "expected nothing after the HOWTO's command for routes");
	return legacy_take(words, column, &out->asks, err);
}

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int parse_nonce(struct span value, unsigned column, struct request *out,
		       struct error *err)
{
	for (size_t i = 0; i < value.len; i++)
		if (!is_alphanumeric(value.at[i]))
			return error_column(err, column + (unsigned)i,
					    "ready: expected letters and digits only");
	if (value.len < NONCE_MIN || value.len > NONCE_MAX)
		return error_column(err, column, "ready: %zu characters: expected %d to %d",
				    value.len, NONCE_MIN, NONCE_MAX);
	memcpy(out->ready, value.at, value.len);
	out->ready[value.len] = '\0';
	return 0;
}

static int parse_link(struct span value, unsigned column, struct request *out,
		      struct error *err)
{
	if (!span_is(value, "ppptun"))
		return error_column(err, column, "link: expected ppptun");
	out->has_ppptun = true;
	return 0;
}

static int parse_keepalive(struct span value, unsigned column, struct request *out,
			   struct error *err)
{
	char text[NUMBER_TEXT_MAX];
	const char *why;

	if (value.len < sizeof text) {
		memcpy(text, value.at, value.len);
		text[value.len] = '\0';
		if (value_number(text, KEEPALIVE_MIN, KEEPALIVE_MAX, &out->keepalive,
				 &why) == 0)
			return 0;
	}
	return error_column(err, column, "keepalive: expected a number from %d to %d",
			    KEEPALIVE_MIN, KEEPALIVE_MAX);
}

static enum request_key key_of(struct span name)
{
	unsigned key = 0;

	while (key < KEY_COUNT && !span_is(name, key_names[key]))
		key++;
	return key;
}

static bool is_given(const struct request *request, enum request_key key)
{
	return key == KEY_READY	 ? request->ready[0] != '\0'
	       : key == KEY_LINK ? request->has_ppptun
				 : request->keepalive != 0;
}

static int parse_pair(struct span pair, unsigned column, struct request *out,
		      struct error *err)
{
	char quoted[QUOTE_MAX];
	struct span value = pair, name;
	const bool has_value = span_cut(&value, '=', &name);
	const enum request_key key = key_of(name);

	if (pair.len == 0)
		return error_column(
		    err, column,
		    "extra blank: expected one between words, none at the end");
	escape_quoted(name.at, name.len, quoted, sizeof quoted);
	if (out->verb != VERB_PPPD)
		return error_column(err, column, "%s: expected nothing after %s", quoted,
				    verb_names[out->verb]);
	if (!has_value || key == KEY_COUNT)
		return error_column(
		    err, column,
		    "%s: expected ready=NONCE, link=ppptun or keepalive=SECONDS", quoted);
	if (is_given(out, key))
		return error_column(err, column, "%s is given twice", key_names[key]);
	column += (unsigned)name.len + 1;
	return key == KEY_READY	 ? parse_nonce(value, column, out, err)
	       : key == KEY_LINK ? parse_link(value, column, out, err)
				 : parse_keepalive(value, column, out, err);
}

/* The whole of what follows the verb. */
static int parse_hand_in(struct span text, struct request *out, struct error *err)
{
	static const char begin[] = "hand-in key=";
	const size_t head = sizeof begin - 1;
	struct public_key key;
	const char *why;

	if (text.len != head + HAND_IN_KEY_LEN || memcmp(text.at, begin, head) != 0)
		return error_column(err, (unsigned)sizeof hand_in,
				    "expected key= and the %d characters of an "
				    "" HAND_IN_KEY_TYPE " key after hand-in",
				    HAND_IN_KEY_LEN);
	memcpy(out->key, text.at + head, HAND_IN_KEY_LEN);
	if (key_parse(HAND_IN_KEY_TYPE, out->key, &key, &why) != 0)
		return error_column(err, (unsigned)head + 1, "key: %s", why);
	out->verb = VERB_HAND_IN;
	return 0;
}

static int parse_plain(struct span text, struct request *out, struct error *err)
{
	char quoted[QUOTE_MAX];
	struct span rest = text, part;
	bool more = span_cut(&rest, ' ', &part);

	if (span_is(part, hand_in))
		return parse_hand_in(text, out, err);
	out->verb = verb_parse(part.at, part.len);
	if (out->verb == VERB_COUNT)
		return error_column(
		    err, 1, "verb %s: expected pppd, sshroute or status",
		    escape_quoted(part.at, part.len, quoted, sizeof quoted));
	while (more) {
		unsigned column = (unsigned)(rest.at - text.at) + 1;

		more = span_cut(&rest, ' ', &part);
		if (parse_pair(part, column, out, err) < 0)
			return -1;
	}
	return 0;
}

int request_parse(const char *text, size_t len, struct request *out, struct error *err)
{
	const struct span span = {.at = text, .len = len};
	struct span words = span;
	bool route, more;

	memset(out, 0, sizeof *out);
	if (check_bytes(text, len, err) != 0)
		goto fail;
	if (legacy_command(&words, &route, &more)
		? parse_legacy(span, words, route, more, out, err) != 0
		: parse_plain(span, out, err) != 0)
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
	char keepalive[sizeof " keepalive=" + NUMBER_TEXT_MAX] = "";
	int n;

	if (verb == NULL)
		return -1;
	if (request->keepalive != 0)
		snprintf(keepalive, sizeof keepalive, " keepalive=%u", request->keepalive);
	n = snprintf(buf, size, "%s%s%s%s%s%s%s", verb,
		     request->ready[0] != '\0' ? " ready=" : "", request->ready,
		     request->has_ppptun ? " link=ppptun" : "", keepalive,
		     request->key[0] != '\0' ? " key=" : "", request->key);
	return n >= 0 && (size_t)n < size ? n : -1;
}
