/* SPDX-License-Identifier: ISC */
/*
 * Text, and an argv, under construction: printed from values, kept in the struct itself.
 * Both are empty when all zero. What does not fit makes them overflow for good, which the
 * caller checks once, at the end.
 */
#ifndef SALLYPORT_AGENT_BASE_TEXT_H
#define SALLYPORT_AGENT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum {
	TEXT_BYTES_MAX =
	    8 * 1024,	 /* a client's answer: PEER_OFFERS_MAX prefixes and the rest */
	WORDS_MAX = 320, /* ppptun with 64 networks each of Route and Reach has 300 */
	WORDS_TEXT_MAX = 8 * 1024,
};

/* Terminated. */
struct text {
	char bytes[TEXT_BYTES_MAX];
	size_t used;
	bool overflow;
};

void text_add(struct text *text, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* argv points into text, so a copy serves only while its original is there. An argv that
 * overflowed has no word left. */
struct words {
	char *argv[WORDS_MAX + 1];
	size_t argc;
	char text[WORDS_TEXT_MAX];
	size_t used;
	bool overflow;
};

/* One more word; all of a list that NULL ends; an option and its value. */
void words_add(struct words *words, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void words_add_all(struct words *words, const char *const *list);
void words_add_pair(struct words *words, const char *option, const char *value);

/* Removes the first word that is equal to that one; false when there is none. */
bool words_drop(struct words *words, const char *word);

#endif
