/* SPDX-License-Identifier: ISC */
/* What keeps a link: one process a profile, which tries until it is told to end. */
#ifndef SALLYPORT_LOCAL_SUPERVISE_H
#define SALLYPORT_LOCAL_SUPERVISE_H

#include <stdbool.h>

#include "local/reporting.h"
#include "local/state.h"
#include "policy/language/profile.h"

/*
 * With the lock held. Brings the link up, watches it, undoes it when it ends, and tries
 * again unless only a person can mend what failed (retry.h); once: one attempt, and the end
 * of the link is the end. The profile is read again when SIGUSR1 comes. Reports when the
 * link is up or has failed for the first time. Returns the exit code when it has been told
 * to end, or gives up: EXIT_LEFT when something could not be undone, whatever failed
 * before.
 */
enum exit_code supervise(struct profile *profile, bool once, struct report *report,
			 struct state *state);

/*
 * The same for one link of one attempt, which goes down again as soon as the onlooker has
 * looked at it. Nothing is left of it but what could not be undone: EXIT_LEFT.
 */
struct onlooker;
enum exit_code supervise_look(struct profile *profile, const struct onlooker *onlooker,
			      struct report *report, struct state *state);

#endif
