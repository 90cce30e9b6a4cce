/* SPDX-License-Identifier: ISC */
/* What `check` finds: each thing that would keep a link from coming up, or that a person
 * should know before. */
#ifndef SALLYPORT_LOCAL_OBSTACLE_H
#define SALLYPORT_LOCAL_OBSTACLE_H

#include <stdbool.h>
#include <stddef.h>

#include "local/reporting.h"

enum { OBSTACLES_MAX = 128, OBSTACLE_FILE_MAX = 256 };

struct obstacle {
	/* What `up` would exit with; EXIT_DONE: it would not fail for this. */
	enum exit_code code;
	/* Where, as far as a file is to be changed; "" and 0: nowhere. */
	char file[OBSTACLE_FILE_MAX];
	unsigned line, column;
	/* Printable ASCII, no newline: what, and what to do. */
	char text[FAILURE_TEXT_MAX];
};

struct obstacles {
	/* Of the profile. */
	const char *name, *file;
	struct obstacle list[OBSTACLES_MAX];
	size_t count;
};

/* line 0: the whole profile. What does not fit in the list is lost, but not that there is
 * more: the last one then says so. */
void obstacle_add(struct obstacles *all, enum exit_code code, unsigned line,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* What a step of `up` says, in its own words, or a library; a file that it names is kept.
 */
void obstacle_failure(struct obstacles *all, unsigned line, const struct failure *failure);
void obstacle_error(struct obstacles *all, enum exit_code code, unsigned line,
		    const struct error *err);

/* What `up` would exit with: the first one's that is no warning. */
enum exit_code obstacle_code(const struct obstacles *all);
/* A line for each, and one that says that it is fine, if it is; quiet: errors only. */
void obstacle_print(const struct obstacles *all, bool quiet, const char *fine);

#endif
