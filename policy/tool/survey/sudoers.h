/* SPDX-License-Identifier: ISC */
/* As much of sudoers(5) as is needed to know whom a rule means: logical lines and lists. */
#ifndef SALLYPORT_POLICY_TOOL_SURVEY_SUDOERS_H
#define SALLYPORT_POLICY_TOOL_SURVEY_SUDOERS_H

#include <stdbool.h>
#include <stddef.h>

struct sudoers_line {
	/* owned: without comments, continuations joined, blanks at both ends removed */
	char *text;
	unsigned line;
};

/* Reads the next logical line from *at, which is in line *line, and moves both; empty lines
 * are skipped. False at the end; also, with *lost, when memory ran out. */
bool sudoers_next(const char **at, unsigned *line, struct sudoers_line *out, bool *lost);

/* The path in an "include" or "includedir" line, which begins with "@" or "#"; *directory
 * says which. NULL for another line. */
const char *sudoers_include(const char *text, bool *directory);

/* Calls each(context, name, len, negated) for every name in the list at the beginning of
 * text; returns where the list ends. */
const char *sudoers_list(const char *text, void (*each)(void *, const char *, size_t, bool),
			 void *context);

/* Whether the text has the word, not as a part of another word. */
bool sudoers_mentions(const char *text, const char *word);

#endif
