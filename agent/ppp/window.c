/* SPDX-License-Identifier: ISC */
#include "agent/ppp/window_law.h"

enum {
	/* As TCP begins (RFC 6928). */
	WINDOW_START = 10 * WINDOW_FRAME,
	/* Where less goes than that, so often there is a mark. */
	MARK_US_MAX = 250 * 1000,

	/* faster lines need no pace; how much faster than the line a slower one's is, and
	 * while the size is looked for, so that the window can grow as it does there; the
	 * grain of the clock it is kept by; and what it makes up for at most */
	PACED_RATE = 100 * 1000 * 1000 / 8,
	PACE_PERCENT = 125,
	START_PACE_PERCENT = 275,
	PACE_US = 1000,
	LATE_US_MAX = 100 * 1000,
	/* less than a frame's time needs no making up for */
	LATE_FRAMES = 1,

	/* a closed window without an answer: after that a frame more, and after so many */
	SILENCE_US_MIN = 2 * WINDOW_SECOND_US,
	SILENCE_US_MAX = 10 * WINDOW_SECOND_US,
	SILENCES_MAX = 15,
	/* and so often where none was answered so far */
	UNANSWERED_MAX = 3,
	/* After so long without anything to send ssh's own connection begins anew (RFC 5681
	 * 4.1), and its first round shows nothing of the line. */
	RESTARTS_US = 2 * WINDOW_SECOND_US,
	/* So much beyond the window is kept for who sends little. */
	SPARE_SHARE = 8,
	/* What the way back takes counts so. */
	BACK_SMOOTHING = 4,
	/* What the line carried so long ago it need not carry now. */
	OLD_US = 10 * WINDOW_SECOND_US,
};

uint64_t window_on_way(const struct window *window)
{
	return window->sent - window->arrived;
}

void window_begin(struct window *window)
{
	window->starting = true;
	window->slow = false;
	window->round = 0;
	window->peak = 0;
	window_forget_rates(window, 0);
	window_set_size(window, WINDOW_START, WINDOW_FRAME);
}

void window_init(struct window *window, int64_t now)
{
	*window = (struct window){.starting = true};
	window_begin(window);
	window_restart(window, now);
}

void window_restart(struct window *window, int64_t now)
{
	window->first = window->next;
	window->arrived = window->marked = window->sent;
	window->arrived_at = window->marked_at = window->first_at = now;
	window->round_from = window->round_end = window->sent;
	window->round_least = INT64_MAX;
	window->active = false;
	window_restart_trials(window);
	window->next_at = now;
	window->closed_at = 0;
	window->grace = 0;
	window->silences = 0;
}

/*
 * From when on the pace makes up for what was not sent: packets waited and the window was
 * open, so this end did not get the processor. A pace that made up for nothing would be the
 * bound then, and the slower line that it makes would slow the pace down. And answers that
 * vary open the window late by as much.
 */
static int64_t late_from(const struct window *window, uint64_t rate, int64_t now)
{
	const int64_t frames =
	    (int64_t)((uint64_t)LATE_FRAMES * WINDOW_FRAME * WINDOW_SECOND_US / rate);
	const int64_t varies = window->noise > frames ? window->noise - frames : 0;
	const int64_t from = (window->pressed ? window->opened_at : now) - varies;

	return from < now - LATE_US_MAX ? now - LATE_US_MAX : from;
}

/*
 * What is written at once ssh makes one message of, up to 32 KiB, and nothing of it arrives
 * before its last byte does. So on a slow line frames are written one by one, somewhat
 * faster than they go.
 */
static void pace(struct window *window, size_t bytes, int64_t now)
{
	const uint64_t rate = window_rate(window);
	uint64_t percent;
	int64_t from;

	/* Where the other end answers as it likes, no rate may be known; nor is it before
	 * there was enough to send; and while the size is looked for it is too low, and
	 * what waits for its turn looks to TCP like a full line, which a slow one is soon.
	 */
	if (!window->active || rate == 0 || window->round == 0 || rate >= PACED_RATE ||
	    (window->starting && !window->slow)) {
		window->next_at = now;
		return;
	}
	from = late_from(window, rate, now);
	percent = window->starting ? START_PACE_PERCENT : PACE_PERCENT;
	window->next_at = (from > window->next_at ? from : window->next_at) +
			  (int64_t)(bytes * WINDOW_SECOND_US * 100 / (rate * percent));
}

int64_t window_next(const struct window *window)
{
	return window->next_at - PACE_US;
}

