/* SPDX-License-Identifier: ISC */
/* Lines that lose, stall, answer late or are shared, or whose ends do. */
#include <stdio.h>

#include "tests/unit/line_add.h"
#include "tests/unit/unit.h"

enum {
	/* of the way back that is full, on average: add_reverse() */
	REVERSE_MS = 150,
};

/* A queue of 50 ms: packets are lost at the start, and TCP itself takes its time. */
static void add_short_queue(double mbit, int trip_ms, bool cubic)
{
	struct line_cell *cell =
	    line_add(cubic ? "short-queue-cubic" : "short-queue-reno", mbit, trip_ms);

	cell->setup.queue_bytes = line_bytes_in(mbit, 50);
	cell->setup.cubic = cubic;
	cell->bounds.share = 0;
	cell->bounds.of_bare = 85;
	/* What is behind a lost packet waits for it, a round trip or two. */
	cell->bounds.median += 0.5 * trip_ms;
	cell->bounds.p99 += 2.5 * trip_ms;
}

/* What the round trip varies by is no queue, nor is it one that a smaller window would
 * take away. */
static void add_jitter(double mbit, int trip_ms, int jitter_ms)
{
	struct line_cell *cell =
	    line_add(jitter_ms == 10 ? "jitter-10" : "jitter-30", mbit, trip_ms);

	cell->setup.jitter_us = jitter_ms * LINE_MS;
	cell->bounds.share = 70;
	/* The window allows half as much again as answers vary by. */
	cell->bounds.median += 1.5 * jitter_ms;
	cell->bounds.p99 += 4 * jitter_ms;
}

/* Now and then nothing comes for 200 ms: a fifteenth of the time. */
static void add_stalls(double mbit, int trip_ms)
{
	struct line_cell *cell = line_add("stalls", mbit, trip_ms);

	cell->setup.stall_every_us = 3 * LINE_SECOND;
	cell->setup.stall_us = 200 * LINE_MS;
	cell->bounds.share = 85;
	/* Some of a stall counts as what the round trip varies by. */
	cell->bounds.median += 30;
	cell->bounds.p99 += 200;
}

/* The peer takes its time for answers, up to 10 ms. */
static void add_coarse(double mbit, int trip_ms)
{
	struct line_cell *cell = line_add("coarse-10", mbit, trip_ms);

	cell->setup.coarse_us = 10 * LINE_MS;
	cell->bounds.median += 12;
	cell->bounds.p99 += 20;
}

/* The way back fills with what the peer sends, which does not hold that back: answers come
 * 100 to 200 ms later. told: the peer is ppptun, whose clock tells what of it is the way
 * back. */
static void add_reverse(double mbit, int trip_ms, bool told)
{
	struct line_cell *cell =
	    line_add(told ? "reverse-told" : "reverse-full", mbit, trip_ms);

	cell->setup.reverse_us = 200 * LINE_MS;
	cell->setup.reverse_from_us = 8 * LINE_SECOND;
	cell->setup.reverse_until_us = INT64_MAX;
	cell->setup.clock = told;
	cell->from = 12 * LINE_SECOND;
	cell->until = cell->setup.length_us = 32 * LINE_SECOND;
	cell->bounds.share =
	    (told ? 0.85 : 0.75) * line_fits(mbit * 1e6 / 8, trip_ms + REVERSE_MS);
	/* Told: when the way back is empty at once, what was on its way for it waits here.
	 * Otherwise what answers vary by cannot be told from what waits where the line is
	 * short. */
	cell->bounds.median += told ? 10 : mbit * trip_ms < 100 ? 90 : 50;
	cell->bounds.p99 += told ? 200 : 300;
}

/* The host of such a peer slept: its clock is behind from then on. */
static void add_slept(double mbit, int trip_ms)
{
	struct line_cell *cell = line_add("slept", mbit, trip_ms);

	cell->setup.clock = true;
	cell->setup.slept_us = 3 * LINE_SECOND;
	cell->setup.woke_us = 8 * LINE_SECOND;
	cell->from = 12 * LINE_SECOND;
	cell->until = cell->setup.length_us = 32 * LINE_SECOND;
}

/* Two seconds of a download, then two seconds of nothing: ssh's connection starts anew. */
static void add_busy_idle(double mbit, int trip_ms)
{
	struct line_cell *cell = line_add("busy-idle", mbit, trip_ms);

	cell->setup.busy_us = cell->setup.idle_us = 2 * LINE_SECOND;
	cell->bounds.share = 43;
}

/* A tenth of the line is used, so that nothing waits. */
static void add_tenth(double mbit, int trip_ms)
{
	struct line_cell *cell = line_add("tenth", mbit, trip_ms);

	cell->setup.source_rate = line_bytes_in(mbit, 100);
	cell->bounds.share = 9.5;
	cell->bounds.median = 2 * line_frame_ms(mbit * 1e6 / 8);
	cell->bounds.p99 = 10 + 2 * line_frame_ms(mbit * 1e6 / 8);
}

/* ssh takes no more than a pipe holds. */
static void add_full_pipe(double mbit, int trip_ms)
{
	line_add("full-pipe", mbit, trip_ms)->setup.ssh_bytes = 160 * 1024;
}

/* Downloads beside ours keep a queue of 100 ms full. A quarter of a fair share is enough to
 * be used: whoever keeps queues short comes last. */
static void add_beside(double mbit, int trip_ms, unsigned others, bool cubic)
{
	char kind[LINE_CELL_NAME_SIZE / 2];
	struct line_cell *cell;

	snprintf(kind, sizeof kind, "beside-%u-%s", others, cubic ? "cubic" : "reno");
	cell = line_add(kind, mbit, trip_ms);
	cell->setup.cubic = cubic;
	cell->setup.others = others;
	cell->setup.others_from_us = 5 * LINE_SECOND;
	cell->setup.others_until_us = 35 * LINE_SECOND;
	cell->setup.queue_bytes = line_bytes_in(mbit, 100);
	if (cell->setup.queue_bytes < 20 * LINE_FRAME)
		cell->setup.queue_bytes = 20 * LINE_FRAME;
	cell->from = 15 * LINE_SECOND;
	cell->until = 35 * LINE_SECOND;
	cell->setup.length_us = 45 * LINE_SECOND;
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
	struct line_cell *cell = line_add(steady ? "lossy-steady" : "lossy", mbit, trip_ms);

	cell->setup.loss_ppm = 10000;
	if (steady)
		cell->setup.steady_bytes = 2 * line_bytes_in(mbit, trip_ms);
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
	struct line_cell *cell =
	    line_add(ms == 10 ? "starved-10" : "starved-30", mbit, trip_ms);

	cell->setup.starved_us = ms * LINE_MS;
	cell->bounds = (struct line_bounds){.of_bare = ms == 10	    ? 80
						       : mbit <= 20 ? 75
								    : 50};
}

/* A peer that takes no segments. */
static void add_small_frames(int trip_ms)
{
	line_add("small-frames", 200, trip_ms)->setup.frame_bytes = LINE_FRAME;
}

void line_add_ways(void)
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
		add_reverse(rate, trip, false);
		add_reverse(rate, trip, true);
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
