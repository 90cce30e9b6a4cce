/* SPDX-License-Identifier: ISC */
/*
 * What is accepted of the remote's ready line: the profile decides, considering what this
 * host has. Pure, except for the names of interfaces. choose.c and offers.c.
 */
#ifndef SALLYPORT_LOCAL_CHOOSE_H
#define SALLYPORT_LOCAL_CHOOSE_H

#include "local/ready.h"
#include "local/reporting.h"
#include "local/surroundings.h"
#include "policy/language/profile.h"

enum {
	CHOICE_ROUTES_MAX = PROFILE_ROUTES_MAX + READY_OFFERS_MAX,
	/*
	 * Accept any accepts no shorter prefix: two /1, or four /2, are a default route in
	 * pieces.
	 */
	ANY_SHORTEST4 = 8,
	ANY_SHORTEST6 = 16,
	/*
	 * Nor more of an address space in total than a prefix of this length: twice the
	 * largest that it accepts. The private networks of RFC 1918 and RFC 6598 fit in;
	 * most of the Internet does not.
	 */
	ANY_TOGETHER4 = ANY_SHORTEST4 - 1,
	ANY_TOGETHER6 = ANY_SHORTEST6 - 1,
	REFUSAL_TEXT_MAX = 256,
};

/* An offer that was not taken. */
struct refused_offer {
	struct ip_prefix prefix;
	/* the profile would accept it: a person wants to know what prevents it */
	bool accepted;
	char why[REFUSAL_TEXT_MAX];
};

struct choice {
	/* AF_UNSPEC: the link does not carry that family. */
	struct link_pair pair, pair6;
	unsigned mru;
	/* with the profile's line, 0 for an offer */
	struct prefix_line routes[CHOICE_ROUTES_MAX];
	size_t nroutes;
	struct refused_offer refused[READY_OFFERS_MAX];
	size_t nrefused;
};

/* Addresses and mru first, then routes; each returns 0, or -1 with *failure. */
int choose_addresses(const struct profile *profile, const struct ready *ready,
		     const struct surroundings *around, struct choice *out,
		     struct failure *failure);
/* Whether a Route of the profile can be added; the addresses have been chosen. As above. */
int choose_own_route(const struct profile *profile, const struct prefix_line *route,
		     const struct surroundings *around, const struct choice *choice,
		     struct failure *failure);
int choose_routes(const struct profile *profile, const struct ready *ready,
		  const struct surroundings *around, struct choice *out,
		  struct failure *failure);

#endif
