/* SPDX-License-Identifier: ISC */
/*
 * How the library tells what went wrong: one struct, filled by the function that failed,
 * owned by the caller. Nothing here logs, exits or allocates.
 */
#ifndef SALLYPORT_POLICY_LANGUAGE_ERROR_H
#define SALLYPORT_POLICY_LANGUAGE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/language/exitcode.h"

enum {
	ERROR_FILE_MAX = 256,
	ERROR_TEXT_MAX = 256,
	ERROR_WHERE_MAX = 24,
	/* of error_print(), whole */
	ERROR_LINE_MAX = ERROR_FILE_MAX + ERROR_WHERE_MAX + ERROR_TEXT_MAX,
};

struct error {
	/* "" when no file is at fault */
	char file[ERROR_FILE_MAX];
	/* from 1; 0 when the whole file is meant */
	unsigned line, column;
	/* printable ASCII, no newline: what is wrong, what was expected */
	char text[ERROR_TEXT_MAX];
	/* the errno behind it, or 0 */
	int sys;
	/* others than root could change the file, or replace it */
	bool untrusted;
};

/* What an error is about, beside its text. */
struct error_cause {
	/* NULL: no file is at fault */
	const char *file;
	unsigned line, column;
	int sys;
	/* the text says in words of its own what sys stands for */
	bool told;
};

/*
 * Fills *err (which may be NULL) and returns -1, so that callers can `return error_set(…)`.
 * ": strerror(sys)" is appended unless it is told. Bytes that are not printable ASCII
 * become '?'; what does not fit ends in "...", before what the system said.
 */
int error_fill(struct error *err, struct error_cause cause, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define error_set(err, ...) error_fill(err, (struct error_cause){.sys = 0}, __VA_ARGS__)
/* Appends what the system says of the errno number; or only keeps it. */
#define error_sys(err, number, ...)                                                        \
	error_fill(err, (struct error_cause){.sys = (number)}, __VA_ARGS__)
#define error_code(err, number, ...)                                                       \
	error_fill(err, (struct error_cause){.sys = (number), .told = true}, __VA_ARGS__)
/* A place in a file; in a text that is no file; or the whole of a file. */
#define error_at(err, path, row, at, ...)                                                  \
	error_fill(err,                                                                    \
		   (struct error_cause){.file = (path), .line = (row), .column = (at)},    \
		   __VA_ARGS__)
#define error_column(err, at, ...)                                                         \
	error_fill(err, (struct error_cause){.column = (at)}, __VA_ARGS__)
#define error_file(err, path, number, ...)                                                 \
	error_fill(err, (struct error_cause){.file = (path), .sys = (number)}, __VA_ARGS__)

/*
 * After snprintf(3) or vsnprintf(3) wrote to text, which has size bytes, and returned len:
 * ends a text that was cut in "...".
 */
void error_show_cut(char *text, size_t size, int len);

/* For a caller that wants all the errors of a file, not only the first. */
struct error_list {
	void (*tell)(void *context, const struct error *err);
	void *context;
};

/* ":LINE:COLUMN", ":LINE" or "", as far as it is known, into buf; returns buf. */
const char *error_where(const struct error *err, char buf[ERROR_WHERE_MAX]);

/*
 * EXIT_SYSTEM when it is this host that is short of something for the moment (descriptors,
 * memory, processes, room), or cannot read its disk: nobody's mistake, and trying again may
 * help. Otherwise EXIT_POLICY, for errors that are about a file or a name.
 */
bool error_is_shortage(const struct error *err);
enum exit_code error_exit_code(const struct error *err);

/*
 * "FILE:LINE:COLUMN: text" (parts that are unknown left out) into buf; always terminated.
 */
void error_print(const struct error *err, char *buf, size_t size);

#endif
