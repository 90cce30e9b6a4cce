/* SPDX-License-Identifier: ISC */
/* The key of an invitation, with which its peer hands in its own. */
#ifndef SALLYPORT_POLICY_TOOL_PEERS_ONE_TIME_KEY_H
#define SALLYPORT_POLICY_TOOL_PEERS_ONE_TIME_KEY_H

#include "policy/language/error.h"
#include "policy/language/key.h"
#include "policy/language/value.h"

struct one_time_key {
	struct public_key key;
	/* the private half: what ssh-keygen's file has between its first and its last line,
	 * as one word */
	char secret[SECRET_TEXT_MAX];
};

/* By ssh-keygen, in a directory of its own in memory, which is gone afterwards. 0, or -1
 * with *err. */
int one_time_key_make(struct one_time_key *out, struct error *err);

#endif
