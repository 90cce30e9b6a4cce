/* SPDX-License-Identifier: ISC */
/*
 * What a login may do when all sessions of its peer are taken: challenge those that hold
 * them, and take the place of one whose client is gone (agent/ppp/challenge.h).
 */
#ifndef SALLYPORT_AGENT_TAKE_OVER_H
#define SALLYPORT_AGENT_TAKE_OVER_H

#include "agent/ppp/challenge.h"
#include "agent/core/session.h"

/*
 * How long a login waits for a challenged session to end: what a session that has just
 * begun has before it heeds a challenge, ppptun's own time, and some for its device. So one
 * that has not ended by then did hear from its client.
 */
enum { TAKE_OVER_MS = HEARD_OPENING_MS + CHALLENGE_MS + 1000 };

/*
 * Challenges each session of the peer's that heeds it, again and again, and waits for the
 * first of them to end, for wait_ms at most. 0: as session_lock(). -1 with err->sys ==
 * EAGAIN: all sessions are in use; EBUSY: and the clients of all of them answer.
 */
int take_over_session(int fd, const struct peer *peer, const struct session_origin *origin,
		      int64_t wait_ms, struct session *out, struct error *err);

#endif
