/* SPDX-License-Identifier: ISC */
/* Names and name servers of a link: which names of hosts are asked through it, and whom. */
#ifndef SALLYPORT_POLICY_LANGUAGE_DOMAIN_H
#define SALLYPORT_POLICY_LANGUAGE_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/language/address.h"

enum {
	/* RFC 1035 2.3.4, without the dot at the end */
	DOMAIN_MAX_LEN = 253,
	DOMAIN_LABEL_MAX = 63,
	/* with '~' before it, and NUL */
	DOMAIN_TEXT_MAX = 1 + DOMAIN_MAX_LEN + 1,
	/* of a profile, or of an offer */
	DNS_SERVERS_MAX = 4,
	DNS_DOMAINS_MAX = 8,
	/* of an offer, with a comma between two: they are part of the ready line */
	DNS_OFFER_TEXT_MAX = 512,
};

/* As it is written: "corp.example", "~corp.example" or, of a profile, "~.". */
struct domain_line {
	char name[DOMAIN_TEXT_MAX];
	unsigned line;
};

struct server_line {
	struct ip_addr address;
	unsigned line;
};

/* Each returns 0, or -1 with *why a constant phrase. */

/*
 * A domain: labels of [A-Za-z0-9_-] without a hyphen at either end (RFC 1035 2.3.1, RFC
 * 5890 2.3.1), and no dot at the end. '~' before it: only routed there, and not appended to
 * short names. "~." is every name.
 */
int domain_check(const char *text, const char **why);
/* What a remote may offer of these: two labels at least. */
int domain_check_offered(const char *text, const char **why);
/* An address at which there can be a server beyond a link. */
int server_check(const struct ip_addr *address, const char **why);

/* "~.": every name. */
bool domain_is_all(const char *text);
/* Only routed, and not appended to short names. */
bool domain_is_routed(const char *text);
/* Without '~'; "." for every name. */
const char *domain_bare(const char *text);
/* Whether they are the same names, '~' or not. */
bool domain_equal(const char *a, const char *b);
/* Whether all names in inner are in outer: also true when they are the same. */
bool domain_covers(const char *outer, const char *inner);

#endif
