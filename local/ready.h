/* SPDX-License-Identifier: ISC */
/*
 * The ready line, the one thing that a remote says in words:
 *     sallyport/1 ready NONCE link=pppd|ppptun address=A peer-address=B offer=P,P dns=A,A
 * search=D,D mru=N The line is hostile until it has become these values.
 */
#ifndef SALLYPORT_LOCAL_READY_H
#define SALLYPORT_LOCAL_READY_H

#include <stddef.h>

#include "policy/language/address.h"
#include "policy/language/error.h"
#include "policy/language/policy.h"

enum {
	/* Without the newline. */
	READY_LINE_MAX = 4096,
	READY_OFFERS_MAX = PEER_OFFERS_MAX,
	/* Of [A-Za-z0-9]: 142 bits. */
	READY_NONCE_LEN = 24,
};

/* Addresses as this side calls them: local is ours. AF_UNSPEC when not told. */
struct ready {
	struct ip_addr local, remote, local6, remote6;
	/* What speaks PPP there: PPP_PPPD or PPP_PPPTUN. */
	enum ppp_engine link;
	struct ip_prefix offers[READY_OFFERS_MAX];
	size_t noffers;
	/* domain_check() takes each; whether it may be offered is choose_names()'s. */
	struct ip_addr dns[DNS_SERVERS_MAX];
	size_t ndns;
	char search[DNS_DOMAINS_MAX][DOMAIN_TEXT_MAX];
	size_t nsearch;
	unsigned mru;
};

/*
 * Strict: single spaces, exact keys, each at most once; keys that are not known are passed
 * over. Returns 0, or -1 with err->text saying what is wrong; no byte of the line is in it
 * unescaped.
 */
int ready_parse(const char *line, size_t len, const char *nonce, struct ready *out,
		struct error *err);

/* What a line that is none looks like, for a person; NULL: nothing that is known. */
const char *ready_line_kind(const char *line, size_t len);

/* READY_NONCE_LEN random characters and a NUL. */
int ready_nonce(char nonce[READY_NONCE_LEN + 1], struct error *err);

#endif
