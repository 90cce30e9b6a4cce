/* SPDX-License-Identifier: ISC */
/* sudoers(5) as far as it takes to tell whom its rules are for: logical lines and lists. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_SUDOERS_H
#define SALLYPORT_POLICY_TOOL_AUDIT_SUDOERS_H

#include <stdbool.h>
#include <stddef.h>

struct sudoers_line {
	/* owned: without comments, continuations joined, blanks at both ends removed */
	char *text;
	unsigned line;
};

/*
 * The next logical line of text, from *at in line *line on, both of which it moves; empty
 * ones are left out. False at the end, and when memory ran out, which *lost tells.
 */
bool sudoers_next(const char **at, unsigned *line, struct sudoers_line *out, bool *lost);

/* After "include" or "includedir", by "@" or "#": the path, and which. NULL for another
 * line. */
const char *sudoers_include(const char *text, bool *directory);

/*
 * A list of names at the beginning of text: calls each(context, name, len, negated) for
 * every one; returns where the list ends.
 */
const char *sudoers_list(const char *text, void (*each)(void *, const char *, size_t, bool),
			 void *context);

/* Whether the word stands somewhere in the text, and not as a part of another. */
bool sudoers_mentions(const char *text, const char *word);

#endif
