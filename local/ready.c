/* SPDX-License-Identifier: ISC */
#include "local/ready.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "policy/language/escape.h"

enum {
	VALUE_MAX = 64,
	SHOWN_MAX = 120,
	MRU_DIGITS_MAX = 5,
};

/* A piece of the line. */
struct ready_word {
	const char *bytes;
	size_t len;
};

static bool word_is(const struct ready_word *word, const char *text)
{
	return word->len == strlen(text) && memcmp(word->bytes, text, word->len) == 0;
}

/* "what: "the word"", cut to what a person can use. */
static int refuse(struct error *err, const char *what, const struct ready_word *word)
{
	char shown[SHOWN_MAX];

	return error_set(err, "the ready line of the remote is not usable: %s: %s", what,
			 escape_quoted(word->bytes, word->len, shown, sizeof shown));
}

/* What else may come first: a greeting, or what PAM there says of the session. */
static int refuse_other(struct error *err, const struct ready_word *line)
{
	char shown[SHOWN_MAX];

	return error_set(
	    err,
	    "the remote did not answer with a ready line, but with %s: is vpn-agent what "
	    "answers for the account, or do PAM or a greeting print this?",
	    escape_quoted(line->bytes, line->len, shown, sizeof shown));
}

/* The next word up to a separator; false at the end. An empty word is a word. */
static bool next_word(struct ready_word *rest, char separator, struct ready_word *out)
{
	const char *end;

	if (rest->bytes == NULL)
		return false;
	end = memchr(rest->bytes, separator, rest->len);
	out->bytes = rest->bytes;
	out->len = end != NULL ? (size_t)(end - rest->bytes) : rest->len;
	if (end == NULL) {
		rest->bytes = NULL;
	} else {
		rest->len -= out->len + 1;
		rest->bytes = end + 1;
	}
	return true;
}

/* A terminated copy for the parsers of policy/; false when it cannot be one of theirs. */
static bool copy_value(const struct ready_word *value, char buf[VALUE_MAX])
{
	if (value->len >= VALUE_MAX || memchr(value->bytes, '\0', value->len) != NULL)
		return false;
	memcpy(buf, value->bytes, value->len);
	buf[value->len] = '\0';
	return true;
}

static bool is_none(const struct ready_word *value)
{
	return value->len == 0 || word_is(value, "-");
}

static int parse_link(const struct ready_word *value, struct ready *out, struct error *err)
{
	if (word_is(value, "pppd"))
		out->link = PPP_PPPD;
	else if (word_is(value, "ppptun"))
		out->link = PPP_PPPTUN;
	else
		return refuse(err, "a link that this version does not know", value);
	return 0;
}

static int parse_address(const struct ready_word *value, sa_family_t family,
			 struct ip_addr *out, struct error *err)
{
	char text[VALUE_MAX];
	const char *why;

	if (is_none(value))
		return 0;
	if (!copy_value(value, text) || ip_addr_parse(text, out, &why) != 0 ||
	    out->family != family) {
		out->family = AF_UNSPEC;
		return refuse(
		    err, family == AF_INET ? "not an IPv4 address" : "not an IPv6 address",
		    value);
	}
	return 0;
}

/* "address" is the remote's own, so it is ours that it calls the peer's. */
static int parse_remote(const struct ready_word *value, struct ready *out,
			struct error *err)
{
	return parse_address(value, AF_INET, &out->remote, err);
}

static int parse_local(const struct ready_word *value, struct ready *out, struct error *err)
{
	return parse_address(value, AF_INET, &out->local, err);
}

static int parse_remote6(const struct ready_word *value, struct ready *out,
			 struct error *err)
{
	return parse_address(value, AF_INET6, &out->remote6, err);
}

static int parse_local6(const struct ready_word *value, struct ready *out,
			struct error *err)
{
	return parse_address(value, AF_INET6, &out->local6, err);
}

static int parse_offers(const struct ready_word *value, struct ready *out,
			struct error *err)
{
	struct ready_word rest = *value, prefix;
	char text[VALUE_MAX];
	const char *why;

