/* SPDX-License-Identifier: ISC */
/* The lines of the account's authorized_keys, one for each key of each peer. */
#ifndef SALLYPORT_POLICY_TOOL_KEYS_LINES_H
#define SALLYPORT_POLICY_TOOL_KEYS_LINES_H

#include <stdio.h>

#include "policy/tool/survey/survey.h"

/* The keys of the peer that get a line: those of peer_login_keys(), without a HandInKey
 * that has ended. */
const struct key_line *line_keys(const struct peer *peer, size_t *count);

void line_print(const struct peer *peer, const struct public_key *key, FILE *out);
/* The line by which the peer comes in with a certificate of the authority. */
void line_print_authority(const struct peer *peer, const struct public_key *authority,
			  FILE *out);

/* A line that one of them has printed, for that name and key. */
struct own_line {
	char name[NAME_MAX_LEN + 1];
	struct public_key key;
	/* it is an authority's; and it ends, as that of a HandInKey does */
	bool authority, ends;
};
/* Text of len bytes and a NUL. 0; or -1 for a line that differs in any byte from what
 * line_print() would print: somebody wrote that, and may have meant it. */
int line_read(const char *text, size_t len, struct own_line *out);

/*
 * Puts the text in the place of the file at path, in one step; a new one is root's and
 * anybody may read it, as sshd does so as the account. Before that each line is parsed, has
 * to lead to the agent as the good peer of the survey whose key it has, or which may come
 * in by a certificate of the authority of conf (NULL: there is none) that it has; and
 * nlines keys and authorities have to have one. survey_keys() was called. A file with a
 * line that does not lead to the agent is another one, and stays. 0, or -1 with *err and
 * the file as it was.
 */
int lines_write(const char *path, enum trust trust, const struct survey *survey,
		const struct agent_conf *conf, size_t nlines, const char *text, size_t len,
		struct error *err);

#endif
