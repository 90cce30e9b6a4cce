/* SPDX-License-Identifier: ISC */
/*
 * What a client is told when it is refused: stable words for a code, and an id for the log.
 */
#ifndef SALLYPORT_AGENT_BASE_REFUSAL_H
#define SALLYPORT_AGENT_BASE_REFUSAL_H

#include <stdbool.h>

#include "policy/language/exitcode.h"

/* What the code means; the reason is for the log alone. */
const char *refusal_words(enum exit_code code);
/* In place of them, that policy has nothing on this peer: a mistake would be another's to
 * find. */
#define REFUSAL_NO_PEER "no file for this peer on this host"

/* Of a key that was to be handed in: why it was not. */
#define REFUSAL_HAND_IN_DENIED	   "denied: the one-time key was used, taken back or has ended"
#define REFUSAL_HAND_IN_KNOWN	   "this key is a peer's already"
#define REFUSAL_HAND_IN_BUSY	   "the policy there is being changed: try again"
#define REFUSAL_HAND_IN_NO_ROOM	   "no room on a disk there"
#define REFUSAL_HAND_IN_NO_SERVICE "no key can be handed in there: the service does not run"

/*
 * One line on standard error, by write(2) alone. A client that has gone cannot be told.
 * raw: the client's terminal has been made raw, and lines need a carriage return.
 */
/* Of EXIT_BUSY, that it is no use to wait for a session that only seems to be in use. */
#define REFUSAL_ANSWERED "busy: the clients of all sessions answer"
void refusal_tell(const char *words, const char *id, bool raw);

#endif
