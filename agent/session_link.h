/* SPDX-License-Identifier: ISC */
/* What the kernel says of sessions' interfaces, asked by a program without a right. */
#ifndef SALLYPORT_AGENT_SESSION_LINK_H
#define SALLYPORT_AGENT_SESSION_LINK_H

#include <stdbool.h>

#include "policy/language/error.h"
#include "policy/language/policy.h"

enum session_link_state {
	SESSION_LINK_MISSING,
	SESSION_LINK_DOWN,
	/* Up, without the peer's addresses. */
	SESSION_LINK_BARE,
	SESSION_LINK_UP,
};

struct session_link {
	char interface[IFNAME_MAX_LEN + 1];
	enum session_link_state state;
	/* Of the peer's routes, those that lead through it now. */
	bool routes[PEER_ROUTES_MAX];
};

/*
 * Of the peer's sessions that are in held (bit 0 for the first); links has their places,
 * and what is in the others means nothing. The host's addresses and routes, which may be
 * many, are read once for all of them. 0, or -1 with *err when the kernel cannot be asked.
 */
int session_links_read(const struct peer *peer, unsigned held,
		       struct session_link links[SESSIONS_MAX], struct error *err);
/* "missing", "down", "bare" or "up". */
const char *session_link_word(enum session_link_state state);

#endif
