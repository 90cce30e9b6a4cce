/* SPDX-License-Identifier: ISC */
/* What the words of a line of the journal mean. Strict: undoing what a damaged file says
 * does damage. */
#ifndef SALLYPORT_LOCAL_JOURNAL_FIELDS_H
#define SALLYPORT_LOCAL_JOURNAL_FIELDS_H

#include "local/journal.h"

/* words: as many as a line of out->kind has, with its name. Fills what they say, but for
 * texts. False when one of them cannot be. */
bool journal_fields_parse(char **words, struct journal_entry *out);

/* The word of an entry HOOK_DOWN. */
const char *journal_hook_word(enum hook_as as);

#endif
