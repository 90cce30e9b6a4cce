/* SPDX-License-Identifier: ISC */
#include "agent/ppp/window_law.h"

enum {
	/* What the round trip varies by anyway: not more than that, and on a slow line
	 * less, as there it is what was lost and sent again; */
	NOISE_US_MAX = 50 * 1000,
	NOISE_US_SLOW = 25 * 1000,
	/* of the mean of what is beyond the least; most of it */
	NOISE_PERCENT = 150,

	/* So many quiet rounds fewer after the line was drained. */
	DRAIN_ROUNDS = 6,
	/* so much less after a cut shows that it did not help */
	CUT_SHARE = 6,
	/* so long the largest rate counts */
	PEAK_US = 10 * WINDOW_SECOND_US,
	SPAN_US_MIN = 100 * 1000,
	/* so many marks of a round tell what the rest will be like */
	START_MARKS = 8,
	/* The least round trip is looked for anew after so long, or so many of them. */
	LEAST_US = 10 * WINDOW_SECOND_US,
	LEAST_TRIPS = 60,
	/* so many marks show how it is afterwards */
	AFRESH_MARKS = 4,
};

/* Of a round that had not enough to send only what is larger counts: the line may carry
 * more. */
static void learn_rate(struct window *window, uint64_t rate, bool pressed)
{
	if (!pressed && rate <= window_rate(window))
		return;
	if (pressed)
		window->round++;
	window->rates[window->round % WINDOW_ROUNDS] = rate;
}

static int64_t least_age(const struct window *window)
{
	const int64_t trips = LEAST_TRIPS * window->least;

	return trips > LEAST_US ? trips : LEAST_US;
}

/* The next round is one of what is sent when the window is open again: what is on its way
 * waits in a queue and tells nothing new. */
static void start_afresh(struct window *window)
{
	window->waits_to_fit = window->afresh = true;
}

/* What the line carried before is forgotten; queue: what answers take beyond the least. */
static void cut(struct window *window, uint64_t rate, int64_t queue, int64_t now)
{
	window_forget_rates(window, rate);
	start_afresh(window);
	window->cut = true;
	/* What was learnt of the way may have been the queue. */
	window->slack = 0;
	window->noise /= 2;
	window->cut_rate = rate;
	window->cut_at = now;
	window->cut_queue = queue;
	window->cut_peak = window->peak;
	window->peak = rate;
}

/*
 * Bytes wait on the line, although the window should keep them from it, for the second
 * round in which the rate does not grow either (when it grows, ssh's own connection is
 * finding its rate again): the line has become slower, and what it carried before is
 * forgotten.
 */
static void judge_queue(struct window *window, uint64_t rate, int64_t queue, int64_t now)
{
	const bool grows = rate > window->last_rate + window->last_rate / WINDOW_SHARE;

	if (!window->queued || grows) {
		window->queued = true;
		return;
	}
	cut(window, rate > window->last_rate ? rate : window->last_rate, queue, now);
	window->queued = false;
}

static void set_noise(struct window *window, int64_t noise)
{
	const int64_t most = window->slow ? NOISE_US_SLOW : NOISE_US_MAX;

	window->noise = noise > most ? most : noise;
}

/*
 * The window became smaller, and so did the rate, while answers take as long as before. A
 * line that has become slower would have kept its rate and shortened its queue: it is
 * others that fill it, or the way has become longer.
 */
static bool cut_was_wrong(const struct window *window, uint64_t rate, int64_t queue)
{
	return window->cut && rate < window->cut_rate - window->cut_rate / CUT_SHARE &&
	       (queue > 2 * window_allowed_us(window) ||
		queue > window->cut_queue - window->cut_queue / CUT_SHARE);
}

static void undo_cut(struct window *window, int64_t now)
{
	window->least = window->round_least;
	window->least_at = now;
	window->peak = window->cut_peak;
	window->queued = false;
	window_begin_search(window);
}

/* More was on its way than the line carries in a round trip: it is this end's that waits.
 */
static bool is_ours(const struct window *window)
{
	return window->round_most >
	       window_bytes_in(window_rate(window), window_way_us(window)) + WINDOW_MIN;
}

/*
 * Answers take long, for the second round, and less was on its way than the line carries in
 * a round trip: nothing of ours waits, so the way has become longer.
 */
static void judge_way(struct window *window, int64_t now)
{
	const bool ours = is_ours(window);

	if (window->queued && !ours) {
		window->least = window->round_least;
		window->least_at = now;
	}
	window->queued = !ours;
}

/* The round of the last ones that had the least round trip; NULL: there is none. */
static const struct window_least *recent_least(const struct window *window)
{
	const struct window_least *least = NULL;

	for (unsigned i = 0; i < WINDOW_ROUNDS; i++) {
		const struct window_least *round = &window->leasts[i];

		if (round->trip > 0 && (least == NULL || round->trip < least->trip))
			least = round;
	}
	return least;
}

/*
 * What an answer takes longer than the quickest of the last rounds, if the bytes explain it
 * not that were more on their way, at the largest rate of late: the round trip varies by
 * it, as answers come in bunches or the way has its moods, and a window without it would be
 * too small, and ever smaller.
 */
static int64_t unexplained_us(const struct window *window,
			      const struct window_answer *answer)
{
	const struct window_least *least = recent_least(window);
	const uint64_t bytes = answer->ahead;
	const int64_t took = answer->took;
	int64_t explained;

	if (window->peak == 0 || least == NULL)
		return 0;
	explained = least->trip;
	if (bytes > least->bytes)
		explained +=
		    (int64_t)((bytes - least->bytes) * WINDOW_SECOND_US / window->peak);
	return took > explained ? took - explained : 0;
}

