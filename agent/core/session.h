/* SPDX-License-Identifier: ISC */
/*
 * Which sessions of a peer run, told by locks alone: byte ranges of one empty file, held by
 * open file description (fcntl(2), F_OFD_SETLK), so that they end with the last process of
 * the session and nothing has to be cleaned up. Each (peer, slot) is a byte at an offset
 * that its name hashes to; a second byte stands for the ssh connection that the session
 * came by, a third, in a range of its own, for the process, and a fourth says that this
 * heeds a challenge.
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

/* Takes the first free slot for this process. 0; -1 with err->sys == EAGAIN when there is
 * none. fd is then the lock's. */
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

/* Where the byte of the sessions' file is that is locked while the slot is in use. */
off_t session_offset(const struct peer *peer, unsigned slot);

/* The process that took the slot, which is the program's that it became. 0: none, or it
 * does not say (yet). Whoever may open the file can lock any byte: root has to ask the
 * kernel as well before it does anything to that process. */
pid_t session_pid(int fd, const struct peer *peer, unsigned slot);

/* Says of a session that session_lock() took that its program heeds a challenge
 * (agent/take_over.h). 0, or -1 with *err. And whether the one that has the slot does. */
int session_promise(const struct peer *peer, const struct session *session,
		    struct error *err);
bool session_heeds(int fd, const struct peer *peer, unsigned slot);

#endif
