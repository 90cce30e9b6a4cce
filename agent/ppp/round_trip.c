/* SPDX-License-Identifier: ISC */
#include "agent/ppp/round_trip.h"

#include <string.h>

enum { SMOOTHING = 8 };

void round_trip_sent(struct round_trip *trip, uint8_t id, int64_t now)
{
	const unsigned at = id % ROUND_TRIP_PENDING;

	trip->pending[at].waits = true;
	trip->pending[at].id = id;
	trip->pending[at].sent = now;
}

bool round_trip_answered(struct round_trip *trip, uint8_t id, int64_t now)
{
	const unsigned at = id % ROUND_TRIP_PENDING;
	const int64_t took = now - trip->pending[at].sent;

	if (!trip->pending[at].waits || trip->pending[at].id != id)
		return false;
	trip->pending[at].waits = false;
	if (took < 0 || took > UINT32_MAX)
		return false;
	trip->last = (uint32_t)took;
	if (trip->samples == 0)
		trip->smoothed = trip->least = trip->last;
	trip->smoothed =
	    (uint32_t)(((uint64_t)trip->smoothed * (SMOOTHING - 1) + trip->last) /
		       SMOOTHING);
	if (trip->last < trip->least)
		trip->least = trip->last;
	if (trip->samples < UINT32_MAX)
		trip->samples++;
	return true;
}

void round_trip_restart(struct round_trip *trip)
{
	memset(trip->pending, 0, sizeof trip->pending);
}
