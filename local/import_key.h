/* SPDX-License-Identifier: ISC */
/* The key of an imported profile: the account's own, which no other program than its
 * ssh-keygen(1) makes and reads. */
#ifndef SALLYPORT_LOCAL_IMPORT_KEY_H
#define SALLYPORT_LOCAL_IMPORT_KEY_H

#include "local/run_as.h"
#include "policy/language/key.h"

/* For all that ssh-keygen is asked to do. */
enum { IMPORT_KEY_MS = 30000 };

/*
 * The public half of the private key at path, which is made, as the account, unless it is
 * there; comment has to be printable. 0, or -1 with *err.
 */
int import_key(const struct run_as *account, const char *path, const char *comment,
	       struct public_key *out, struct error *err);

#endif
