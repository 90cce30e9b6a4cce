/* SPDX-License-Identifier: ISC */
/* The lines of the account's authorized_keys, one for each key of each peer. */
#ifndef SALLYPORT_POLICY_TOOL_KEYS_LINES_H
#define SALLYPORT_POLICY_TOOL_KEYS_LINES_H

#include <stdio.h>

#include "policy/tool/survey/survey.h"

void line_print(const struct peer *peer, const struct public_key *key, FILE *out);

/*
 * Puts the text in the place of the file at path, in one step; a new one is root's and
 * anybody may read it, as sshd does so as the account. Before that each line is parsed, has
 * to lead to the agent as the good peer of the survey whose key it has, and nkeys keys have
 * to have one; survey_keys() was called. A file with a line that does not lead to the agent
 * is another one, and stays. 0, or -1 with *err and the file as it was.
 */
int lines_write(const char *path, enum trust trust, const struct survey *survey,
		size_t nkeys, const char *text, size_t len, struct error *err);

#endif
