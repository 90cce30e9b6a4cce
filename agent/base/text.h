/* SPDX-License-Identifier: ISC */
/* Text under construction, of what a client is told. */
#ifndef SALLYPORT_AGENT_BASE_TEXT_H
#define SALLYPORT_AGENT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { ANSWER_MAX = 8 * 1024 /* PEER_OFFERS_MAX prefixes and the rest */ };

/* All zero is empty. Terminated; once it was too long it stays overflown. */
struct text {
	char bytes[ANSWER_MAX];
	size_t used;
	bool overflow;
};

void text_add(struct text *text, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
