/* SPDX-License-Identifier: ISC */
/* The sessions of a peer that is removed. */
#ifndef SALLYPORT_POLICY_TOOL_PEERS_END_SESSIONS_H
#define SALLYPORT_POLICY_TOOL_PEERS_END_SESSIONS_H

#include "agent/base/account.h"

enum {
	/* that a program has to end by itself, and then to be gone */
	END_SESSIONS_MS = 5000,
	END_SESSIONS_KILL_MS = 5000,
};

/*
 * Ends what holds a session of that peer on this host: found by the locks, held by a
 * descriptor (pidfd_open(2)), and signalled only while the lock still names it and the
 * kernel says that it shares that lock. How many it was; or -1 with *err, also when one is
 * left.
 */
int end_sessions(const struct account *account, const char *peer, struct error *err);

#endif
