/* SPDX-License-Identifier: ISC */
/*
 * The command lines that VPNs of pppd and ssh were made with before there was an agent: the
 * VPN mini-HOWTO's, those of the article and of the HOWTOs that follow it, and OpenWrt's
 * pppossh. After such a command, a word that asks for what is done anyway is
 * accepted and changes nothing; a word that asks for what policy decides is kept as a value
 * and compared with policy; every other word is refused.
 */
#ifndef SALLYPORT_POLICY_LANGUAGE_LEGACY_H
#define SALLYPORT_POLICY_LANGUAGE_LEGACY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/language/address.h"
#include "policy/language/error.h"
#include "policy/language/span.h"

/* What policy must say if the words ask for no more than it allows. All zero: nothing. */
struct legacy_asks {
	/* AF_UNSPEC, or of "LOCAL:REMOTE", this end's and the peer's */
	struct ip_addr local, remote;
	/* 0: not said */
	uint16_t mru, mtu;
	bool ipv6, noipv6;
};

enum legacy_kind {
	/* stands in the plan of every such request: tests/unit/test_plan.c */
	LEGACY_PLANNED,
	/* follows from what stands there */
	LEGACY_IMPLIED,
	LEGACY_POLICY,
	LEGACY_REFUSED,
	LEGACY_KIND_COUNT,
};
enum legacy_ask { ASK_NONE, ASK_MRU, ASK_MTU, ASK_IPV6, ASK_NOIPV6 };

struct legacy_word {
	enum legacy_kind kind;
	enum legacy_ask ask;
	/* separated by blanks; more than one only where they are refused */
	const char *words;
	/* LEGACY_POLICY: what kind of value, for people; otherwise the only one; NULL: none
	 */
	const char *argument;
	const char *why;
};
extern const struct legacy_word legacy_words[];
extern const size_t legacy_word_count;

/*
 * Cuts one of the commands, and what may stand before it, off the front of *text, so that
 * its words are left; *more tells whether there are any. False when it is not such a
 * command, with *text unchanged. *route: it is the one for routes, which takes no words.
 */
bool legacy_command(struct span *text, bool *route, bool *more);

/* The words, of which the first is in column `column` of a message. 0, or -1 with *err. */
int legacy_take(struct span words, unsigned column, struct legacy_asks *out,
		struct error *err);

#endif
