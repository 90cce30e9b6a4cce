/* SPDX-License-Identifier: ISC */
/* How the lines of line_cells.h are made: with what is asked of a line on which nothing is
 * odd. */
#ifndef SALLYPORT_TESTS_UNIT_LINE_ADD_H
#define SALLYPORT_TESTS_UNIT_LINE_ADD_H

#include "tests/unit/line_cells.h"

/* microseconds */
#define LINE_MS	    INT64_C(1000)
#define LINE_SECOND INT64_C(1000000)

/* bytes */
enum { LINE_FRAME = 1500 };

/* One of so many Mbit/s, or bytes a second, and milliseconds there and back. Its name is
 * made of the kind, the rate and the time. Ends the program when there are too many. */
struct line_cell *line_add(const char *kind, double mbit, int trip_ms);
struct line_cell *line_add_rate(const char *kind, const char *rate_name, uint64_t rate,
				int trip_ms);
/* Those that were, so far. */
struct line_cell *line_added(unsigned *count);

/* rate: bytes a second. */
double line_queue_ms(double rate, double trip_ms);
double line_frame_ms(double rate);
double line_fits(double rate, double trip_ms);
/* What a line carries in that time. */
uint64_t line_bytes_in(double mbit, int64_t ms);

/* line_ways.c: lines that are odd in some way, of a few rates and round trips */
void line_add_ways(void);

#endif