static void count_sent(struct window *window, size_t bytes, int64_t now)
{
	/* After a pause the time of the pause is not the line's. */
	if (window->sent == window->arrived)
		window->first_at = window->arrived_at = now;
	if (window->waits_to_fit && window_is_open(window)) {
		window->waits_to_fit = false;
		window->round_from = window->sent;
		if (now - window->cut_at > RESTARTS_US)
			window->cut = false;
	}
	window->sent += bytes;
	pace(window, bytes, now);
	window->grace -= bytes < window->grace ? bytes : window->grace;
	if (window->active && window->closed_at == 0 && !window_is_open(window))
		window->closed_at = now;
}

void window_sent(struct window *window, size_t bytes, int64_t now)
{
	if (now - window->packet_at > OLD_US && !window->starting) {
		window_begin_search(window);
		if (window->size < WINDOW_START)
			window_set_size(window, WINDOW_START, WINDOW_FRAME);
	}
	window->packet_at = now;
	count_sent(window, bytes, now);
}

void window_sent_control(struct window *window, size_t bytes, int64_t now)
{
	const bool marked = window->marked == window->sent;

	count_sent(window, bytes, now);
	if (marked && window_is_open(window))
		window->marked = window->sent;
}

bool window_is_open(const struct window *window)
{
	return !window->active || window_on_way(window) + WINDOW_FRAME <= window->size ||
	       window->grace > 0;
}

bool window_spares(const struct window *window, size_t bytes)
{
	return window_on_way(window) + bytes <= window->size + window->size / SPARE_SHARE;
}

bool window_wants_mark(const struct window *window, int64_t now)
{
	const uint64_t unmarked = window->sent - window->marked;
	const int64_t since = now - window->marked_at;

	if (unmarked == 0 || window->next - window->first >= WINDOW_MARKS)
		return false;
	return unmarked >= window->mark_bytes || since >= MARK_US_MAX ||
	       (!window_is_open(window) && since >= WINDOW_MARK_US_MIN);
}

void window_marked(struct window *window, uint32_t sequence, bool pressed, int64_t now)
{
	window->pressed = pressed;
	/* More than that are on their way: the oldest is given up. */
	if (window->next - window->first >= WINDOW_MARKS)
		window->first++;
	window->marks[window->next++ % WINDOW_MARKS] = (struct window_mark){
	    .sequence = sequence,
	    .pressed = pressed,
	    .sent_at = now,
	    .sent = window->sent,
	    .arrived = window->arrived,
	    .arrived_at = window->arrived_at,
	    .first_at = window->first_at,
	};
	window->marked = window->sent;
	window->marked_at = now;
}

/* The mark of that number; those before it are done with. NULL: there is none. */
static struct window_mark *take_mark(struct window *window, uint32_t sequence)
{
	for (unsigned at = window->first; at != window->next; at++) {
		struct window_mark *mark = &window->marks[at % WINDOW_MARKS];

		if (mark->sequence != sequence)
			continue;
		window->first = at + 1;
		return mark;
	}
	return NULL;
}

static void measure_time(struct window *window, int64_t took, int64_t now)
{
	struct window_times *times = &window->times;

	times->last = took > UINT32_MAX ? UINT32_MAX : (uint32_t)took;
	if (times->samples == 0)
		times->smoothed = times->least = times->last;
	times->smoothed =
	    (uint32_t)(((uint64_t)times->smoothed * (WINDOW_SMOOTHING - 1) + times->last) /
		       WINDOW_SMOOTHING);
	if (times->last < times->least)
		times->least = times->last;
	if (times->samples < UINT32_MAX)
		times->samples++;
	/* One that is little longer shows that the least one is still right. */
	if (window->least == 0 || took <= window->least + window->least / 16)
		window->least_at = now;
	if (window->least == 0 || took < window->least)
		window->least = took > 0 ? took : 1;
}

/*
 * Bytes a second: what has arrived since what had arrived when the mark was sent, in the
 * time that took, or in the time in which it was sent if that is longer: answers may come
 * in a bunch (draft-cheng-iccrg-delivery-rate-estimation 2.2).
 */
static uint64_t measure_rate(const struct window_mark *mark)
{
	const int64_t came = mark->arrived_by - mark->arrived_at,
		      went = mark->sent_at - mark->first_at;
	const int64_t took = came > went ? came : went;

	return took <= 0 ? 0
			 : (mark->sent - mark->arrived) * WINDOW_SECOND_US / (uint64_t)took;
}

