/* SPDX-License-Identifier: ISC */
#include "agent/core/hand_in.h"

#include <string.h>

bool hand_in_is_sane(const struct hand_in *asked)
{
	struct public_key key;

	return memchr(asked->peer, '\0', sizeof asked->peer) != NULL &&
	       memchr(asked->key, '\0', sizeof asked->key) != NULL &&
	       policy_name_valid(asked->peer) &&
	       key_parse(HAND_IN_KEY_TYPE, asked->key, &key, NULL) == 0;
}
