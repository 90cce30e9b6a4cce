/* SPDX-License-Identifier: ISC */
/* The tables of keywords.def as data: what parser, printer and manual are driven by. */
#ifndef SALLYPORT_POLICY_LANGUAGE_KEYWORD_H
#define SALLYPORT_POLICY_LANGUAGE_KEYWORD_H

#include <stdbool.h>
#include <stddef.h>

enum value_type {
	/* unsigned, min…max */
	VALUE_NUMBER,
	/* bool: the second of two words */
	VALUE_FLAG,
	/* unsigned or enum: the index of a word */
	VALUE_CHOICE,
	/* time_t */
	VALUE_TIME,
	/* char [POLICY_PATH_MAX] */
	VALUE_PATH,
	/* char [ACCOUNT_MAX_LEN + 1] */
	VALUE_ACCOUNT,
	/* char [IFNAME_MAX_LEN + 1] */
	VALUE_INTERFACE,
	/* struct host_line [max] and a count */
	VALUE_HOST,
	/* struct address_pair */
	VALUE_PAIR4,
	VALUE_PAIR6,
	/* struct prefix_line [max] and a count; any prefix */
	VALUE_PREFIXES,
	/* the same, of prefixes that may be routed through a peer */
	VALUE_ROUTES,
	/* unsigned: bit 1u << enum verb */
	VALUE_VERBS,
	/* struct key_line [max] and a count */
	VALUE_KEY,
	/* the same, and never a fingerprint alone */
	VALUE_AUTHORITY,
	/* of struct profile only: accept_address, accept_any, accept_dns, accept
	 */
	VALUE_ACCEPT,
	/* of struct peer only: reach_any, or reach; any prefix that can be reached */
	VALUE_REACH,
	/* of struct profile only: route_default, or routes */
	VALUE_PROFILE_ROUTES,
	/* struct user_line [max] and a count */
	VALUE_USERS,
	/* struct server_line [max] and a count */
	VALUE_SERVERS,
	/* struct domain_line [max] and a count; of a peer, as an offer may have them */
	VALUE_DOMAINS,
	/* char [SECRET_TEXT_MAX]: the inside of a private key's file */
	VALUE_SECRET,
	/* no value and no field: the last line */
	VALUE_END,
	VALUE_TYPE_COUNT,
};

enum keyword_flags {
	KEYWORD_REQUIRED = 1,
	KEYWORD_REPEATS = 2,
	/* a key itself: neither its fingerprint nor none */
	KEYWORD_WHOLE = 4,
};

enum { KEYWORDS_MAX = 32, KEYWORD_EXPECTED_MAX = 96 };

/* In place of an offset: the value has no such field. */
#define KEYWORD_NOWHERE ((size_t)-1)

struct keyword {
	const char *name;
	enum value_type type;
	unsigned flags;
	/* of a number; max is the capacity of a list */
	unsigned min, max;
	/* of VALUE_FLAG and VALUE_CHOICE, separated by blanks; or NULL */
	const char *words;
	/* the default, as a word; NULL: none, the field stays zero */
	const char *fallback;
	/* offsets into the scope's struct: value, number of values, line of the first */
	size_t field, count, line;
	/* one sentence */
	const char *help;
};

struct scope {
	/* "peer", as in `vpn-policy check --kind peer` */
	const char *kind;
	/* "a peer's file" */
	const char *title;
	const struct keyword *keywords;
	size_t count;
};

extern const struct scope scope_agent, scope_peer, scope_profile;

/* By name, in upper or lower case; NULL when the scope lacks it. */
const struct keyword *keyword_find(const struct scope *scope, const char *name);
/* The one that was probably meant, or NULL. */
const struct keyword *keyword_nearest(const struct scope *scope, const char *name);
/* What may stand after the keyword, as a phrase; returns buf. */
const char *keyword_expected(const struct keyword *keyword, char buf[KEYWORD_EXPECTED_MAX]);

#endif
