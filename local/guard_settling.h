/* SPDX-License-Identifier: ISC */
/* What guard_settle() works with: for guard.c and guard_filter.c. */
#ifndef SALLYPORT_LOCAL_GUARD_SETTLING_H
#define SALLYPORT_LOCAL_GUARD_SETTLING_H

#include "local/guard.h"

struct guarding {
	struct guard *guard;
	struct netlink *netlink;
	struct journal *journal;
	const struct report *report;
	/* Something was missing, or in the way. */
	bool mended;
};

/* To the log, ever less often; what: "the rules were". */
void guard_tell_repair(const struct guarding *guarding, const char *what);
/* Makes the table, mends it or lets it go. 0, or -1 with *err. */
int guard_settle_filter(struct guarding *guarding, struct error *err);

#endif
