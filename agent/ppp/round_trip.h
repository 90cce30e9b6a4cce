/* SPDX-License-Identifier: ISC */
/*
 * How long the other end takes to answer an echo. Pure: the caller passes in the time, in
 * microseconds of CLOCK_MONOTONIC. All zero it is empty.
 */
#ifndef SALLYPORT_AGENT_PPP_ROUND_TRIP_H
#define SALLYPORT_AGENT_PPP_ROUND_TRIP_H

#include <stdbool.h>
#include <stdint.h>

/* Echoes that may be on their way at once. Older ones are forgotten, as their identifiers
 * come back. */
enum { ROUND_TRIP_PENDING = 8 };

struct round_trip {
	struct {
		bool waits;
		uint8_t id;
		int64_t sent;
	} pending[ROUND_TRIP_PENDING];
	/* How many answers were measured; the others are 0 before the first. */
	uint32_t samples;
	/* Microseconds. smoothed: a new one counts one eighth (RFC 6298 2). */
	uint32_t last, smoothed, least;
};

/* An echo with that identifier has gone out. */
void round_trip_sent(struct round_trip *trip, uint8_t id, int64_t now);
/* An answer with that identifier has come: true when it was waited for, and is measured. A
 * second answer to the same echo, and one that no echo asked for, is neither. */
bool round_trip_answered(struct round_trip *trip, uint8_t id, int64_t now);
/* What is on its way will not be answered: the link begins anew. */
void round_trip_restart(struct round_trip *trip);

#endif
