/* SPDX-License-Identifier: ISC */
#include "tests/unit/line_add.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	CELLS = 256,
	LARGE_FRAME = 65536,
	/* What is on its way through ssh at most. */
	WINDOW_OF_SSH = (64 - 4) * 32 * 1024,
};

static struct line_cell cells[CELLS];
static unsigned cell_count;

/* --- bounds */

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* As long as a frame takes, milliseconds. */
double line_frame_ms(double rate)
{
	return (rate > (double)LARGE_FRAME * 200 ? LARGE_FRAME : LINE_FRAME) * 1e3 / rate;
}

/* A ping under load may take 10 ms more than the line's own, or half as much again;
 * and two frames are in the queue, however slow the line is. */
double line_queue_ms(double rate, double trip_ms)
{
	return larger(10, trip_ms / 2) + 2 * line_frame_ms(rate);
}

/* Hundredths that ssh's own window lets through. */
double line_fits(double rate, double trip_ms)
{
	const double most = WINDOW_OF_SSH * 1e5 / rate / trip_ms;

	return most < 100 ? most : 100;
}

/* The search for the least round trip, and for more rate, are in the last hundredth. */
static struct line_bounds usual_bounds(double rate, double trip_ms)
{
	return (struct line_bounds){
	    .share = 0.9 * line_fits(rate, 1.1 * trip_ms),
	    .median = line_queue_ms(rate, trip_ms),
	    .p99 = 2 * line_queue_ms(rate, trip_ms),
	};
}

/* --- lines */

struct line_cell *line_add_rate(const char *kind, const char *rate_name, uint64_t rate,
				int trip_ms)
{
	struct line_cell *cell = &cells[cell_count++];
	const int64_t trip = trip_ms * LINE_MS;

	if (cell_count > CELLS)
		abort();
	snprintf(cell->name, sizeof cell->name, "%s %s %d", kind, rate_name, trip_ms);
	cell->steps[0] = (struct line_step){LINE_SECOND, rate};
	cell->setup = (struct line_setup){
	    .steps = cell->steps,
	    .step_count = 1,
	    .trip_us = trip,
	    .queue_bytes = rate > 10 * LINE_FRAME ? rate : 10 * LINE_FRAME,
	    .seed = 7,
	};
	/* ssh's connection starts in some twenty round trips. */
	cell->from = 3 * LINE_SECOND + 20 * trip;
	cell->until =
	    cell->from + (65 * trip > 15 * LINE_SECOND ? 65 * trip : 15 * LINE_SECOND);
	cell->setup.length_us = cell->until;
	cell->bounds = usual_bounds((double)rate, trip_ms);
	return cell;
}

struct line_cell *line_add(const char *kind, double mbit, int trip_ms)
{
	char name[LINE_CELL_NAME_SIZE / 2];

	snprintf(name, sizeof name, "%g", mbit);
	return line_add_rate(kind, name, (uint64_t)(mbit * 1e6 / 8), trip_ms);
}

uint64_t line_bytes_in(double mbit, int64_t ms)
{
	return (uint64_t)(mbit * 1e6 / 8 * (double)ms / 1000);
}

struct line_cell *line_added(unsigned *count)
{
	*count = cell_count;
	return cells;
}
