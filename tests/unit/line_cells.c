/* SPDX-License-Identifier: ISC */
#include "tests/unit/line_cells.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/line_trace.h"
#include "tests/unit/unit.h"

enum {
	CELLS = 256,
	FRAME = 1500,
	LARGE_FRAME = 65536,
	/* What a recorded line varies by, the window allows. */
	VARIES_MS = 15,
	/* of the way back that is full, on average: add_reverse() */
	REVERSE_MS = 150,
	/* What is on its way through ssh at most. */
	WINDOW_OF_SSH = (64 - 4) * 32 * 1024,
};

static const int64_t MS = 1000, SECOND = 1000000;

static struct line_cell cells[CELLS];
static unsigned cell_count;

/* --- bounds */

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* As long as a frame takes, milliseconds. */
static double frame_ms(double rate)
{
	return (rate > (double)LARGE_FRAME * 200 ? LARGE_FRAME : FRAME) * 1e3 / rate;
}

/* A ping under load may take 10 ms more than the line's own, or half as much again;
 * and two frames are in the queue, however slow the line is. */
static double queue_ms(double rate, double trip_ms)
{
	return larger(10, trip_ms / 2) + 2 * frame_ms(rate);
}

/* Hundredths that ssh's own window lets through. */
static double fits(double rate, double trip_ms)
{
	const double most = WINDOW_OF_SSH * 1e5 / rate / trip_ms;

	return most < 100 ? most : 100;
}

/* The search for the least round trip, and for more rate, are in the last hundredth. */
static struct line_bounds usual_bounds(double rate, double trip_ms)
{
	return (struct line_bounds){
	    .share = 0.9 * fits(rate, 1.1 * trip_ms),
	    .median = queue_ms(rate, trip_ms),
	    .p99 = 2 * queue_ms(rate, trip_ms),
	};
}

/* --- lines */

static struct line_cell *add_rate(const char *kind, const char *rate_name, uint64_t rate,
				  int trip_ms)
{
	struct line_cell *cell = &cells[cell_count++];
	const int64_t trip = trip_ms * MS;

	if (cell_count > CELLS)
		abort();
	snprintf(cell->name, sizeof cell->name, "%s %s %d", kind, rate_name, trip_ms);
	cell->steps[0] = (struct line_step){SECOND, rate};
	cell->setup = (struct line_setup){
	    .steps = cell->steps,
	    .step_count = 1,
	    .trip_us = trip,
	    .queue_bytes = rate > 10 * FRAME ? rate : 10 * FRAME,
	    .seed = 7,
	};
	/* ssh's connection starts in some twenty round trips. */
	cell->from = 3 * SECOND + 20 * trip;
	cell->until = cell->from + (65 * trip > 15 * SECOND ? 65 * trip : 15 * SECOND);
	cell->setup.length_us = cell->until;
	cell->bounds = usual_bounds((double)rate, trip_ms);
	return cell;
}

static struct line_cell *add(const char *kind, double mbit, int trip_ms)
{
	char name[LINE_CELL_NAME_SIZE / 2];

	snprintf(name, sizeof name, "%g", mbit);
	return add_rate(kind, name, (uint64_t)(mbit * 1e6 / 8), trip_ms);
}

static void add_plain(void)
{
	static const double rates[] = {0.512, 2, 20, 90, 200, 2000};
	static const int trips[] = {1, 10, 50, 100, 300, 600};

	for (size_t i = 0; i < COUNT(rates) * COUNT(trips); i++) {
		struct line_cell *cell =
		    add("line", rates[i / COUNT(trips)], trips[i % COUNT(trips)]);

		/* A search finds a line full a round trip late, and may be tried again:
		 * then a window stands in the line for a moment. */
		if (trips[i % COUNT(trips)] >= 300)
			cell->bounds.p99 += 2 * trips[i % COUNT(trips)];
	}
}

static uint64_t bytes_in(double mbit, int64_t ms)
{
	return (uint64_t)(mbit * 1e6 / 8 * (double)ms / 1000);
}

/* A queue of 50 ms: packets are lost at the start, and TCP itself takes its time. */
static void add_short_queue(double mbit, int trip_ms, bool cubic)
{
	struct line_cell *cell =
	    add(cubic ? "short-queue-cubic" : "short-queue-reno", mbit, trip_ms);

	cell->setup.queue_bytes = bytes_in(mbit, 50);
	cell->setup.cubic = cubic;
	cell->bounds.share = 0;
	cell->bounds.of_bare = 85;
	/* What is behind a lost packet waits for it, a round trip or two. */
	cell->bounds.median += 0.5 * trip_ms;
	cell->bounds.p99 += 2.5 * trip_ms;
}

