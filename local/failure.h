/* SPDX-License-Identifier: ISC */
/* Why a link is not up: one plain sentence for a person, one exit code for a script. */
#ifndef SALLYPORT_LOCAL_FAILURE_H
#define SALLYPORT_LOCAL_FAILURE_H

#include "policy/language/error.h"
#include "policy/language/exitcode.h"

enum { FAILURE_TEXT_MAX = 768 };

struct failure {
	enum exit_code code;
	/* Printable ASCII, no newline. */
	char text[FAILURE_TEXT_MAX];
};

/* Each returns -1. The second takes the text of a library's error. */
int failure_set(struct failure *failure, enum exit_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int failure_from(struct failure *failure, enum exit_code code, const struct error *err);

#endif