/* Bytes that had arrived when that mark was sent, which is answered now: not only those
 * whose answers had come by then, but those whose answers were on their way back. */
static uint64_t arrived_before(const struct window *window, const struct window_mark *mark)
{
	for (unsigned back = 2; back <= WINDOW_MARKS; back++) {
		const struct window_mark *earlier =
		    &window->marks[(window->first - back) % WINDOW_MARKS];

		if (earlier->sent_at > mark->sent_at || earlier->sent <= mark->arrived)
			break;
		if (earlier->arrived_by != 0 && earlier->arrived_by < mark->sent_at)
			return earlier->sent;
	}
	return mark->arrived;
}

/* How long an answer that took so long has waited on its way back. So it took no less than
 * the least without that, and shows no new one. */
static int64_t learn_back(struct window *window, const uint32_t *clock, int64_t took,
			  int64_t now)
{
	const int64_t beyond = took > window->least ? took - window->least : 0;
	const int64_t waited =
	    clock == NULL ? 0 : way_back_take(&window->back, *clock, beyond, now);

	window->back_us =
	    (window->back_us * (BACK_SMOOTHING - 1) + waited) / BACK_SMOOTHING;
	return waited;
}

bool window_answered(struct window *window, uint32_t sequence, const uint32_t *clock,
		     int64_t now)
{
	struct window_mark *mark = take_mark(window, sequence);
	struct window_answer answer = {0};
	int64_t took;

	if (mark == NULL || now < mark->sent_at)
		return false;
	if (!window_is_open(window))
		window->opened_at = now;
	took = now - mark->sent_at;
	measure_time(window, took, now);
	answer.took = took - learn_back(window, clock, took, now);
	mark->arrived_by = mark->sent_at + answer.took;
	answer.ahead = mark->sent - arrived_before(window, mark);
	answer.rate = measure_rate(mark);
	if (mark->sent > window->arrived) {
		answer.came = mark->sent - window->arrived;
		window->arrived = mark->sent;
		window->first_at = mark->sent_at;
	}
	window->arrived_at = mark->arrived_by;
	window->active = true;
	window->silences = 0;
	window->grace = 0;
	if (!window_take_trial(window, mark, answer.took))
		window_judge(window, mark, &answer, now);
	window_judge_trials(window);
	/* By the size as it is now. */
	window->closed_at = window_is_open(window) ? 0 : now;
	return true;
}

static int64_t silence_us(const struct window *window)
{
	const int64_t trips = 2 * (int64_t)window->times.last;

	return (int64_t)window_clamp((uint64_t)trips, SILENCE_US_MIN, SILENCE_US_MAX);
}

int64_t window_deadline(const struct window *window)
{
	int64_t first = INT64_MAX;

	if (window->closed_at != 0)
		first = window->closed_at + silence_us(window);
	/* A closed window opens by an answer, so the last bytes need a mark. */
	if (window->active && !window_is_open(window) && window->sent != window->marked &&
	    window->next - window->first < WINDOW_MARKS &&
	    window->marked_at + WINDOW_MARK_US_MIN < first)
		first = window->marked_at + WINDOW_MARK_US_MIN;
	return first;
}

static enum window_event give_up(struct window *window)
{
	if (window->given_up)
		return WINDOW_NOTHING;
	window->given_up = true;
	return WINDOW_GIVES_UP;
}

/* Nothing was answered so far, for so long that no line is slow enough to explain it. */
static enum window_event judge_unanswered(struct window *window, bool heard, int64_t now)
{
	const struct window_mark *oldest = &window->marks[window->first % WINDOW_MARKS];

	return heard && window->next != window->first &&
		       now - oldest->sent_at > UNANSWERED_MAX * silence_us(window)
		   ? give_up(window)
		   : WINDOW_NOTHING;
}

enum window_event window_tick(struct window *window, bool heard, int64_t now)
{
	if (!window->active)
		return judge_unanswered(window, heard, now);
	/* Since the last look; it is seldom in the very turn in which this is due. */
	window->heard = window->heard || heard;
	if (window->closed_at == 0 || now < window->closed_at + silence_us(window))
		return WINDOW_NOTHING;
	heard = window->heard;
	window->heard = false;
	window->closed_at = now;
	if (heard && ++window->silences >= SILENCES_MAX) {
		window_restart(window, now);
		return give_up(window);
	}
	window->grace = WINDOW_FRAME;
	return WINDOW_NOTHING;
}
