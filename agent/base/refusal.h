/* SPDX-License-Identifier: ISC */
/*
 * What a client is told when it is refused: stable words for a code, and an id for the log.
 */
#ifndef SALLYPORT_AGENT_BASE_REFUSAL_H
#define SALLYPORT_AGENT_BASE_REFUSAL_H

#include <stdbool.h>

#include "policy/language/exitcode.h"

/*
 * One line on standard error, by write(2) alone. A client that has gone cannot be told.
 * raw: the client's terminal has been made raw, and lines need a carriage return.
 */
void refusal_tell(enum exit_code code, const char *id, bool raw);
/* Of EXIT_POLICY, that policy has nothing on this peer: a mistake would be another's to
 * find. */
void refusal_tell_no_peer(const char *id, bool raw);
#define REFUSAL_NO_PEER "no file for this peer on this host"
/* Of EXIT_BUSY, that it is no use to wait for a session that only seems to be in use. */
void refusal_tell_answered(const char *id, bool raw);
#define REFUSAL_ANSWERED "busy: the clients of all sessions answer"

#endif
