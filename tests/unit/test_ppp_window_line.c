/* SPDX-License-Identifier: ISC */
/*
 * Protects: a full line stays quick, and is used, whatever it is like.
 *
 * With --table [PART] prints what each line comes to; with --watch NAME [MS] how one of
 * them goes, a row every so many milliseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/line_cells.h"
#include "tests/unit/unit.h"

enum { WATCH_MS = 100, US_PER_MS = 1000 };

/* All lines of that kind. */
static void check(const char *kind)
{
	const size_t length = strlen(kind);
	unsigned count, checked = 0, bad = 0;
	const struct line_cell *cells = line_cells(&count);

	for (unsigned i = 0; i < count; i++) {
		struct line_outcome outcome;
		const char *faults;

		if (strncmp(cells[i].name, kind, length) != 0 ||
		    cells[i].name[length] != ' ')
			continue;
		line_cell_run(&cells[i], &outcome);
		faults = line_cell_faults(&cells[i], &outcome);
		if (faults[0] != '\0')
			print_error("%s:%s\n", cells[i].name, faults);
		bad += faults[0] != '\0';
		checked++;
	}
	assert_int_not_equal(checked, 0);
	assert_int_equal(bad, 0);
}

static void test_kind(void **state)
{
	check(*state);
}

/* --- for people */

static void print_row(const struct line_cell *cell)
{
	struct line_cell with_bare = *cell;
	struct line_outcome outcome;

	if (cell->bounds.of_bare == 0)
		with_bare.bounds.of_bare = 1e-9;
	line_cell_run(&with_bare, &outcome);
	printf("%-28s %6.1f %6.2f %7.1f %7.1f %7.1f %5.0f %6lu %6.1f %7.1f", cell->name,
	       outcome.share, outcome.full_at, outcome.median, outcome.p99, outcome.most,
	       outcome.marks, (unsigned long)outcome.drops, outcome.bare_share,
	       outcome.bare_median);
	if (cell->setup.others != 0)
		printf("  others %.1f", outcome.others);
	if (cell->falls != 0)
		printf("  quick after %.2f, then %.1f %.1f", outcome.quick_after,
		       outcome.slow_share, outcome.slow_median);
	if (cell->comes_back != 0)
		printf("  full after %.2f", outcome.full_after);
	if (line_cell_faults(cell, &outcome)[0] != '\0')
		printf("  !%s", line_cell_faults(cell, &outcome));
	printf("\n");
}

static int table(const char *part)
{
	unsigned count;
	const struct line_cell *cells = line_cells(&count);

	printf("%-28s %6s %6s %7s %7s %7s %5s %6s %6s %7s\n", "kind, Mbit/s, ms", "share",
	       "full", "median", "p99", "most", "marks", "lost", "bare", "median");
	for (unsigned i = 0; i < count; i++)
		if (part == NULL || strstr(cells[i].name, part) != NULL)
			print_row(&cells[i]);
	return EXIT_SUCCESS;
}

static void watch_row(int64_t now)
{
	const struct line_model *model = line_model_result();
	const struct window *window = &model->window;
	const int64_t us = now / MODEL_US, from = us - model->setup->watch_us;

	if (from < 0)
		return;
	printf(
	    "%7.2f share %6.1f others %5.1f ping %7.1f window %9lu on way %9lu rate %8.2f "
	    "least %6.1f noise %5.1f last %7.1f line %8lu ssh %8lu cwnd %9.0f %s%s%s%s\n",
	    (double)us / 1e6, line_model_share(model, from, us),
	    line_model_share_others(model, from, us), line_model_extra(model, from, us, 50),
	    (unsigned long)window->size, (unsigned long)window_on_way(window),
	    (double)window_rate(window) * 8 / 1e6, (double)window->least / 1e3,
	    (double)window->noise / 1e3, (double)window->times.last / 1e3,
	    (unsigned long)model->queue_bytes, (unsigned long)model->ssh_bytes,
	    model->flows[0].cwnd, window->starting ? "S" : "", window->draining ? "D" : "",
	    window->queued ? "Q" : "", window->afresh ? "A" : "");
}

static int watch(const char *name, const char *ms)
{
	unsigned count;
	struct line_cell *cells = line_cells(&count);

	for (unsigned i = 0; i < count; i++) {
		struct line_setup *setup = &cells[i].setup;

		if (strcmp(cells[i].name, name) != 0)
			continue;
		setup->watch_us = (ms != NULL ? atoi(ms) : WATCH_MS) * US_PER_MS;
		setup->watch = watch_row;
		line_model_run(setup);
		return EXIT_SUCCESS;
	}
	fprintf(stderr, "no such line: %s\n", name);
	return EXIT_FAILURE;
}

/* In line_cells.c and line_ways.c, where each says what it is. */
static const char *const KINDS[] = {
    "line",
    "tried",
    "short-queue-reno",
    "short-queue-cubic",
    "jitter-10",
    "jitter-30",
    "stalls",
    "starved-10",
    "starved-30",
    "coarse-10",
    "reverse-full",
    "reverse-told",
    "slept",
    "busy-idle",
    "tenth",
    "full-pipe",
    "lossy",
    "lossy-steady",
    "small-frames",
    "beside-1-reno",
    "beside-1-cubic",
    "beside-4-reno",
    "beside-4-cubic",
    "to-quarter",
    "to-hundredth",
    "trace",
};

int main(int argc, char **argv)
{
	struct CMUnitTest tests[COUNT(KINDS)] = {0};

	if (argc > 1 && strcmp(argv[1], "--table") == 0)
		return table(argv[2]);
	if (argc > 2 && strcmp(argv[1], "--watch") == 0)
		return watch(argv[2], argv[3]);
	for (size_t i = 0; i < COUNT(KINDS); i++)
		tests[i] = (struct CMUnitTest){
		    .name = KINDS[i],
		    .test_func = test_kind,
		    .initial_state = (void *)KINDS[i],
		};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
