/* SPDX-License-Identifier: ISC */
/* The one-time key of an invitation: hands in the key of the profile over ssh. */
#ifndef SALLYPORT_LOCAL_IMPORT_HAND_IN_H
#define SALLYPORT_LOCAL_IMPORT_HAND_IN_H

#include "local/import_files.h"
#include "local/reporting.h"
#include "policy/language/key.h"

/*
 * After the profile and the key were made. 0 when the remote has the key, handed in now or
 * before; or -1 with *failure, and it can be tried again as long as the invitation lets it.
 */
int import_hand_in(const struct import *import, const struct public_key *key,
		   struct failure *failure);

#endif
