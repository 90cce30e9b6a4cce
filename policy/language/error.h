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

enum { ERROR_FILE_MAX = 256, ERROR_TEXT_MAX = 256, ERROR_WHERE_MAX = 24 };

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

/*
 * Each fills *err (which may be NULL) and returns -1, so that callers can
 * `return error_set(…)`. Bytes that are not printable ASCII become '?'; what does not
 * fit ends in "...", before what the system said.
 */
int error_set(struct error *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* As error_set, and appends ": strerror(sys)". */
int error_sys(struct error *err, int sys, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* As error_set, and sets sys: the text says in words of its own what the number stands for.
 */
int error_code(struct error *err, int sys, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int error_at(struct error *err, const char *file, unsigned line, unsigned column,
	     const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* The whole of a file is at fault, because of the errno sys when that is not 0. */
int error_file(struct error *err, const char *file, int sys, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

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
