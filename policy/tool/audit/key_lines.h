/* SPDX-License-Identifier: ISC */
/* Compares the lines of the account's authorized_keys with the peers: each line must run
 * the agent, with the name of the peer whose key it has, and allow nothing else. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_KEY_LINES_H
#define SALLYPORT_POLICY_TOOL_AUDIT_KEY_LINES_H

#include "policy/tool/audit/host.h"
#include "policy/tool/survey/authorized_keys.h"

struct peer_key;
struct listed_key;

struct key_lines {
	struct host *host;
	/* the keys of all good peers, sorted by digest */
	struct peer_key *known;
	size_t nknown;
	/* the keys in the files so far */
	struct listed_key *listed;
	size_t nlisted, listed_size;
	/* by the survey's certified peers, sorted by name: a bit for each authority that
	   has a line */
	unsigned *certified;
	/* it was reported that peers' files cannot be read */
	bool closed;
	/* the line that is looked at, and the peer that it names */
	struct authorized_line line;
	struct peer peer;
};

/* key_options.c: judges the options of a line. False, with a finding, when sshd ignores the
 * line because of them. */
bool key_options_judge(struct host *host, const char *path,
		       const struct authorized_line *line);

/* certificate_lines.c: judges a line with cert-authority or principals; name is NULL when
 * it names no peer. The certified peers are sorted. True for one with cert-authority, which
 * is then not one of the peer's keys. */
bool certificate_line_judge(struct key_lines *lines, const char *path,
			    const struct public_key *key, const char *name);
/* certificate_lines.c: finds authorities that have no line for a peer, and peers that are
 * too many for such lines. */
void certificate_lines_end(const struct key_lines *lines);

/* *lines must be zero. 0; or -1 when memory ran out: the findings are then lost. */
int key_lines_begin(struct key_lines *lines, struct host *host);
/* Reads every line of one file; path must outlive lines. */
void key_lines_read(struct key_lines *lines, const char *path, const char *text,
		    size_t len);
/* Finds keys that have several lines; with `all` also peers' keys that have none. Frees
 * what *lines owns. */
void key_lines_end(struct key_lines *lines, bool all);

#endif
