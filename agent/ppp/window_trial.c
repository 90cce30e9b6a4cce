/* SPDX-License-Identifier: ISC */
/*
 * Trials, before much is on its way: bytes that the other end discards (RFC 1661 5.9), and
 * an echo behind them. What that takes longer than an echo alone is what the line needs for
 * the bytes, as with packet pairs. On a slow line the ten packets that TCP begins with
 * would take a quarter of a second, or be lost for the most part, and ssh's connection
 * needs seconds to recover from that.
 */
#include "agent/ppp/window_law.h"

enum {
	/* Three with bytes, and after each two echoes alone: both ends try at the same
	 * time, and one of the two meets nothing. */
	TRIALS = 7,
	TRIALS_EACH = 3,
	/* Before one there are so many bytes at most: control packets, which nobody marks.
	 */
	OTHERS_MAX = 1024,
};

void window_restart_trials(struct window *window)
{
	/* Rounds have shown more. */
	window->trials = window->round == 0 ? TRIALS : 0;
	window->trial_took = 0;
	window->tried = false;
}

bool window_wants_trial(const struct window *window)
{
	return window->active && window->trials > 0 && !window->tried &&
	       (window->round == 0 || window->slow) && window_on_way(window) <= OTHERS_MAX;
}

bool window_try(struct window *window)
{
	window->tried = true;
	window->trial_from = window->sent;
	return --window->trials % TRIALS_EACH == 0;
}

bool window_take_trial(struct window *window, const struct window_mark *mark, int64_t took)
{
	if (!window->tried || mark->sent <= window->trial_from)
		return false;
	window->tried = false;
	if (mark->sent - window->trial_from >= WINDOW_TRIAL &&
	    (window->trial_took == 0 || took < window->trial_took))
		window->trial_took = took;
	return true;
}

/* Bytes a second. The quickest trial and the quickest echo count, as the answers to others
 * may have met what the other end tries. */
static uint64_t trial_rate(const struct window *window)
{
	const int64_t longer = window->trial_took - window->least;

	return longer <= 0
		   ? UINT64_MAX
		   : (uint64_t)WINDOW_TRIAL * WINDOW_SECOND_US / (uint64_t)longer + 1;
}

void window_judge_trials(struct window *window)
{
	const uint64_t rate = trial_rate(window);

	/* One round was not pressed by packets, but is the trials' own. */
	if (window->trial_took == 0 || window->round > (window->slow ? 1 : 0))
		return;
	if (rate >= WINDOW_SLOW_RATE) {
		if (window->slow)
			window_begin(window);
		return;
	}
	if (!window->slow)
		window->round++;
	window->slow = true;
	window->starting = false;
	window->peak = rate;
	window_forget_rates(window, rate);
	window_aim(window);
}
