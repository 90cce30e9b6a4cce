/* SPDX-License-Identifier: ISC */
#include "local/ready.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>

#include "policy/language/escape.h"
#include "policy/language/span.h"
#include "policy/language/value.h"

enum { VALUE_MAX = 64, SHOWN_MAX = 120 };
_Static_assert((int)VALUE_MAX > (int)ADDRESS_TEXT_MAX, "an address fits");

/* "what: "the word"", cut to what a person can use. */
static int refuse(struct error *err, const char *what, struct span word)
{
	char shown[SHOWN_MAX];

	return error_set(err, "the ready line of the remote is not usable: %s: %s", what,
			 escape_quoted(word.at, word.len, shown, sizeof shown));
}

const char *ready_line_kind(const char *line, size_t len)
{
	static const struct {
		const char *words, *kind;
	} kinds[] = {
	    /* A flag, and the beginning of LCP's first frame, stuffed (RFC 1662). */
	    {"~\xff}#",
	     "PPP frames at once, of a program that was started without vpn-agent"},
	    {"command not found", "a shell's complaint"},
	    {": not found", "a shell's complaint"},
	    {"No such file or directory", "a shell's complaint"},
	    {"Last login: ", "what a login shell prints"},
	    {"account is currently not available", "what nologin(8) prints"},
	    {"assword", "a question for a password"},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (memmem(line, len, kinds[i].words, strlen(kinds[i].words)) != NULL)
			return kinds[i].kind;
	return NULL;
}

/* Something else came first: a greeting, or what PAM prints there. */
static int refuse_other(struct error *err, struct span line)
{
	const char *kind = ready_line_kind(line.at, line.len);
	char shown[SHOWN_MAX];

	return error_set(
	    err,
	    "the remote did not answer with a ready line, but with %s%s%s%s: is vpn-agent "
	    "what "
	    "answers for the account, or do PAM or a greeting print this?",
	    escape_quoted(line.at, line.len, shown, sizeof shown), kind != NULL ? " (" : "",
	    kind != NULL ? kind : "", kind != NULL ? ")" : "");
}

static bool is_none(struct span value)
{
	return value.len == 0 || span_is(value, "-");
}

static int parse_link(struct span value, struct ready *out, struct error *err)
{
	if (span_is(value, "pppd"))
		out->link = PPP_PPPD;
	else if (span_is(value, "ppptun"))
		out->link = PPP_PPPTUN;
	else
		return refuse(err, "a link that this version does not know", value);
	return 0;
}

static int parse_address(struct span value, sa_family_t family, struct ip_addr *out,
			 struct error *err)
{
	char text[VALUE_MAX];
	const char *why;

	if (is_none(value))
		return 0;
	if (!span_copy(value, text, sizeof text) || ip_addr_parse(text, out, &why) != 0 ||
	    out->family != family) {
		out->family = AF_UNSPEC;
		return refuse(
		    err, family == AF_INET ? "not an IPv4 address" : "not an IPv6 address",
		    value);
	}
	return 0;
}

static int parse_offers(struct span value, struct ready *out, struct error *err)
{
	struct span rest = value, prefix;
	char text[VALUE_MAX];
	const char *why;
	bool more = !is_none(value);

	while (more) {
		more = span_cut(&rest, ',', &prefix);
		if (out->noffers == READY_OFFERS_MAX)
			return refuse(err, "too many offers", prefix);
		if (!span_copy(prefix, text, sizeof text) ||
		    ip_prefix_parse(text, &out->offers[out->noffers], &why) != 0)
			return refuse(err, "an offer that is not a prefix", prefix);
		out->noffers++;
	}
	return 0;
}

static int parse_servers(struct span value, struct ready *out, struct error *err)
{
	struct span rest = value, server;
	char text[VALUE_MAX];
	const char *why;
	bool more = !is_none(value);

	while (more) {
		more = span_cut(&rest, ',', &server);
		if (out->ndns == DNS_SERVERS_MAX)
			return refuse(err, "too many name servers", server);
		if (!span_copy(server, text, sizeof text) ||
		    ip_addr_parse(text, &out->dns[out->ndns], &why) != 0)
			return refuse(err, "a name server that is not an address", server);
		out->ndns++;
	}
	return 0;
}

static int parse_domains(struct span value, struct ready *out, struct error *err)
{
	struct span rest = value, domain;
	const char *why;
	bool more = !is_none(value);

	while (more) {
		more = span_cut(&rest, ',', &domain);
		if (out->nsearch == DNS_DOMAINS_MAX)
			return refuse(err, "too many domains", domain);
		if (!span_copy(domain, out->search[out->nsearch], DOMAIN_TEXT_MAX) ||
		    domain_check(out->search[out->nsearch], &why) != 0)
			return refuse(err, "a domain that is none", domain);
		out->nsearch++;
	}
	return 0;
}

static int parse_mru(struct span value, struct ready *out, struct error *err)
{
	char text[VALUE_MAX];
	const char *why;

	if (!span_copy(value, text, sizeof text) ||
	    value_number(text, 0, UINT_MAX, &out->mru, &why) != 0)
		return refuse(err, "not an MRU", value);
	if (out->mru < MRU_MIN || out->mru > MRU_MAX)
		return refuse(err, "an MRU out of range", value);
	return 0;
}

enum key {
	KEY_LINK,
	KEY_MRU,
	KEY_ADDRESS,
	KEY_PEER_ADDRESS,
	KEY_ADDRESS6,
	KEY_PEER_ADDRESS6,
	KEY_OFFER,
	KEY_DNS,
	KEY_SEARCH,
	KEY_COUNT,
};

static const char *const keys[KEY_COUNT] = {
    [KEY_LINK] = "link",	 [KEY_MRU] = "mru",
    [KEY_ADDRESS] = "address",	 [KEY_PEER_ADDRESS] = "peer-address",
    [KEY_ADDRESS6] = "address6", [KEY_PEER_ADDRESS6] = "peer-address6",
    [KEY_OFFER] = "offer",	 [KEY_DNS] = "dns",
    [KEY_SEARCH] = "search",
};

/* What the remote calls its own address is our remote end, and the peer is this side. */
static int parse_value(enum key key, struct span value, struct ready *out,
		       struct error *err)
{
	switch (key) {
	case KEY_LINK:
		return parse_link(value, out, err);
	case KEY_MRU:
		return parse_mru(value, out, err);
	case KEY_ADDRESS:
		return parse_address(value, AF_INET, &out->remote, err);
	case KEY_PEER_ADDRESS:
		return parse_address(value, AF_INET, &out->local, err);
	case KEY_ADDRESS6:
		return parse_address(value, AF_INET6, &out->remote6, err);
	case KEY_PEER_ADDRESS6:
		return parse_address(value, AF_INET6, &out->local6, err);
	case KEY_OFFER:
		return parse_offers(value, out, err);
	case KEY_DNS:
		return parse_servers(value, out, err);
	case KEY_SEARCH:
		return parse_domains(value, out, err);
	case KEY_COUNT:
		break;
	}
	return 0;
}

static int parse_pair(struct span pair, bool seen[KEY_COUNT], struct ready *out,
		      struct error *err)
{
	struct span value = pair, key;

	if (!span_cut(&value, '=', &key) || key.len == 0)
		return refuse(err, "expected key=value", pair);
	for (unsigned i = 0; i < KEY_COUNT; i++) {
		if (!span_is(key, keys[i]))
			continue;
		if (seen[i])
			return refuse(err, "a key that occurs twice", key);
		seen[i] = true;
		return parse_value(i, value, out, err);
	}
	return 0;
}

/* A pair is whole or absent, and its ends differ. */
static int check_pair(const struct ip_addr *local, const struct ip_addr *remote,
		      struct span line, struct error *err)
{
	if (local->family != remote->family)
		return refuse(err, "one address of a pair is missing", line);
	if (local->family != AF_UNSPEC && ip_addr_equal(local, remote))
		return refuse(err, "both ends have the same address", line);
	return 0;
}

static struct span first_word(struct span line)
{
	struct span word;

	span_cut(&line, ' ', &word);
	return word;
}

int ready_parse(const char *line, size_t len, const char *nonce, struct ready *out,
		struct error *err)
{
	const char *const begin[] = {"sallyport/1", "ready", nonce};
	const struct span whole = {line, len};
	struct span rest = whole, word;
	bool seen[KEY_COUNT] = {false}, more = true;

	*out = (struct ready){.noffers = 0};
	for (size_t i = 0; i < len; i++)
		if (line[i] < 0x20 || line[i] > 0x7e)
			return span_is(first_word(whole), begin[0])
				   ? refuse(err, "not printable ASCII", whole)
				   : refuse_other(err, whole);
	for (size_t i = 0; i < sizeof begin / sizeof *begin; i++) {
		/* Where a word is missing, the next one is empty. */
		more = span_cut(&rest, ' ', &word);
		if (!span_is(word, begin[i]))
			return i < 2
				   ? refuse_other(err, whole)
				   : error_set(err, "the ready line of the remote does not "
						    "repeat the nonce of the request");
	}
	while (more) {
		more = span_cut(&rest, ' ', &word);
		if (parse_pair(word, seen, out, err) != 0)
			return -1;
	}
	if (!seen[KEY_LINK] || !seen[KEY_MRU])
		return refuse(err, "link or mru is missing", whole);
	if (check_pair(&out->local, &out->remote, whole, err) != 0)
		return -1;
	return check_pair(&out->local6, &out->remote6, whole, err);
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
