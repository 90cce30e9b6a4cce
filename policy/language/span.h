/* SPDX-License-Identifier: ISC */
/* A stretch of text that has no terminator; what lies outside of it is never looked at. */
#ifndef SALLYPORT_POLICY_LANGUAGE_SPAN_H
#define SALLYPORT_POLICY_LANGUAGE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *at;
	size_t len;
};

static inline bool span_is(struct span span, const char *text)
{
	return span.len == strlen(text) && memcmp(span.at, text, span.len) == 0;
}

/* A terminated copy; false when it does not fit, or there is a NUL in it. */
static inline bool span_copy(struct span span, char *buf, size_t size)
{
	if (span.len >= size || memchr(span.at, '\0', span.len) != NULL)
		return false;
	memcpy(buf, span.at, span.len);
	buf[span.len] = '\0';
	return true;
}

/* Cuts that text off the front of *rest; false when it does not stand there. */
static inline bool span_skip(struct span *rest, const char *text)
{
	const size_t len = strlen(text);

	if (rest->len < len || memcmp(rest->at, text, len) != 0)
		return false;
	rest->at += len;
	rest->len -= len;
	return true;
}

/* Cuts what stands before the first `end` off the front of *rest, and `end` with it; false
 * when there was none, and all was cut off. */
static inline bool span_cut(struct span *rest, char end, struct span *out)
{
	const char *at = rest->len > 0 ? memchr(rest->at, end, rest->len) : NULL;

	*out = *rest;
	if (at == NULL) {
		rest->at += rest->len;
		rest->len = 0;
		return false;
	}
	out->len = (size_t)(at - rest->at);
	rest->at = at + 1;
	rest->len -= out->len + 1;
	return true;
}

#endif
