/* SPDX-License-Identifier: ISC */
/*
 * What becomes of a profile before its remote has answered: check and --dry-run go by it.
 * What the remote decides is told apart by asking twice, with two remotes that differ in
 * all that is theirs: what comes out the same is settled by the profile. Pure.
 */
#ifndef SALLYPORT_LOCAL_FORESIGHT_H
#define SALLYPORT_LOCAL_FORESIGHT_H

#include "local/choose.h"

enum { FORESIGHTS = 2 };

/*
 * What one of these remotes would answer. Its addresses are the profile's where it has
 * some; otherwise they are of the families that the profile routes. It offers what the
 * profile accepts by name.
 */
void foresee_ready(const struct profile *profile, unsigned which, struct ready *out);
/* The addresses and the size that are chosen then. 0, or -1 with *failure. */
int foresee_addresses(const struct profile *profile, unsigned which, struct choice *out,
		      struct failure *failure);
/* Whether the remote names the addresses of that family. */
bool foresee_told(const struct profile *profile, sa_family_t family);

#endif