/*
 * The same, but the line is tried before there is something to send: what TCP begins with
 * is not lost. With the time of the beginning.
 */
static void add_tried(double mbit, int trip_ms)
{
	struct line_cell *cell = add("tried", mbit, trip_ms);

	cell->setup.begins_us = SECOND;
	/* That of the slowest has no room for four packets otherwise. */
	cell->setup.queue_bytes = bytes_in(mbit, mbit < 1 ? 100 : 50);
	cell->from = cell->setup.begins_us;
	cell->bounds.lost = 2;
	cell->bounds.share = 90;
}

/* What the round trip varies by is no queue, nor is it one that a smaller window would
 * take away. */
static void add_jitter(double mbit, int trip_ms, int jitter_ms)
{
	struct line_cell *cell =
	    add(jitter_ms == 10 ? "jitter-10" : "jitter-30", mbit, trip_ms);

	cell->setup.jitter_us = jitter_ms * MS;
	cell->bounds.share = 70;
	/* The window allows half as much again as answers vary by. */
	cell->bounds.median += 1.5 * jitter_ms;
	cell->bounds.p99 += 4 * jitter_ms;
}

/* Now and then nothing comes for 200 ms: a fifteenth of the time. */
static void add_stalls(double mbit, int trip_ms)
{
	struct line_cell *cell = add("stalls", mbit, trip_ms);

	cell->setup.stall_every_us = 3 * SECOND;
	cell->setup.stall_us = 200 * MS;
	cell->bounds.share = 85;
	/* Some of a stall counts as what the round trip varies by. */
	cell->bounds.median += 30;
	cell->bounds.p99 += 200;
}

/* The peer takes its time for answers, up to 10 ms. */
static void add_coarse(double mbit, int trip_ms)
{
	struct line_cell *cell = add("coarse-10", mbit, trip_ms);

	cell->setup.coarse_us = 10 * MS;
	cell->bounds.median += 12;
	cell->bounds.p99 += 20;
}

/* The way back fills with what the peer sends, which does not hold that back: answers come
 * 100 to 200 ms later. */
static void add_reverse(double mbit, int trip_ms)
{
	struct line_cell *cell = add("reverse-full", mbit, trip_ms);

	cell->setup.reverse_us = 200 * MS;
	cell->setup.reverse_from_us = 8 * SECOND;
	cell->setup.reverse_until_us = INT64_MAX;
	cell->from = 12 * SECOND;
	cell->until = cell->setup.length_us = 32 * SECOND;
	cell->bounds.share = 0.75 * fits(mbit * 1e6 / 8, trip_ms + REVERSE_MS);
	/* What answers vary by cannot be told from what waits where the line is short. */
	cell->bounds.median += mbit * trip_ms < 100 ? 90 : 50;
	cell->bounds.p99 += 300;
}

/* The same, but the peer is ppptun, whose clock tells what of it is the way back. */
static void add_reverse_told(double mbit, int trip_ms)
{
	struct line_cell *cell = add("reverse-told", mbit, trip_ms);

	cell->setup.reverse_us = 200 * MS;
	cell->setup.reverse_from_us = 8 * SECOND;
	cell->setup.reverse_until_us = INT64_MAX;
	cell->setup.clock = true;
	cell->from = 12 * SECOND;
	cell->until = cell->setup.length_us = 32 * SECOND;
	cell->bounds.share = 0.85 * fits(mbit * 1e6 / 8, trip_ms + REVERSE_MS);
	/* When the way back is empty at once, what was on its way for it waits here. */
	cell->bounds.median += 10;
	cell->bounds.p99 += 200;
}

/* The host of such a peer slept: its clock is behind from then on. */
static void add_slept(double mbit, int trip_ms)
{
	struct line_cell *cell = add("slept", mbit, trip_ms);

	cell->setup.clock = true;
	cell->setup.slept_us = 3 * SECOND;
	cell->setup.woke_us = 8 * SECOND;
	cell->from = 12 * SECOND;
	cell->until = cell->setup.length_us = 32 * SECOND;
}

/* Two seconds of a download, then two seconds of nothing: ssh's connection starts anew. */
static void add_busy_idle(double mbit, int trip_ms)
{
	struct line_cell *cell = add("busy-idle", mbit, trip_ms);

	cell->setup.busy_us = cell->setup.idle_us = 2 * SECOND;
	cell->bounds.share = 43;
}

/* A tenth of the line is used, so that nothing waits. */
static void add_tenth(double mbit, int trip_ms)
{
	struct line_cell *cell = add("tenth", mbit, trip_ms);

	cell->setup.source_rate = bytes_in(mbit, 100);
	cell->bounds.share = 9.5;
	cell->bounds.median = 2 * frame_ms(mbit * 1e6 / 8);
	cell->bounds.p99 = 10 + 2 * frame_ms(mbit * 1e6 / 8);
}

