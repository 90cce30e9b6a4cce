/* SPDX-License-Identifier: ISC */
/* Untrusted bytes made safe for one line of a log or a terminal. */
#ifndef SALLYPORT_POLICY_LANGUAGE_ESCAPE_H
#define SALLYPORT_POLICY_LANGUAGE_ESCAPE_H

#include <stddef.h>

/* The smallest buffer: room for one escaped byte, or for the mark of a cut. */
enum { ESCAPE_SIZE_MIN = 8 };

/*
 * Writes bytes as a double-quoted string: printable ASCII but `"` and `\` stands for
 * itself, all else is \xHH; parses back to the same bytes. When it does not fit, what fits
 * is followed by `"...`: dots after the closing quote show the reader that it was cut.
 * buf is always terminated; size must be at least ESCAPE_SIZE_MIN. Returns buf.
 */
const char *escape_quoted(const void *bytes, size_t len, char *buf, size_t size);

#endif
