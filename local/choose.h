/* SPDX-License-Identifier: ISC */
/* What of the remote's ready line is taken: the profile decides. Pure. */
#ifndef SALLYPORT_LOCAL_CHOOSE_H
#define SALLYPORT_LOCAL_CHOOSE_H

#include "agent/netlink.h"
#include "local/failure.h"
#include "local/ready.h"
#include "policy/profile.h"

enum {
	CHOICE_ROUTES_MAX = PROFILE_ROUTES_MAX + READY_OFFERS_MAX,
	/* Addresses that the ssh connection itself runs over. */
	ENDPOINTS_MAX = 16,
	/*
	 * Accept any takes no prefix shorter than these: two /1, or four /2, are a default
	 * route in pieces.
	 */
	ANY_SHORTEST4 = 8,
	ANY_SHORTEST6 = 16,
};

struct endpoints {
	struct ip_addr addresses[ENDPOINTS_MAX];
	size_t count;
};

/* What of this host a remote must not take over. */
struct surroundings {
	const struct endpoints *endpoints;
	const struct link_networks *networks;
};

struct choice {
	/* AF_UNSPEC: the link does not carry that family. */
	struct link_pair pair, pair6;
	unsigned mru;
	/* with the profile's line, 0 for an offer */
	struct prefix_line routes[CHOICE_ROUTES_MAX];
	size_t nroutes;
	/* Offers that were not taken, and why; for the log. */
	struct {
		struct ip_prefix prefix;
		const char *why;
	} refused[READY_OFFERS_MAX];
	size_t nrefused;
};

/* Addresses and mru first, then routes; each returns 0, or -1 with *failure. */
int choose_addresses(const struct profile *profile, const struct ready *ready,
		     const struct surroundings *around, struct choice *out,
		     struct failure *failure);
int choose_routes(const struct profile *profile, const struct ready *ready,
		  const struct surroundings *around, struct choice *out,
		  struct failure *failure);

#endif
