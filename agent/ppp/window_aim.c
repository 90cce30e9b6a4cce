/* SPDX-License-Identifier: ISC */
/* How large a window is, by what is known of the line. */
#include "agent/ppp/window_law.h"

#include <string.h>

enum {
	/* So much of a session is on its way in OpenSSH (CHAN_SES_WINDOW_DEFAULT, 64
	 * packets of 32 KiB), less four, as what has arrived is told three at a time. What
	 * is beyond would wait in front of it, and go in bursts. An other end that answers
	 * as it likes gets no more either. */
	WINDOW_MAX = (64 - 4) * 32 * 1024,

	/* What may wait on the line is within these, */
	QUEUE_BYTES_MIN = 5 * WINDOW_FRAME / 2,
	QUEUE_US_MIN = 5 * 1000,
	QUEUE_US_MAX = 25 * 1000,
	/* and at least so much on a slow line, where a part of a frame is held back here
	 * (relay_flush()). */
	QUEUE_BYTES_SLOW = 11 * WINDOW_FRAME / 4,
	/* While the size is looked for the rate is thought to be too low: more may wait,
	 * and so much of the round trip. */
	START_BYTES = 7 * WINDOW_FRAME / 2,
	START_SHARE = 8,
	/* A window that is to show the least round trip has so much of what the line
	 * carries in it. */
	DRAIN_PERCENT = 75,

	/* Marks: not for fewer bytes, and not more of them; */
	MARKS_MAX = WINDOW_MARKS * 3 / 4,
	MARK_BYTES_MIN = WINDOW_FRAME,
	/* for each frame, also where that is a little shorter. */
	MARK_FRAME = 3 * WINDOW_FRAME / 4,
};

uint64_t window_bytes_in(uint64_t rate, int64_t us)
{
	return rate * (uint64_t)us / WINDOW_SECOND_US;
}

uint64_t window_clamp(uint64_t value, uint64_t least, uint64_t most)
{
	return value < least ? least : value > most ? most : value;
}

uint64_t window_rate(const struct window *window)
{
	uint64_t most = 0;

	for (unsigned i = 0; i < WINDOW_ROUNDS; i++)
		if (window->rates[i] > most)
			most = window->rates[i];
	return most;
}

void window_forget_rates(struct window *window, uint64_t rate)
{
	memset(window->rates, 0, sizeof window->rates);
	window->rates[window->round % WINDOW_ROUNDS] = rate;
}

int64_t window_way_us(const struct window *window)
{
	return window->least + window->back_us;
}

/* How long bytes may wait on the line. */
int64_t window_queue_us(const struct window *window)
{
	const uint64_t share = (uint64_t)window->least / WINDOW_SHARE;

	return (int64_t)window_clamp(share, QUEUE_US_MIN, QUEUE_US_MAX) + window->noise +
	       window->slack;
}

/* However slow the line is, some frames may. */
static uint64_t least_queue(const struct window *window)
{
	return window->slow ? QUEUE_BYTES_SLOW : QUEUE_BYTES_MIN;
}

/* By the largest rate of late, as this end's rate falls too when others fill the line. */
static int64_t allowed_us(const struct window *window, uint64_t bytes)
{
	const int64_t frames =
	    window->peak == 0 ? 0 : (int64_t)(bytes * WINDOW_SECOND_US / window->peak);
	const int64_t us = window_queue_us(window);

	return us > frames ? us : frames;
}

int64_t window_allowed_us(const struct window *window)
{
	return allowed_us(window, least_queue(window));
}

int64_t window_start_allowed_us(const struct window *window)
{
	const int64_t allowed = allowed_us(window, START_BYTES),
		      share = window->least / START_SHARE;

	return allowed > share ? allowed : share;
}

void window_set_size(struct window *window, uint64_t size, uint64_t mark_bytes)
{
	window->size = window_clamp(size, WINDOW_MIN, WINDOW_MAX);
	window->mark_bytes = window_clamp(
	    mark_bytes,
	    window->size / MARKS_MAX +
		(mark_bytes == WINDOW_MARK_FRAMES ? MARK_FRAME : MARK_BYTES_MIN),
	    WINDOW_MAX);
}

void window_aim(struct window *window)
{
	const uint64_t rate = window_rate(window),
		       trip = window_bytes_in(rate, window_way_us(window)),
		       share = window_bytes_in(rate, window_queue_us(window)),
		       most = trip < WINDOW_MAX ? WINDOW_MAX - trip : 0,
		       queue = window_clamp(share, least_queue(window), WINDOW_MAX);

	/* Where a few frames wait, an answer to two of them would open half the queue at
	 * once. Where the largest window leaves no room to wait, marks are as close as they
	 * may be. */
	window_set_size(window,
			window->draining ? trip * DRAIN_PERCENT / 100 : trip + queue,
			share < least_queue(window) ? WINDOW_MARK_FRAMES
						    : (queue < most ? queue : most) / 2);
}
