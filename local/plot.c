/* SPDX-License-Identifier: ISC */
#include "local/plot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	ASCII_STEPS = 3,
	BLOCK_STEPS = 8,
	THOUSAND = 1000,
	TWO_DIGITS = 10,
	THREE_DIGITS = 100,
};

/* One more of a column's height each, the last one the whole of it. */
static const char *const ascii[ASCII_STEPS] = {".", ":", "|"};
static const char *const blocks[BLOCK_STEPS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

int64_t plot_top(const int64_t *values, size_t count)
{
	int64_t top = 0;

	for (size_t i = 0; i < count; i++)
		if (values[i] > top)
			top = values[i];
	return top;
}

/* How high a column is, in steps from 0 to all. */
static unsigned height(int64_t value, int64_t top, unsigned all)
{
	if (value < 0)
		return 0;
	if (value >= top)
		return top > 0 ? all : 1;
	/* In floating point nothing overflows, and a step more or less does not matter. */
	return 1 + (unsigned)((double)value / (double)top * (all - 1));
}

const char *plot_row(const int64_t *values, size_t count, int64_t top,
		     enum plot_style style, unsigned rows, unsigned row, char *out)
{
	const unsigned steps = style == PLOT_BLOCKS ? BLOCK_STEPS : ASCII_STEPS;
	const char *const *const signs = style == PLOT_BLOCKS ? blocks : ascii;
	const unsigned below = (rows - 1 - row) * steps;
	char *at = out;

	for (size_t i = 0; i < count && i < PLOT_VALUES_MAX; i++) {
		const unsigned high = height(values[i], top, rows * steps);
		const unsigned here = high <= below ? 0 : high - below;
		const char *const sign =
		    here == 0 ? " " : signs[(here < steps ? here : steps) - 1];

		at = stpcpy(at, sign);
	}
	*at = '\0';
	return out;
}

const char *plot_rate(uint64_t bytes, char *buf)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	uint64_t whole = bytes, rest = 0;
	size_t unit = 0;

	for (; whole >= THOUSAND; unit++) {
		rest = whole % THOUSAND;
		whole /= THOUSAND;
	}
	if (unit == 0 || whole >= THREE_DIGITS)
		snprintf(buf, PLOT_NUMBER_MAX, "%" PRIu64 " %s/s", whole, units[unit]);
	else if (whole >= TWO_DIGITS)
		snprintf(buf, PLOT_NUMBER_MAX, "%" PRIu64 ".%" PRIu64 " %s/s", whole,
			 rest / THREE_DIGITS, units[unit]);
	else
		snprintf(buf, PLOT_NUMBER_MAX, "%" PRIu64 ".%02" PRIu64 " %s/s", whole,
			 rest / TWO_DIGITS, units[unit]);
	return buf;
}
