/* SPDX-License-Identifier: ISC */
/* What the supervisor knows of a profile's gateways beside the round that it is in. */
#ifndef SALLYPORT_LOCAL_FAILOVER_H
#define SALLYPORT_LOCAL_FAILOVER_H

#include "local/gateways.h"
#include "local/retry.h"

struct failover {
	struct gateways gateways;
	/* When this round's first attempt began, CLOCK_MONOTONIC ms; 0: it has not. */
	int64_t began;
	/* Had the last link that was a good one; "": none. A name, as the profile may
	 * change. */
	char good[HOST_MAX_LEN + 1];
	/* What has been told of each since a link was up. */
	char said[PROFILE_HOSTS_MAX][FAILURE_TEXT_MAX];
	/* When the order was measured, CLOCK_MONOTONIC ms, and what came of it. */
	int64_t measured;
	uint8_t order[PROFILE_HOSTS_MAX];
};

/* So long a measured order is used again, in milliseconds: each measurement is a connection
 * that ends without a login, and an sshd may count these (PerSourcePenalties). */
enum { FAILOVER_MEASURED_MS = 30000 };

/* The profile is new, or another: nothing is known. */
void failover_forget(struct failover *failover, const struct profile *profile);
/*
 * A new round, now. It begins with the gateway of the last good link if that has just been
 * lost: as a rule a line was cut, or an address has changed, and that gateway still is what
 * it was. Where the fastest is preferred, the measurement decides.
 */
void failover_begin(struct failover *failover, const struct profile *profile,
		    const struct retry *retry, int64_t now);
/* A link of that gateway was up; good: long enough to be wanted back. */
void failover_was_up(struct failover *failover, const char *host, bool good);
/*
 * A good link was lost, or an attempt failed. True when the next gateway is to be tried at
 * once, which is told; false with the failure of the whole round. A good link that the line
 * has taken is tried again first, after a moment: false as well.
 */
bool failover_goes_on(struct failover *failover, const struct profile *profile,
		      struct failure *failure, bool was_good, const struct report *report);

/* As retry_pause() and retry_least(), of a round whose mildest blame that is: a gateway
 * that said no is asked no more often because another is away. */
int64_t failover_pause(const struct failover *failover, struct retry *retry,
		       enum blame blame, int64_t now, uint32_t random);
int64_t failover_least(const struct failover *failover, enum blame blame, int64_t pause);

#endif