static void learn_noise(struct window *window)
{
	const int64_t noise =
	    NOISE_PERCENT * window->round_noise / window->round_count / 100;

	set_noise(window,
		  (window->noise * (WINDOW_SMOOTHING - 1) + noise) / WINDOW_SMOOTHING);
}

/* The window was small for a moment. If the line was not slower than it was thought to be,
 * nothing of ours waited. */
static void end_drain(struct window *window, uint64_t rate, int64_t now)
{
	window->draining = false;
	/* What may wait comes back by and by. */
	window->quiet = -DRAIN_ROUNDS;
	window->least_at = now;
	if (rate < window_rate(window) / 2)
		window_forget_rates(window, rate);
	else
		window->least = window->round_least;
}

/* No bytes wait. If the rates were forgotten, that may have been for a pause: what the line
 * carries is looked for anew. */
static void pass_round(struct window *window)
{
	window->queued = false;
	if (window->cut)
		window_begin_search(window);
}

static void judge_round(struct window *window, uint64_t rate, int64_t now)
{
	const int64_t allowed = window_allowed_us(window);
	const int64_t queue = window->round_least - window->least;
	const bool pressed = window->round_pressed,
		   full = queue > allowed && queue > window->least / WINDOW_SHARE;

	if (window->draining)
		end_drain(window, rate, now);
	else if (cut_was_wrong(window, rate, queue))
		undo_cut(window, now);
	else if (queue <= 2 * allowed)
		pass_round(window);
	else if (pressed)
		judge_queue(window, rate, queue, now);
	else
		judge_way(window, now);
	if (!pressed || queue >= allowed / 2)
		window->quiet = 0;
	else
		window->quiet++;
	/* A window that all fits into shows no larger rate, but may be too large. */
	if (window->starting &&
	    ((!pressed && !(full && is_ours(window))) || window_search(window, rate, full)))
		return;
	if (pressed && queue <= 2 * allowed && now - window->least_at > least_age(window)) {
		window->draining = true;
		start_afresh(window);
	}
	window_aim(window);
	if (pressed && !window->afresh && !window->cut)
		window_probe(window, rate);
	else
		window->probe_rate = 0;
}

static void end_round(struct window *window, uint64_t rate, int64_t now)
{
	window->round_end = window->arrived;
	window->afresh = false;
	learn_rate(window, rate, window->round_pressed);
	if (rate >= WINDOW_SLOW_RATE)
		window->slow = false;
	if (rate > window->peak || now - window->peak_at > PEAK_US) {
		window->peak = window_rate(window);
		window->peak_at = now;
	}
	if (!window->starting)
		learn_noise(window);
	judge_round(window, rate, now);
	if (!window->afresh)
		window->cut = false;
	window->last_rate = rate;
	window->leasts[window->rounds++ % WINDOW_ROUNDS] =
	    (struct window_least){window->round_least, window->round_bytes};
	window->last_least = window->round_least;
	window->round_least = INT64_MAX;
	window->round_most = 0;
	window->round_sum = window->round_noise = 0;
	window->round_count = 0;
	window->round_pressed = false;
}

/*
 * A round is as long as the queue: where the line has become far slower, that is too long
 * to wait. So while all answers are late, the rate is taken from spans of time as well;
 * after the second in which less than half of what was thought arrives, and no more than in
 * the first, what the line carried before is forgotten.
 */
static void judge_span(struct window *window, int64_t took, bool pressed, int64_t now)
{
	const uint64_t known = window_rate(window);
	const int64_t allowed = window_allowed_us(window);
	const int64_t span = window_way_us(window) + allowed;
	/* What a smaller window does has to be seen first. */
	const bool unseen = window->waits_to_fit && !window->draining;
	uint64_t rate;

	if (!pressed || unseen || took <= window->least + 2 * allowed) {
		window->span_at = now;
		window->span_arrived = window->arrived;
		window->span_rate = 0;
		return;
	}
	if (now - window->span_at < (span > SPAN_US_MIN ? span : SPAN_US_MIN))
		return;
	rate = (window->arrived - window->span_arrived) * WINDOW_SECOND_US /
	       (uint64_t)(now - window->span_at);
	if (window->span_rate > 0 && rate < known / 2 &&
	    rate <= window->span_rate + window->span_rate / WINDOW_SHARE) {
		window->draining = window->starting = false;
		cut(window, rate > window->span_rate ? rate : window->span_rate,
		    took - window->least, now);
		window_aim(window);
	}
	window->span_at = now;
	window->span_arrived = window->arrived;
	window->span_rate = rate > 0 ? rate : 1;
}

void window_judge(struct window *window, const struct window_mark *mark,
		  const struct window_answer *answer, int64_t now)
{
	const int64_t took = answer->took;

	judge_span(window, took, mark->pressed, now);
	if (window->waits_to_fit || mark->sent <= window->round_from)
		return;
	if (took < window->round_least) {
		window->round_least = took;
		window->round_bytes = answer->ahead;
	}
	window->round_pressed = window->round_pressed || mark->pressed;
	if (mark->sent - mark->arrived > window->round_most)
		window->round_most = mark->sent - mark->arrived;
	window->round_sum += took;
	window->round_noise += unexplained_us(window, answer);
	window->round_count++;
	if (window->starting)
		window_grow(window, mark, answer);
	if (window->starting && window->round_count == START_MARKS)
		window_judge_start(window);
	if (mark->arrived >= window->round_end &&
	    (!window->afresh || window->round_count >= AFRESH_MARKS))
		end_round(window, answer->rate, now);
}
