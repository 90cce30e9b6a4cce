/* SPDX-License-Identifier: ISC */
#include "tests/unit/line_cells.h"

#include "tests/unit/line_add.h"
#include "tests/unit/line_trace.h"
#include "tests/unit/unit.h"

enum {
	/* What a recorded line varies by, the window allows. */
	VARIES_MS = 15,
};

static void add_plain(void)
{
	static const double rates[] = {0.512, 2, 20, 90, 200, 2000};
	static const int trips[] = {1, 10, 50, 100, 300, 600};

	for (size_t i = 0; i < COUNT(rates) * COUNT(trips); i++) {
		struct line_cell *cell =
		    line_add("line", rates[i / COUNT(trips)], trips[i % COUNT(trips)]);

		/* A search finds a line full a round trip late, and may be tried again:
		 * then a window stands in the line for a moment. */
		if (trips[i % COUNT(trips)] >= 300)
			cell->bounds.p99 += 2 * trips[i % COUNT(trips)];
	}
}

/*
 * A queue of 50 ms, but the line is tried before there is something to send: what TCP
 * begins with is not lost. With the time of the beginning.
 */
static void add_tried(double mbit, int trip_ms)
{
	struct line_cell *cell = line_add("tried", mbit, trip_ms);

	cell->setup.begins_us = LINE_SECOND;
	/* That of the slowest has no room for four packets otherwise. */
	cell->setup.queue_bytes = line_bytes_in(mbit, mbit < 1 ? 100 : 50);
	cell->from = cell->setup.begins_us;
	cell->bounds.lost = 2;
	cell->bounds.share = 90;
}

static void add_slow(void)
{
	static const double rates[] = {0.512, 2};
	static const int trips[] = {10, 100};

	for (size_t i = 0; i < COUNT(rates) * COUNT(trips); i++)
		add_tried(rates[i / COUNT(trips)], trips[i % COUNT(trips)]);
}

/*
 * The rate falls to a part of it for 30 s. What is on its way then cannot be taken back: it
 * takes so many times as long. For a hundredth of 600 ms that is more than these 30 s.
 */
static void add_fall(double mbit, int trip_ms, unsigned part)
{
	struct line_cell *cell =
	    line_add(part == 4 ? "to-quarter" : "to-hundredth", mbit, trip_ms);
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
	const double on_way_s = (trip_ms + line_queue_ms((double)rate, trip_ms)) / 1000;

	cell->falls = 20 * LINE_SECOND;
	cell->comes_back = 50 * LINE_SECOND;
	cell->steps[0].us = cell->falls;
	cell->steps[1] = (struct line_step){cell->comes_back - cell->falls, rate / part};
	cell->steps[2] = (struct line_step){LINE_SECOND, rate};
	cell->setup.step_count = 3;
	cell->setup.length_us = 70 * LINE_SECOND;
	cell->bounds = (struct line_bounds){
	    .quick_after = part * on_way_s + 2 + 4 * (double)trip_ms / 1000 + longer_s,
	    .quick_ms =
		line_queue_ms(slow, trip_ms) + 2 * LINE_FRAME * 1e3 / slow + noise_ms,
	    .full_after = 2 + 10 * (double)trip_ms / 1000,
	    .slow_share = 80,
	    .slow_median = line_queue_ms(slow, trip_ms) + 2 * LINE_FRAME * 1e3 / slow +
			   noise_ms + larger_ms,
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
		if (line_fits(rate * 1e6 / 8, trip) < 100)
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
	struct line_cell *cell = line_add_rate("trace", trace->name, trace->mean, trip_ms);
	const double bytes =
	    line_queue_ms((double)trace->mean, trip_ms) * (double)trace->mean / 1000;

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
	    .share = trace->share * line_fits((double)trace->mean, trip_ms) / 100,
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
	struct line_cell *cells = line_added(count);

	if (*count != 0)
		return cells;
	add_plain();
	add_slow();
	line_add_ways();
	add_falls();
	add_traces();
	return line_added(count);
}
