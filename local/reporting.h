/* SPDX-License-Identifier: ISC */
/* Who is told what: the person at the terminal, the waiting parent, the log, and systemd.
 */
#ifndef SALLYPORT_LOCAL_REPORTING_H
#define SALLYPORT_LOCAL_REPORTING_H

#include <stdbool.h>

#include "local/blame.h"
#include "local/step.h"
#include "policy/language/error.h"
#include "policy/language/exitcode.h"

/*
 * Room for the longest sentence of each kind. Whatever is longer, because of what it
 * quotes, ends in "..." so that a reader sees the cut.
 */
enum {
	FAILURE_TEXT_MAX = 1536,
	/* A failure, and of which profile. */
	REPORT_TEXT_MAX = 2048,
	/* One line for the log alone: a child's, escaped. */
	REPORT_LOG_MAX = 4096,
};

/* Why a link is not up: one plain sentence for a person, one exit code for a script. */
struct failure {
	enum exit_code code;
	/* What follows from it: see retry.h. */
	enum blame blame;
	/* It is told of one host, which the text names: failure_name(). */
	bool named;
	/* Which step it was, where that is known. */
	enum link_step step;
	/* Printable ASCII, no newline. */
	char text[FAILURE_TEXT_MAX];
};

/* Each returns -1, and blames whom the code does; see blame.h. */
int failure_set(struct failure *failure, enum exit_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The text of a library's error. */
int failure_from(struct failure *failure, enum exit_code code, const struct error *err);
/* The sentence, with name where it says %s; then rest, which begins with a blank or is "".
 */
int failure_name(struct failure *failure, enum exit_code code, const char *sentence,
		 const char *name, const char *rest);

/* Where it was another's fault than the code says. -1. */
int failure_blame(struct failure *failure, enum blame blame);
/* Which step it was. -1. */
int failure_at(struct failure *failure, enum link_step step);

struct report {
	/* Of the profile; stands before every line. */
	const char *name;
	/* This process has a terminal or a service manager; otherwise it logs to syslog and
	 * tells its parent. */
	bool foreground;
	bool quiet, verbose;
	/* To the waiting parent, -1: nobody waits. */
	int parent;
	/* Gets all that would be printed and logged, with its level (syslog.h); NULL: it is
	 * printed and logged. */
	void (*hear)(void *hearer, int level, const char *text);
	void *hearer;
};

enum report_kind {
	/* A step that is being taken. */
	REPORT_STEP,
	/* It failed, and will be tried again. */
	REPORT_RETRY,
	/* There is no more to come. */
	REPORT_FINAL,
};

/* What goes through the pipe to the parent. */
struct report_message {
	enum report_kind kind;
	enum exit_code code;
	char text[REPORT_TEXT_MAX];
};

/* One step that is being taken: for the terminal, or the log with --verbose. */
void report_progress(const struct report *report, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Something that the person who brings up the link must know; it is logged too. */
void report_notice(const struct report *report, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* For the log (syslog.h's LOG_* level); LOG_DEBUG only with verbose. */
void report_log(const struct report *report, int level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A failure after which it is tried again: to the parent alone, which may not want to wait.
 * Like a step, it is lost on a parent that has not read those before. */
void report_retry(const struct report *report, enum exit_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The outcome: to the log, and to the parent, which prints it and exits with code. */
void report_result(struct report *report, enum exit_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether somebody takes the outcome: a terminal, a service manager, or a parent that has
 * not left yet. */
bool report_is_heard(const struct report *report);

/* To systemd, when it started this process in the foreground: sd_notify(3)'s assignments.
 * True: it was told. */
bool report_notify(const struct report *report, const char *state);

#endif
