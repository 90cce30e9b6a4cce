/* SPDX-License-Identifier: ISC */
/*
 * Whose links these are, and where their files lie: decided here, once. Root's are in
 * /etc/sallyport and /run/sallyport. An ordinary user's own are in the user's home and
 * XDG_RUNTIME_DIR, and everything is done with that user's rights alone. Root never looks
 * at a user's places, whatever the environment says.
 */
#ifndef SALLYPORT_LOCAL_PLACE_H
#define SALLYPORT_LOCAL_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "policy/language/error.h"
#include "policy/language/profile.h"

struct place {
	/* The user's own. */
	bool own;
	/* Whom the run-time state belongs to. */
	uid_t owner;
	/* Of profiles; of the run-time state, and of that of links in it. */
	const char *profiles, *run, *links;
};

/* Root's, until place_take_own(). */
const struct place *place(void);

enum place_found {
	PLACE_NOT_OWN,
	PLACE_OWN,
	/* It is the user's, but the places are not as they must be. */
	PLACE_UNUSABLE,
};

/*
 * For a process that is not root: whether the user has a profile or a link of that name, or
 * any (NULL). Then place() is the user's from here on. PLACE_UNUSABLE with *err.
 */
enum place_found place_find_own(const char *name, struct error *err);
/* Root's again. */
void place_take_root(void);

/* profile_load() from there. A user's own profile must be the user's, and is refused if it
 * asks for what only root can do. 0, or -1 with *err. */
int place_load_profile(const char *name, struct profile *out, struct error *err);

#endif
