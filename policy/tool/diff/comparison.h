/* SPDX-License-Identifier: ISC */
/* Between the files that compare two versions of a peer. */
#ifndef SALLYPORT_POLICY_TOOL_DIFF_COMPARISON_H
#define SALLYPORT_POLICY_TOOL_DIFF_COMPARISON_H

#include "policy/tool/diff/effect.h"

/* What one comparison needs at hand; the peers' sets are sorted on the way. */
struct comparison {
	struct effects *out;
	const struct side *old_side, *new_side;
	struct kept_peer *old, *new;
	const char *name;
};

/* Whether what belongs to a verb counts in either version: not without an Allow for it. A
 * peer that may use the verb in neither is compared as well, in other words. */
struct uses {
	bool old, new, dormant;
};

static inline struct uses uses_of(const struct comparison *c, enum verb verb)
{
	const bool old = (c->old->allow & 1u << verb) != 0,
		   new = (c->new->allow & 1u << verb) != 0, dormant = !old && !new;

	return (struct uses){old || dormant, new || dormant, dormant};
}

/* compare_networks.c: From; then Route, Offer and Reach. */
void compare_from(const struct comparison *c);
void compare_networks(const struct comparison *c);

/* compare_names.c */
void compare_offered_names(const struct comparison *c);

#endif
