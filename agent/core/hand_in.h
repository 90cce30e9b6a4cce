/* SPDX-License-Identifier: ISC */
/* What the agent passes on to the service that takes a key which was handed in
 * (`vpn-policy take-key`), and the answer: fixed sizes, nothing to parse. */
#ifndef SALLYPORT_AGENT_CORE_HAND_IN_H
#define SALLYPORT_AGENT_CORE_HAND_IN_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/language/key.h"
#include "policy/language/policy.h"
#include "policy/language/request.h"

struct hand_in {
	char peer[NAME_MAX_LEN + 1];
	/* of HAND_IN_KEY_TYPE */
	char key[HAND_IN_KEY_LEN + 1];
	/* of the one-time key that let it in */
	uint8_t used[KEY_DIGEST_SIZE];
};

/* One byte. */
enum hand_in_answer {
	HAND_IN_TAKEN,
	/* No key is awaited with that one-time key: it was used, or taken back. */
	HAND_IN_OVER,
	/* Its time has ended. */
	HAND_IN_LATE,
	/* The key is a peer's already, or the one-time key itself. */
	HAND_IN_KNOWN,
	/* Somebody changes the policy. */
	HAND_IN_BUSY,
	HAND_IN_NO_ROOM,
	/* The service's log says why. */
	HAND_IN_FAILED,
	HAND_IN_ANSWERS,
};

/* Whether it is a name and a key, each ended by a NUL. */
bool hand_in_is_sane(const struct hand_in *asked);

#endif
