/* SPDX-License-Identifier: ISC */
/* The lines of line_model.h that the window has to be right for, and within which bounds.
 */
#ifndef SALLYPORT_TESTS_UNIT_LINE_CELLS_H
#define SALLYPORT_TESTS_UNIT_LINE_CELLS_H

#include "tests/unit/line_model.h"

enum { LINE_CELL_NAME_SIZE = 64, LINE_STEPS = 4 };

/* What is asked of a line; what is 0 is not. Shares are hundredths of what it carries. */
struct line_bounds {
	double share;
	/* of the extra time of pings, milliseconds */
	double median, p99;
	/* packets lost */
	double lost;
	/* Of the share that ssh's connection gets without a window. */
	double of_bare;
	/* seconds from the fall of the rate until pings are as quick as quick_ms says */
	double quick_after, quick_ms;
	/* on the slow line, when some time has gone */
	double slow_share, slow_median;
	/* seconds from when the rate comes back until it is used */
	double full_after;
};

struct line_cell {
	char name[LINE_CELL_NAME_SIZE];
	struct line_setup setup;
	struct line_step steps[LINE_STEPS];
	/* It is measured from then until then, microseconds. */
	int64_t from, until;
	/* If not 0: the rate falls then, and comes back. */
	int64_t falls, comes_back;
	struct line_bounds bounds;
};

struct line_outcome {
	double share, others, median, p99, most, bare_share, bare_median;
	double slow_share, slow_median;
	/* seconds, or HUGE_VAL: never */
	double full_at, quick_after, full_after;
	double marks;
	uint64_t drops, gave_up;
};

/* All of them, made at the first call. */
struct line_cell *line_cells(unsigned *count);

void line_cell_run(const struct line_cell *cell, struct line_outcome *outcome);
/* What is out of its bounds, as text; empty: nothing. Valid until the next call. */
const char *line_cell_faults(const struct line_cell *cell,
			     const struct line_outcome *outcome);

#endif
