/* SPDX-License-Identifier: ISC */
/* An argv under construction: words printed from values, kept in the struct itself. */
#ifndef SALLYPORT_AGENT_BASE_WORDS_H
#define SALLYPORT_AGENT_BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	WORDS_MAX =
	    320, /* the most: ppptun with 64 networks each of Route and Reach, 300 */
	WORDS_TEXT_MAX = 8 * 1024,
};

/* argv points into text, so a copy serves only while its original is there. All zero is
 * empty. */
struct words {
	char *argv[WORDS_MAX + 1];
	size_t argc;
	char text[WORDS_TEXT_MAX];
	size_t used;
};

/* One more word, or all of a list that NULL ends. 0, or -1 when there is no room. */
int words_add(struct words *words, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int words_add_all(struct words *words, const char *const *list);

/* Takes out the first that reads so; false when there is none. */
bool words_drop(struct words *words, const char *word);

#endif
