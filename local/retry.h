/* SPDX-License-Identifier: ISC */
/*
 * When a link that failed is tried again. Pure: the caller has the clock and the random
 * numbers. The pauses grow by doubling, as RFC 6298 5.5 has it, and each is drawn from half
 * to one and a half of its length: the clients of a gateway that was away do not all come
 * back at once.
 */
#ifndef SALLYPORT_LOCAL_RETRY_H
#define SALLYPORT_LOCAL_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "local/blame.h"

/* In milliseconds. */
enum {
	/* After the first failure of the line. */
	RETRY_LINE_MS = 1000,
	RETRY_LINE_MAX_MS = 60000,
	/* A remote that says no is not asked more often than this. */
	RETRY_REMOTE_MS = 5000,
	RETRY_REMOTE_MAX_MS = 300000,
	/* So long after a link was lost it is tried at short intervals. */
	RETRY_HASTE_MS = 90000,
	RETRY_HASTE_PAUSE_MS = 500,
	/* A link that was up for so long was a good one: what failed before is forgotten.
	 */
	RETRY_GOOD_MS = 10000,
	/* A change of the network ends a pause, but none that is shorter. */
	RETRY_LEAST_MS = 1000,
	/* One that is not the line's fault lasts this part of it, and RETRY_REMOTE_MS,
	 * whatever changes: on a host whose network changes all the time, as one with
	 * containers does, the remote would be asked every second. */
	RETRY_LEAST_PART = 8,
	/* Another network may be a good one: the line's pauses begin anew, but no more
	 * often than this, as one that comes and goes would be tried all the time. */
	RETRY_ANEW_MS = 60000,
};

/* In seconds: for the connection while there is haste. */
enum { RETRY_HASTE_TIMEOUT_S = 2 };

/* Zeroed: nothing has failed. */
struct retry {
	unsigned failures;
	/* Those that make the pauses grow: the line's, and the others. They do not add up:
	 * a remote that says no after a long absence of the line has said it once. Those in
	 * haste are not among them, as their pauses are short. */
	unsigned of_line, of_others;
	/* All of them since the pauses began: gateways_patience(). */
	unsigned rounds;
	/* When the network changed and they began anew; 0: never. */
	int64_t anew;
	/* When the last link that was up ended; 0: there was none. */
	int64_t lost;
};

/* Whether trying again can help without a person. */
bool retry_helps(enum blame blame);

/* The link was up from began to now, CLOCK_MONOTONIC milliseconds as now always. True when
 * it was a good one. */
bool retry_was_up(struct retry *retry, int64_t began, int64_t now);

/* The network has changed while there was no link. */
void retry_network_changed(struct retry *retry, int64_t now);

/* Counts a failure, and returns the pause after it. random: any number. */
int64_t retry_pause(struct retry *retry, enum blame blame, int64_t now, uint32_t random);

/* The same pause, but long enough for one that said no where others are to be tried. */
int64_t retry_politely(int64_t pause, uint32_t random);

/* How much of this pause has to pass before a change of the network may end it. */
int64_t retry_least(enum blame blame, int64_t pause);

/* Whether the connection may take RETRY_HASTE_TIMEOUT_S only: it was there just now. */
bool retry_in_haste(const struct retry *retry, int64_t now);

#endif
