/* SPDX-License-Identifier: ISC */
/* Values as text: a row of columns, and short numbers. Pure. */
#ifndef SALLYPORT_LOCAL_PLOT_H
#define SALLYPORT_LOCAL_PLOT_H

#include <stddef.h>
#include <stdint.h>

enum plot_style { PLOT_ASCII, PLOT_BLOCKS };

enum {
	PLOT_VALUES_MAX = 240,
	/* Of a row: a block has three bytes of UTF-8. */
	PLOT_ROW_MAX = 3 * PLOT_VALUES_MAX + 1,
	/* "1023 B/s", "12.3 MB/s" */
	PLOT_NUMBER_MAX = 24,
};

/* Where there is nothing to show. */
#define PLOT_NONE INT64_C(-1)

/* The largest, or 0 when there is none. */
int64_t plot_top(const int64_t *values, size_t count);
/*
 * The row, from the top, of a plot of so many rows in which top has all of the height: a
 * column for each value, PLOT_NONE's empty. One that is greater counts as top, and what is
 * there at all is seen, be it 0. out has PLOT_ROW_MAX bytes; count is PLOT_VALUES_MAX at
 * most. Returns out.
 */
const char *plot_row(const int64_t *values, size_t count, int64_t top,
		     enum plot_style style, unsigned rows, unsigned row, char *out);
/* "1.23 MB/s": three digits, decimal; buf has PLOT_NUMBER_MAX bytes. Returns buf. */
const char *plot_rate(uint64_t bytes, char *buf);

#endif
