/* SPDX-License-Identifier: ISC */
/* Rates of lines as tests/bench/arrivals.c recorded them: tests/unit/traces. */
#ifndef SALLYPORT_TESTS_UNIT_LINE_TRACE_H
#define SALLYPORT_TESTS_UNIT_LINE_TRACE_H

#include "tests/unit/line_model.h"

struct line_trace {
	const char *name;
	/* What the window has to get of it, in hundredths; 0: nothing is asked. */
	double share;
	/* read from the file: bytes a second */
	uint64_t mean;
	struct line_step *steps;
	unsigned count;
};

/* All of them, read at the first call; ends the program when it cannot. */
const struct line_trace *line_traces(unsigned *count);

/* How long the line takes for so many bytes, and whatever is behind them, as seen at any
 * time: milliseconds, which so many in a hundred are not over. */
double line_trace_takes(const struct line_trace *trace, double bytes, unsigned percent);

#endif
