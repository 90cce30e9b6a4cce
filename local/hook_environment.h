/* SPDX-License-Identifier: ISC */
/* What the programs of Up and Down are told. Pure. */
#ifndef SALLYPORT_LOCAL_HOOK_ENVIRONMENT_H
#define SALLYPORT_LOCAL_HOOK_ENVIRONMENT_H

#include "agent/base/text.h"
#include "local/journal.h"

enum hook_event { HOOK_UP, HOOK_DOWN };

/* "Up", "Down": the keyword. */
const char *hook_keyword(enum hook_event event);

/*
 * The whole environment, from the link that the journal tells of: each value is a name that
 * the profile's language allows, or printed from an address; "" for what the link has not.
 * name is the profile's. 0, or -1 with *err.
 */
int hook_environment(enum hook_event event, const char *name, const struct journal *journal,
		     struct words *out, struct error *err);

#endif
