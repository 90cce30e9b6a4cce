/* SPDX-License-Identifier: ISC */
/* What a child says on its standard error: kept for a message, and logged line by line. */
#ifndef SALLYPORT_LOCAL_OUTPUT_H
#define SALLYPORT_LOCAL_OUTPUT_H

#include <stddef.h>

#include "local/report.h"
#include "policy/error.h"

enum {
	/* Kept; the last bytes win. */
	OUTPUT_TAIL_MAX = 4096,
	/* Longer lines are logged in pieces. */
	OUTPUT_LINE_MAX = 900,
	/* A child, or who speaks through it, must not fill the log. */
	OUTPUT_LINES_MAX = 200,
	/* For output_last_line(): more is cut off. */
	QUOTED_LINE_MAX = 300,
};

struct output {
	/* Ours to read, -1: closed. The child's end is output_open()'s result. */
	int fd;
	const char *who;
	/* LOG_*: of its lines in the log. */
	int level;
	/* Terminated; bytes of strangers, NUL replaced. */
	char tail[OUTPUT_TAIL_MAX + 1];
	size_t used;
	char line[OUTPUT_LINE_MAX];
	size_t line_used;
	unsigned lines;
};

/* Returns the descriptor for the child, which the caller closes, or -1 with *err. */
int output_open(struct output *output, const char *who, int level,
		struct policy_error *err);
/* Takes what is there; never waits. Closes at the end of the stream. */
void output_drain(struct output *output, const struct report *report);
void output_close(struct output *output);

/* The last line that is not blank, quoted by escape_quoted(); "" when there is none. */
const char *output_last_line(const struct output *output, char *buf, size_t size);

#endif
