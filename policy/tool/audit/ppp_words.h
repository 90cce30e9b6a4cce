/* SPDX-License-Identifier: ISC */
/* The words of a file of options, as pppd(8) reads them: separated by blanks unless quoted
 * or escaped; # begins a comment. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_PPP_WORDS_H
#define SALLYPORT_POLICY_TOOL_AUDIT_PPP_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { PPP_WORD_MAX = 1024 };

struct ppp_words {
	/* the rest of the text, and the number of its first line */
	const char *at;
	unsigned line;
	/* the last word, and the line in which it began */
	char word[PPP_WORD_MAX];
	unsigned word_line;
};

/* The next word; false at the end. A word that is too long is cut. */
bool ppp_words_next(struct ppp_words *words);

#endif
