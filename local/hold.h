/* SPDX-License-Identifier: ISC */
/*
 * What is held back: while the link is away, packets to the networks behind it must not
 * leave by another way. Each network has a route that leads nowhere, at a metric that the
 * link's own route beats, from before the first attempt until the supervisor is told to
 * end; unless the profile says Fallback yes.
 */
#ifndef SALLYPORT_LOCAL_HOLD_H
#define SALLYPORT_LOCAL_HOLD_H

#include "local/guard.h"
#include "local/journal.h"
#include "local/reporting.h"
#include "policy/language/profile.h"

/* Zeroed: nothing. */
struct hold {
	/* Metric 0: it is not chosen yet. The IPv4 ones come first. */
	struct held_route routes[JOURNAL_HELD_MAX];
	struct hold_use {
		bool wanted;
		/* By what the remote offered when the link was up the last time, and not by
		 * the profile. */
		bool offered;
	} uses[JOURNAL_HELD_MAX];
	size_t count;
	/* How often something was put back: of somebody who means it, the log has ever
	 * fewer. */
	unsigned repairs;
	/* A default route, and the packet filter. */
	struct guard guard;
};

enum { HOLD_ENTRIES_MAX = JOURNAL_HELD_MAX + GUARD_ENTRIES_MAX };

/* What a run that died has left is kept until the link is up: only then it is known what is
 * accepted. */
void hold_adopt(struct hold *hold, const struct journal *left);
/* What the profile wants from now on. hold_settle() does it. */
void hold_plan(struct hold *hold, const struct profile *profile);
/* The link is up with these routes, those of line 0 offered by the remote. */
void hold_plan_up(struct hold *hold, const struct profile *profile,
		  const struct prefix_line *routes, size_t count);
/*
 * Makes what is wanted and missing, each written down first, and lets go what is not wanted
 * any more. What this host has no address family for is left out. 0, or -1 with *err.
 */
int hold_settle(struct hold *hold, struct journal *journal, const struct report *report,
		struct error *err);
bool hold_is_empty(const struct hold *hold);
/* The entries of a new journal, for what is there; returns how many. */
size_t hold_entries(const struct hold *hold, struct journal_entry out[HOLD_ENTRIES_MAX]);
/* The network that holds back packets to the host, when that is an address; or NULL. */
const struct ip_prefix *hold_covers(const struct hold *hold, const char *host);

#endif
