/* SPDX-License-Identifier: ISC */
#include "agent/ppp/way_back.h"

enum {
	/* After so long without one the least is forgotten: clocks drift, and 2^32
	 * microseconds are an hour. */
	FORGET_US = 60 * 1000 * 1000,
	/* Clocks drift apart by less than one microsecond in so many, so that a least that
	 * rises as fast is never too low for long. */
	DRIFT_US = 5000,
};

int64_t way_back_take(struct way_back *way, uint32_t clock, int64_t most, int64_t now)
{
	const uint32_t behind = (uint32_t)now - clock;
	int64_t risen, waited;

	if (!way->known || now - way->at > FORGET_US)
		*way = (struct way_back){.known = true, .least = behind, .at = now};
	/* What is not yet a microsecond counts with the next answer. */
	risen = (now - way->at) / DRIFT_US;
	way->least += (uint32_t)risen;
	way->at += risen * DRIFT_US;
	waited = (int32_t)(behind - way->least);
	/* More it cannot be: the other end's host has slept, whose clock stood still. */
	if (waited < 0 || waited > most) {
		waited = waited < 0 ? 0 : most;
		way->least = behind - (uint32_t)waited;
	}
	return waited < WAY_BACK_US_MAX ? waited : WAY_BACK_US_MAX;
}
