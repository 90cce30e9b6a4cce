/* SPDX-License-Identifier: ISC */
/* Words in one text, with some of the characters of `between` around them. Pure. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_WORD_LIST_H
#define SALLYPORT_POLICY_TOOL_AUDIT_WORD_LIST_H

#include <stdbool.h>

/* Whether the list has the word, exactly so. An empty word is in no list. */
bool word_list_has(const char *list, const char *between, const char *word);
/* The same, whatever the case of its letters. */
bool word_list_has_folded(const char *list, const char *between, const char *word);

#endif
