/* SPDX-License-Identifier: ISC */
/*
 * A challenge, as ppptun and the agent agree on it: with this signal a new login that finds
 * all of its peer's sessions taken asks each of them whether its own client is still there.
 */
#ifndef SALLYPORT_AGENT_PPP_CHALLENGE_H
#define SALLYPORT_AGENT_PPP_CHALLENGE_H

#include <signal.h>

/* Ignored by default: it does no harm to a program that does not know it. */
#define CHALLENGE_SIGNAL SIGURG

enum {
	/* For anything to come of the client; without it the session ends. */
	CHALLENGE_MS = 2500,
	/* While LCP is not open, the client may just be starting its PPP: for so long after
	 * it was heard, or began, a challenge is passed over. */
	HEARD_OPENING_MS = 5000,
};

/*
 * With a value (sigqueue(3)) it comes of the launcher, after a change of its host's
 * network: the value is how many milliseconds the other end has. Less than this, or more
 * than CHALLENGE_MS, is taken for CHALLENGE_MS.
 */
enum { ASK_MS_MIN = 500 };

#endif
