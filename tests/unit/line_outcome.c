/* SPDX-License-Identifier: ISC */
/* What the lines of line_cells.h come to, and whether that is within their bounds. */
#include "tests/unit/line_cells.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	/* hundredths of what the line carries, from which on it is full */
	FULL = 80,
	BARE_WINDOW = 64 * 1024 * 1024,
};

static double seconds(int64_t us)
{
	return us == INT64_MAX ? HUGE_VAL : (double)us / 1e6;
}

static void run_bare(const struct line_cell *cell, struct line_outcome *outcome)
{
	struct line_setup setup = cell->setup;
	const struct line_model *model;

	setup.watch = NULL;
	setup.fixed_window = BARE_WINDOW;
	model = line_model_run(&setup);
	outcome->bare_share = line_model_share(model, cell->from, cell->until);
	outcome->bare_median = line_model_extra(model, cell->from, cell->until, 50);
}

void line_cell_run(const struct line_cell *cell, struct line_outcome *outcome)
{
	const struct line_model *model = line_model_run(&cell->setup);
	/* The latter half of the slow time. */
	const int64_t slow = (cell->falls + cell->comes_back) / 2;

	*outcome = (struct line_outcome){
	    .share = line_model_share(model, cell->from, cell->until),
	    .others = line_model_share_others(model, cell->from, cell->until),
	    .median = line_model_extra(model, cell->from, cell->until, 50),
	    .p99 = line_model_extra(model, cell->from, cell->until, 99),
	    .most = line_model_extra(model, cell->from, cell->until, 100),
	    .full_at = seconds(line_model_until_full(model, 0, FULL)),
	    .marks = (double)model->marks / seconds(cell->setup.length_us),
	    .drops = model->drops,
	    .gave_up = model->gave_up,
	};
	if (cell->comes_back != 0)
		outcome->full_after =
		    seconds(line_model_until_full(model, cell->comes_back, FULL));
	if (cell->falls != 0) {
		outcome->quick_after = seconds(
		    line_model_until_quick(model, cell->falls, cell->bounds.quick_ms));
		outcome->slow_share = line_model_share(model, slow, cell->comes_back);
		outcome->slow_median = line_model_extra(model, slow, cell->comes_back, 50);
	}
	if (cell->bounds.of_bare > 0)
		run_bare(cell, outcome);
}

static char faults[512];

static void compare(const char *what, double value, double least, double most)
{
	const size_t used = strlen(faults);

	if (value < least || value > most)
		snprintf(faults + used, sizeof faults - used, " %s %.1f (%s %.1f)", what,
			 value, value < least ? ">=" : "<=", value < least ? least : most);
}

static void at_most(const char *what, double value, double most)
{
	if (most > 0)
		compare(what, value, -HUGE_VAL, most);
}

const char *line_cell_faults(const struct line_cell *cell,
			     const struct line_outcome *outcome)
{
	const struct line_bounds *bounds = &cell->bounds;

	faults[0] = '\0';
	compare("share", outcome->share, bounds->share, HUGE_VAL);
	compare("share", outcome->share, outcome->bare_share * bounds->of_bare / 100,
		HUGE_VAL);
	at_most("median", outcome->median, bounds->median);
	at_most("p99", outcome->p99, bounds->p99);
	at_most("lost", (double)outcome->drops, bounds->lost);
	at_most("quick after", outcome->quick_after, bounds->quick_after);
	compare("slow share", outcome->slow_share, bounds->slow_share, HUGE_VAL);
	at_most("slow median", outcome->slow_median, bounds->slow_median);
	at_most("full after", outcome->full_after, bounds->full_after);
	compare("gave up", (double)outcome->gave_up, 0, 0);
	return faults;
}
