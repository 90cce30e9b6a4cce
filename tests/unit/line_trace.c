/* SPDX-License-Identifier: ISC */
#include "tests/unit/line_trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/unit.h"

enum {
	STEPS_MAX = 8192,
	TIMES_MAX = 16384,
	LINE_SIZE = 256,
	PATH_SIZE = 128,
	US_PER_MS = 1000,
	MS_PER_S = 1000
};

static struct line_trace traces[] = {
    {.name = "busy", .share = 85},
    {.name = "tbf-2m"},
    {.name = "tbf-20m", .share = 90},
    {.name = "lossy"},
};

static struct line_step steps[COUNT(traces)][STEPS_MAX];

__attribute__((noreturn)) static void die(const char *path, const char *why)
{
	fprintf(stderr, "%s: %s\n", path, why);
	exit(EXIT_FAILURE);
}

static void add_step(struct line_trace *trace, const char *path, const char *line)
{
	int64_t ms;
	uint64_t bytes;

	if (sscanf(line, "%" SCNd64 " %" SCNu64, &ms, &bytes) != 2 || ms <= 0 ||
	    trace->count == STEPS_MAX)
		die(path, "not a trace");
	trace->steps[trace->count++] = (struct line_step){
	    .us = ms * US_PER_MS,
	    .rate = bytes * MS_PER_S,
	};
}

static uint64_t mean_rate(const struct line_trace *trace)
{
	double bytes = 0, us = 0;

	for (unsigned i = 0; i < trace->count; i++) {
		bytes += (double)trace->steps[i].rate * (double)trace->steps[i].us;
		us += (double)trace->steps[i].us;
	}
	return us > 0 ? (uint64_t)(bytes / us) : 0;
}

/* Rows of "MS BYTES": so many milliseconds long so many bytes in each; # is a comment. */
static void read_trace(struct line_trace *trace)
{
	char path[PATH_SIZE], line[LINE_SIZE];
	FILE *file;

	snprintf(path, sizeof path, "tests/unit/traces/%s.txt", trace->name);
	file = fopen(path, "r");
	if (file == NULL)
		die(path, "cannot be read");
	trace->steps = steps[trace - traces];
	while (fgets(line, sizeof line, file) != NULL)
		if (line[0] != '#')
			add_step(trace, path, line);
	fclose(file);
	trace->mean = mean_rate(trace);
	if (trace->mean == 0)
		die(path, "nothing arrives");
}

const struct line_trace *line_traces(unsigned *count)
{
	static bool are_read;

	*count = COUNT(traces);
	for (unsigned i = 0; i < *count && !are_read; i++)
		read_trace(&traces[i]);
	are_read = true;
	return traces;
}

/* The trace begins anew at its end. */
static double takes(const struct line_trace *trace, unsigned step, int64_t us, double bytes)
{
	double took = 0;

	for (;; step = (step + 1) % trace->count, us = 0) {
		const double left = (double)(trace->steps[step].us - us);
		const double carried = (double)trace->steps[step].rate * left / 1e6;

		if (carried > bytes)
			return (took + left * bytes / carried) / US_PER_MS;
		bytes -= carried;
		took += left;
	}
}

static int by_value(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

double line_trace_takes(const struct line_trace *trace, double bytes, unsigned percent)
{
	static double times[TIMES_MAX];
	unsigned count = 0;

	for (unsigned step = 0; step < trace->count; step++)
		for (int64_t us = 0; us < trace->steps[step].us && count < TIMES_MAX;
		     us += US_PER_MS)
			times[count++] = takes(trace, step, us, bytes);
	qsort(times, count, sizeof times[0], by_value);
	return times[(count - 1) * percent / 100];
}