	if (is_none(value))
		return 0;
	while (next_word(&rest, ',', &prefix)) {
		if (out->noffers == READY_OFFERS_MAX)
			return refuse(err, "too many offers", &prefix);
		if (!copy_value(&prefix, text) ||
		    ip_prefix_parse(text, &out->offers[out->noffers], &why) != 0)
			return refuse(err, "an offer that is not a prefix", &prefix);
		out->noffers++;
	}
	return 0;
}

static int parse_mru(const struct ready_word *value, struct ready *out, struct error *err)
{
	unsigned mru = 0;

	if (value->len == 0 || value->len > MRU_DIGITS_MAX || value->bytes[0] == '0')
		return refuse(err, "not an MRU", value);
	for (size_t i = 0; i < value->len; i++) {
		if (value->bytes[i] < '0' || value->bytes[i] > '9')
			return refuse(err, "not an MRU", value);
		mru = mru * 10 + (unsigned)(value->bytes[i] - '0');
	}
	if (mru < MRU_MIN || mru > MRU_MAX)
		return refuse(err, "an MRU out of range", value);
	out->mru = mru;
	return 0;
}

enum { KEY_LINK, KEY_MRU, KEY_COUNT = 7 };

static const struct {
	const char *name;
	int (*parse)(const struct ready_word *value, struct ready *out, struct error *err);
} keys[KEY_COUNT] = {
    [KEY_LINK] = {"link", parse_link}, [KEY_MRU] = {"mru", parse_mru},
    {"address", parse_remote},	       {"peer-address", parse_local},
    {"address6", parse_remote6},       {"peer-address6", parse_local6},
    {"offer", parse_offers},
};

static int parse_pair(const struct ready_word *pair, bool seen[KEY_COUNT],
		      struct ready *out, struct error *err)
{
	struct ready_word value = *pair, key;

	if (!next_word(&value, '=', &key) || key.len == 0 || value.bytes == NULL)
		return refuse(err, "expected key=value", pair);
	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (!word_is(&key, keys[i].name))
			continue;
		if (seen[i])
			return refuse(err, "a key that occurs twice", &key);
		seen[i] = true;
		return keys[i].parse(&value, out, err);
	}
	return 0;
}

/* A pair is whole or absent, and its ends differ. */
static int check_pair(const struct ip_addr *local, const struct ip_addr *remote,
		      const struct ready_word *line, struct error *err)
{
	if (local->family != remote->family)
		return refuse(err, "one address of a pair is missing", line);
	if (local->family != AF_UNSPEC && ip_addr_equal(local, remote))
		return refuse(err, "both ends have the same address", line);
	return 0;
}

int ready_parse(const char *line, size_t len, const char *nonce, struct ready *out,
		struct error *err)
{
	const char *const begin[] = {"sallyport/1", "ready", nonce};
	const struct ready_word whole = {line, len};
	struct ready_word rest = whole, word;
	bool seen[KEY_COUNT] = {false};

	*out = (struct ready){.noffers = 0};
	for (size_t i = 0; i < len; i++)
		if (line[i] < 0x20 || line[i] > 0x7e)
			return refuse(err, "not printable ASCII", &whole);
	for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
		if (!next_word(&rest, ' ', &word) || !word_is(&word, begin[i]))
			return i < 2
				   ? refuse_other(err, &whole)
				   : error_set(err, "the ready line of the remote does not "
						    "repeat the nonce of the request");
	while (next_word(&rest, ' ', &word))
		if (parse_pair(&word, seen, out, err) != 0)
			return -1;
	if (!seen[KEY_LINK] || !seen[KEY_MRU])
		return refuse(err, "link or mru is missing", &whole);
	if (check_pair(&out->local, &out->remote, &whole, err) != 0)
		return -1;
	return check_pair(&out->local6, &out->remote6, &whole, err);
}

int ready_nonce(char nonce[READY_NONCE_LEN + 1], struct error *err)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	/* The largest multiple of 62: what is above would make some characters likelier. */
	enum { FAIR = 248, CHARACTERS = 62 };
	unsigned char byte;
	size_t used = 0;

	while (used < READY_NONCE_LEN) {
		if (getrandom(&byte, 1, 0) != 1) {
			if (errno == EINTR)
				continue;
			return error_sys(err, errno, "no random numbers");
		}
		if (byte < FAIR)
			nonce[used++] = alphabet[byte % CHARACTERS];
	}
	nonce[used] = '\0';
	return 0;
}
