/* SPDX-License-Identifier: ISC */
/*
 * RFC 8289 5 takes a packet and, if need be, the next ones in one procedure. This is the
 * same, asked packet by packet.
 */
#include "agent/ppp/codel.h"

enum {
	/* RFC 8289 5.4: a queue that stands again so soon goes on where it left off */
	SOON = 16,
	HIGHEST_BIT = 31,
};

/* The largest number whose square is not more than value. */
static uint32_t square_root(uint64_t value)
{
	uint32_t root = 0;

	for (int bit = HIGHEST_BIT; bit >= 0; bit--) {
		const uint32_t more = root | UINT32_C(1) << bit;

		if ((uint64_t)more * more <= value)
			root = more;
	}
	return root;
}

/* RFC 8289 5.5: interval divided by the square root of count later. */
static int64_t control_law(const struct codel_pace *pace, int64_t since, uint32_t count)
{
	const uint64_t interval = (uint64_t)pace->interval;

	return since + square_root(interval * interval / count);
}

/* RFC 8289 5.6: the queue has stood for an interval. */
static bool stands(struct codel *codel, const struct codel_pace *pace, int64_t waited,
		   size_t left, int64_t now)
{
	if (waited < pace->target || left <= CODEL_LEFT) {
		codel->first_above = 0;
		return false;
	}
	if (codel->first_above == 0) {
		codel->first_above = now + pace->interval;
		return false;
	}
	return now >= codel->first_above;
}

static void begin(struct codel *codel, const struct codel_pace *pace, int64_t now)
{
	const uint32_t signals = codel->count - codel->last_count;
	const bool soon = now - codel->drop_next < SOON * pace->interval;

	codel->dropping = true;
	codel->count = soon && signals > 1 ? signals : 1;
	codel->last_count = codel->count;
	codel->drop_next = control_law(pace, now, codel->count);
}

bool codel_signals(struct codel *codel, const struct codel_pace *pace, int64_t waited,
		   size_t left, int64_t now)
{
	if (!stands(codel, pace, waited, left, now)) {
		codel->dropping = false;
		return false;
	}
	if (!codel->dropping) {
		begin(codel, pace, now);
		return true;
	}
	if (now < codel->drop_next)
		return false;
	if (codel->count < UINT32_MAX)
		codel->count++;
	codel->drop_next = control_law(pace, codel->drop_next, codel->count);
	return true;
}
