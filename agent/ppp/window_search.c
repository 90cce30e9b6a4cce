/* SPDX-License-Identifier: ISC */
#include "agent/ppp/window_law.h"

enum {
	/* Eight marks in a window whose size is looked for. */
	MARK_SHARE = 8,
	/* so many rounds without growth, and it is found */
	STEADY_ROUNDS = 3,
	START_GAIN = 3,
	/* Of a slow line the rate is known, and what is in front of it may be short. */
	SLOW_PERCENT = 150,
	GROW_PERCENT = 150,
	/* A window that is larger for a moment: by a quarter; after so many rounds in
	 * which no queue was seen, or in which answers took longer than they should. */
	PROBE_SHARE = 4,
	/* of what the way back holds so much at most: microseconds */
	PROBE_US_MAX = 25 * 1000,
	/* on a slow line not more than so many bytes */
	PROBE_SLOW = 2 * WINDOW_FRAME,
	QUIET_ROUNDS = 3,
	PROBE_ROUNDS = 4,
	/* what is no queue, at most */
	SLACK_US_MAX = 100 * 1000,
};

/* The first marks of a round show a queue already: the size is found, within the round, as
 * HyStart does it (RFC 9406). The round before had none with half of it. */
void window_judge_start(struct window *window)
{
	const int64_t least =
	    window->last_least > window->least ? window->last_least : window->least;

	if (window->round_least - least <= window_start_allowed_us(window))
		return;
	window->starting = false;
	window_set_size(window, window->size / 2, window->mark_bytes);
}

void window_begin_search(struct window *window)
{
	window->starting = true;
	window->steady = 0;
}

/*
 * By more than what has arrived, so that TCP, which sends as much more as has arrived of
 * its own, never waits here while it looks for its own window: it would take the wait for a
 * full line (RFC 9406). Not in a window that is not used (RFC 7661), not where answers come
 * late, and not far beyond what the rate explains: BBR's gain.
 */
void window_grow(struct window *window, const struct window_mark *mark,
		 const struct window_answer *answer)
{
	const uint64_t known = window_rate(window);
	const uint64_t rate = answer->rate > known ? answer->rate : known;
	const uint64_t carries = window_bytes_in(rate, window_way_us(window));
	const uint64_t most =
	    window->slow ? carries * SLOW_PERCENT / 100 : carries * START_GAIN;
	const uint64_t more = answer->came * GROW_PERCENT / 100;

	if (mark->sent - mark->arrived < window->size / 2 ||
	    answer->took - window->least > window_start_allowed_us(window) ||
	    most <= window->size)
		return;
	window_set_size(window, window_clamp(window->size + more, window->size, most),
			window->size / MARK_SHARE +
			    window_bytes_in(rate, WINDOW_MARK_US_MIN));
}

/* The size while it is not known yet, or no longer. True: it still is not. */
bool window_search(struct window *window, uint64_t rate, bool queue)
{
	if (!window->starting)
		return false;
	window->steady = rate > window->last_rate + window->last_rate / WINDOW_SHARE
			     ? 0
			     : window->steady + 1;
	if (queue || window->steady >= STEADY_ROUNDS)
		window->starting = false;
	return window->starting;
}

/* The window was larger for two rounds, as the first has what was sent before. If the rate
 * grew with it, more fits, or it is the ends that take their time, which is no queue. */
static void end_probe(struct window *window, bool grew, int64_t beyond)
{
	if (!grew) {
		window->slack /= 2;
	} else {
		window->slack += beyond > 0 ? beyond / 2 : 0;
		window_begin_search(window);
	}
	if (window->slack > SLACK_US_MAX)
		window->slack = SLACK_US_MAX;
	window->probe_rate = 0;
	window->unprobed = 0;
	if (window->quiet > 0)
		window->quiet = 0;
}

static uint64_t probe_more(const struct window *window, uint64_t before)
{
	/* What the way back holds is on no queue of this end's, which so much more would
	 * be if the way back were empty at once. */
	const uint64_t held = window_bytes_in(window_rate(window), window->back_us),
		       less = (held < before ? held : before) / PROBE_SHARE,
		       most = window_bytes_in(window_rate(window), PROBE_US_MAX),
		       share = before / PROBE_SHARE - (less > most ? less - most : 0);

	if (!window->slow)
		return share + WINDOW_FRAME;
	return share < PROBE_SLOW ? share : PROBE_SLOW;
}

/*
 * No queue is seen; or answers take longer than what may wait explains, and the window
 * would give way for ever. What is the reason only a larger window shows: on a full line
 * answers take longer then, and the rate stays.
 */
void window_probe(struct window *window, uint64_t rate)
{
	const int64_t mean = window->round_sum / window->round_count;
	const int64_t beyond = mean - window->least - window_allowed_us(window);
	const uint64_t before = window->probe_rate > 0 ? window->probe_size : window->size;
	const uint64_t more = probe_more(window, before);
	const bool doubt = beyond > 0 || window->slack > 0;

	window->unprobed++;
	if (window->probe_rate > 0 && window->unprobed > 1) {
		end_probe(window,
			  rate * before > window->probe_rate * (before + more / 2) &&
			      (uint64_t)mean * before <
				  (uint64_t)window->probe_mean * (before + more / 2),
			  beyond);
	} else if (window->probe_rate > 0) {
		window_set_size(window, window->probe_size + more, window->mark_bytes);
	} else if (window->quiet >= QUIET_ROUNDS ||
		   (doubt && window->unprobed >= PROBE_ROUNDS)) {
		window->probe_rate = rate;
		window->probe_mean = mean;
		window->probe_size = window->size;
		window->unprobed = 0;
		window_set_size(window, window->size + more, window->mark_bytes);
	}
}
