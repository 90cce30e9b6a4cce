/* SPDX-License-Identifier: ISC */
/*
 * Which of a profile's hosts is tried next. Pure. Attempts go in rounds: every host once,
 * each right after the one before it has failed. A pause (retry.h) follows a round in which
 * all of them failed.
 */
#ifndef SALLYPORT_LOCAL_GATEWAYS_H
#define SALLYPORT_LOCAL_GATEWAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "local/reporting.h"
#include "policy/language/profile.h"

/* In seconds: where others can be tried as well, a silent one has this long in the first
 * round, and twice as long in each that follows, up to the profile's Timeout. */
enum { GATEWAYS_PATIENCE_S = 4 };

struct gateways {
	size_t count;
	/* Indices of the profile's hosts, in the order of this round. */
	uint8_t order[PROFILE_HOSTS_MAX];
	/* How many of these have failed. */
	size_t failed;
	/* The order has been measured in this round. */
	bool measured;
	/* One of those that failed was not the line's fault. */
	bool refused;
	/* All that failed in this round: the code and the blame of the mildest. */
	struct failure failure;
};

/* A new round, in the order in which they are written; but with first before the others,
 * unless that is none of them. */
void gateways_begin(struct gateways *gateways, size_t count, size_t first);
/* Whether this names each of so many once. */
bool gateways_is_order(const uint8_t *order, size_t count);
/* Puts those that have not failed in this round into that order. */
void gateways_arrange(struct gateways *gateways, const uint8_t order[PROFILE_HOSTS_MAX]);
/* The index of the one that is to be tried. */
size_t gateways_current(const struct gateways *gateways);

/*
 * It has failed. True when the next one is to be tried at once. False when the round is
 * over; a fault of the profile that is told of no host ends it too, as it would be the same
 * with every other.
 */
bool gateways_fail(struct gateways *gateways, const struct failure *failure);

/* For one attempt, in seconds, after so many rounds in which all failed. */
unsigned gateways_patience(const struct gateways *gateways, unsigned timeout,
			   unsigned rounds);

/* Puts the host before a failure that does not name it, unless it is the profile's. */
void gateways_name(struct failure *failure, const char *host);

#endif
