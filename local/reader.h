/* SPDX-License-Identifier: ISC */
/*
 * What ssh, the PPP program and the second request print, by way of a process that has no
 * rights (reader_confined.h): nothing of it is read or understood here. Whoever takes that
 * process over, or stops or kills it as RunAs can, has the log lines of this link, the
 * sentence about its end, and its end.
 */
#ifndef SALLYPORT_LOCAL_READER_H
#define SALLYPORT_LOCAL_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "local/process.h"
#include "local/reader_confined.h"
#include "local/reporting.h"
#include "local/run_as.h"

enum {
	/* To begin, for an answer, and for the last records when a link has gone down. */
	READER_ANSWER_MS = 5000,
	READER_CLOSE_MS = 1000,
	READER_ANSWERS_MAX = 16,
	/* Of one reader: what a source may have in the log, and answers. */
	READER_RECORDS_MAX = READER_SOURCES * (OUTPUT_LINES_MAX + 1) + READER_ANSWERS_MAX,
	READER_WHY_MAX = 96,
};

struct reader {
	struct process process;
	/* Readable when there are records; -1: there is no reader, or no more. */
	int fd;
	/* For children to write to, close-on-exec; -1: none. */
	int ends[READER_SOURCES];
	/* What the log calls them. */
	const char *names[READER_SOURCES];
	unsigned records;
	/* It ended, or did what it may not, which why tells. */
	bool broken;
	char why[READER_WHY_MAX];
};

#define READER_NONE                                                                        \
	((struct reader){.process = PROCESS_NONE, .fd = -1, .ends = {-1, -1, -1}})

/* Starts it and waits until it is confined. 0, or -1 with *err; either way reader_close()
 * is due. */
int reader_open(struct reader *reader, const struct run_as *account, bool verbose,
		struct error *err);
/* Logs what has come; never waits. When the reader is done for, broken says so. */
void reader_take(struct reader *reader, const struct report *report);
/* Why the child ended that writes there: always -1 with *failure. */
int reader_explain(struct reader *reader, const struct report *report,
		   const struct reader_question *question, struct failure *failure);
/* The last line that is not blank, quoted; "" when there is none, or no reader. */
const char *reader_last_line(struct reader *reader, const struct report *report,
			     enum reader_source source, char buf[QUOTED_LINE_MAX]);
/* Another child is about to write there. */
void reader_forget(struct reader *reader, const struct report *report,
		   enum reader_source source);
/* Logs the last records, and ends it. */
void reader_close(struct reader *reader, const struct report *report);

/* Whether every field is what such a record may have. */
bool reader_record_is_sane(const struct reader_record *record);

#endif