/* ssh takes no more than a pipe holds. */
static void add_full_pipe(double mbit, int trip_ms)
{
	add("full-pipe", mbit, trip_ms)->setup.ssh_bytes = 160 * 1024;
}

/* Downloads beside ours keep a queue of 100 ms full. A quarter of a fair share is enough to
 * be used: whoever keeps queues short comes last. */
static void add_beside(double mbit, int trip_ms, unsigned others, bool cubic)
{
	char kind[LINE_CELL_NAME_SIZE / 2];
	struct line_cell *cell;

	snprintf(kind, sizeof kind, "beside-%u-%s", others, cubic ? "cubic" : "reno");
	cell = add(kind, mbit, trip_ms);
	cell->setup.cubic = cubic;
	cell->setup.others = others;
	cell->setup.others_from_us = 5 * SECOND;
	cell->setup.others_until_us = 35 * SECOND;
	cell->setup.queue_bytes = bytes_in(mbit, 100);
	if (cell->setup.queue_bytes < 20 * FRAME)
		cell->setup.queue_bytes = 20 * FRAME;
	cell->from = 15 * SECOND;
	cell->until = 35 * SECOND;
	cell->setup.length_us = 45 * SECOND;
	cell->bounds = (struct line_bounds){.share = 100.0 / (others + 1) / 4};
	cell->comes_back = cell->until;
	/* Reno itself takes minutes to use a long fast line again, and so does what four
	 * others have left of CUBIC. */
	if ((cubic && others == 1) || mbit * trip_ms < 10000)
		cell->bounds.full_after = 5 + 50 * (double)trip_ms / 1000;
}

/* One in a hundred packets is lost on the way: ssh's connection slows down, or goes on with
 * twice what the line carries in a round trip, as BBR does. Neither is a queue. */
static void add_lossy(double mbit, int trip_ms, bool steady)
{
	struct line_cell *cell = add(steady ? "lossy-steady" : "lossy", mbit, trip_ms);

	cell->setup.loss_ppm = 10000;
	if (steady)
		cell->setup.steady_bytes = 2 * bytes_in(mbit, trip_ms);
	/* Without a window seconds of it wait, and loss is made up for out of those. */
	cell->bounds = (struct line_bounds){.of_bare = 60};
}

/*
 * Both ends have many others beside them on their processors, which is no queue, and must
 * not look like a slower line. At 200 Mbit/s a turn of 2 ms in 30 has to fill the line for
 * 60; the window gets there, but by a quarter every few rounds, of which each takes as
 * long.
 */
static void add_starved(double mbit, int trip_ms, int ms)
{
	struct line_cell *cell = add(ms == 10 ? "starved-10" : "starved-30", mbit, trip_ms);

	cell->setup.starved_us = ms * MS;
	cell->bounds = (struct line_bounds){.of_bare = ms == 10	    ? 80
						       : mbit <= 20 ? 75
								    : 50};
}

/* A peer that takes no segments. */
static void add_small_frames(int trip_ms)
{
	add("small-frames", 200, trip_ms)->setup.frame_bytes = FRAME;
}

static void add_slow(void)
{
	static const double rates[] = {0.512, 2};
	static const int trips[] = {10, 100};

	for (size_t i = 0; i < COUNT(rates) * COUNT(trips); i++)
		add_tried(rates[i / COUNT(trips)], trips[i % COUNT(trips)]);
}

static void add_ways(void)
{
	static const double rates[] = {2, 20, 200};
	static const int trips[] = {10, 100};

	for (size_t i = 0; i < COUNT(rates) * COUNT(trips); i++) {
		const double rate = rates[i / COUNT(trips)];
		/* Beyond that it is ssh's own window that bounds. */
		const int longest = rate < 200 ? 100 : 50;
		const int trip =
		    trips[i % COUNT(trips)] < longest ? trips[i % COUNT(trips)] : longest;

		add_short_queue(rate, trip, false);
		add_short_queue(rate, trip, true);
		add_jitter(rate, trip, 10);
		add_jitter(rate, trip, 30);
		add_stalls(rate, trip);
		add_starved(rate, trip, 10);
		add_starved(rate, trip, 30);
		add_coarse(rate, trip);
		add_reverse(rate, trip);
		add_reverse_told(rate, trip);
		add_slept(rate, trip);
		add_busy_idle(rate, trip);
		add_tenth(rate, trip);
		add_full_pipe(rate, trip);
		if (rate <= 20)
			add_lossy(rate, trip, false);
		else
			add_small_frames(trip);
		add_lossy(rate, trip, true);
		for (unsigned others = 1; others <= 4; others += 3) {
			add_beside(rate, trip, others, false);
			add_beside(rate, trip, others, true);
		}
	}
}

