/* SPDX-License-Identifier: ISC */
/*
 * Which sessions of a peer run, told by locks alone: byte ranges of one empty file, held by
 * open file description (fcntl(2), F_OFD_SETLK), so that they end with the last process of
 * the session and nothing has to be cleaned up. Each (peer, slot) is a byte at an offset
 * that its name hashes to; a second byte stands for the ssh connection that the session
 * came by.
 */
#ifndef SALLYPORT_AGENT_SESSION_H
#define SALLYPORT_AGENT_SESSION_H

#include <stdint.h>

#include "agent/core/login.h"

/* One end of the ssh connection: what tells two of them apart. */
struct session_origin {
	struct ip_addr from;
	uint16_t port;
};

/* The sessions' file, opened and checked: root's, of the account's group, for nobody else.
 * -1 and *err. */
int session_open(gid_t account_gid, struct error *err);

/* Takes the first free slot. 0; -1 with err->sys == EAGAIN when there is none. fd is then
 * the lock's. */
int session_lock(int fd, const struct peer *peer, const struct session_origin *origin,
		 struct session *out, struct error *err);

/*
 * The session that came by this connection or, failing that, the only one. -1 with err->sys
 * == ENOENT for none, EAGAIN for several.
 */
int session_find(int fd, const struct peer *peer, const struct session_origin *origin,
		 struct session *out, struct error *err);

/* Bit k set: slot k is in use. */
unsigned session_slots(int fd, const struct peer *peer);

#endif
