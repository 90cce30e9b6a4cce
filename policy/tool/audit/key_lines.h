/* SPDX-License-Identifier: ISC */
/*
 * The lines of the account's authorized_keys, held against the peers: each has to lead to
 * the agent, under the name of the peer whose key it is, and to nothing else.
 */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_KEY_LINES_H
#define SALLYPORT_POLICY_TOOL_AUDIT_KEY_LINES_H

#include "policy/tool/audit/host.h"
#include "policy/tool/survey/authorized_keys.h"

struct peer_key;
struct listed_key;

struct key_lines {
	struct host *host;
	/* Of all good peers, sorted by digest. */
	struct peer_key *known;
	size_t nknown;
	/* What stands in the files so far. */
	struct listed_key *listed;
	size_t nlisted, listed_size;
	/* that peers' files could not be read was told */
	bool closed;
	/* the line that is looked at, and the peer that it is held against */
	struct authorized_line line;
	struct peer peer;
};

/* key_options.c: false, with a finding, when sshd passes the whole line over because of its
 * options. */
bool key_options_judge(struct host *host, const char *path,
		       const struct authorized_line *line);

/* *lines is zero. Returns 0, or -1 when memory ran out, which the findings then say. */
int key_lines_begin(struct key_lines *lines, struct host *host);
/* Every line of one file; path must outlive lines. */
void key_lines_read(struct key_lines *lines, const char *path, const char *text,
		    size_t len);
/* The lines against each other, and with `all` the peers' keys that have none. Frees. */
void key_lines_end(struct key_lines *lines, bool all);

#endif