/*
 * The rate falls to a part of it for 30 s. What is on its way then cannot be taken back: it
 * takes so many times as long. For a hundredth of 600 ms that is more than these 30 s.
 */
static void add_fall(double mbit, int trip_ms, unsigned part)
{
	struct line_cell *cell =
	    add(part == 4 ? "to-quarter" : "to-hundredth", mbit, trip_ms);
	const uint64_t rate = cell->steps[0].rate;
	const double slow = (double)rate / part;
	/* What varies is learnt while the old queue goes: on a fast line that is little,
	 * and stays until the round trip is looked for anew. */
	const double noise_ms = mbit >= 2000 ? 10 : mbit >= 200 ? 1 : 0;
	/* Not reached yet: on a fast line some of the old queue is taken for a longer way,
	 * until the round trip is looked for anew; and where the way is long, the rate that
	 * was seen first after a deep fall is too large by a third, and counts for ten
	 * rounds. */
	const bool seen_large = part == 100 && trip_ms >= 50;
	const double longer_s =
	    seen_large || (mbit >= 200 && part == 4 && trip_ms >= 10) ? 10 : 0;
	const double larger_ms = seen_large ? 40 : 0;
	const double on_way_s = (trip_ms + queue_ms((double)rate, trip_ms)) / 1000;

	cell->falls = 20 * SECOND;
	cell->comes_back = 50 * SECOND;
	cell->steps[0].us = cell->falls;
	cell->steps[1] = (struct line_step){cell->comes_back - cell->falls, rate / part};
	cell->steps[2] = (struct line_step){SECOND, rate};
	cell->setup.step_count = 3;
	cell->setup.length_us = 70 * SECOND;
	cell->bounds = (struct line_bounds){
	    .quick_after = part * on_way_s + 2 + 4 * (double)trip_ms / 1000 + longer_s,
	    .quick_ms = queue_ms(slow, trip_ms) + 2 * FRAME * 1e3 / slow + noise_ms,
	    .full_after = 2 + 10 * (double)trip_ms / 1000,
	    .slow_share = 80,
	    .slow_median =
		queue_ms(slow, trip_ms) + 2 * FRAME * 1e3 / slow + noise_ms + larger_ms,
	};
	cell->until = cell->falls;
}

static void add_falls(void)
{
	static const double rates[] = {20, 200, 2000};
	static const int trips[] = {1, 5, 10, 50, 100, 600};

	for (size_t i = 0; i < COUNT(rates) * COUNT(trips); i++) {
		const double rate = rates[i / COUNT(trips)];
		const int trip = trips[i % COUNT(trips)];

		/* Otherwise it is ssh's own window that bounds. */
		if (fits(rate * 1e6 / 8, trip) < 100)
			continue;
		add_fall(rate, trip, 4);
		if (trip <= 100)
			add_fall(rate, trip, 100);
	}
}

/*
 * Rates as they were recorded, over and over. As many bytes wait as elsewhere, but that
 * takes as long as the line takes for them at that time; and before that an answer has to
 * come, which may wait as long.
 */
static void add_trace(const struct line_trace *trace, int trip_ms)
{
	struct line_cell *cell = add_rate("trace", trace->name, trace->mean, trip_ms);
	const double bytes =
	    queue_ms((double)trace->mean, trip_ms) * (double)trace->mean / 1000;

	cell->setup.steps = trace->steps;
	cell->setup.step_count = trace->count;
	cell->setup.repeat = true;
	/* Bytes came in bunches, after what was lost or as its recorder wrote them. A
	 * window that had nothing on its way then gets nothing of a bunch, which says
	 * nothing. */
	if (trace->share == 0) {
		cell->bounds = (struct line_bounds){0};
		return;
	}
	cell->bounds = (struct line_bounds){
	    .share = trace->share * fits((double)trace->mean, trip_ms) / 100,
	    .median = line_trace_takes(trace, bytes, 50) + line_trace_takes(trace, 0, 50) +
		      VARIES_MS,
	    .p99 = line_trace_takes(trace, 2 * bytes, 99) + line_trace_takes(trace, 0, 99) +
		   2 * VARIES_MS,
	};
}

static void add_traces(void)
{
	static const int trips[] = {1, 10, 100};
	unsigned count;
	const struct line_trace *traces = line_traces(&count);

	for (unsigned i = 0; i < count * COUNT(trips); i++)
		add_trace(&traces[i / COUNT(trips)], trips[i % COUNT(trips)]);
}

struct line_cell *line_cells(unsigned *count)
{
	if (cell_count == 0) {
		add_plain();
		add_slow();
		add_ways();
		add_falls();
		add_traces();
	}
	*count = cell_count;
	return cells;
}
