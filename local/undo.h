/* SPDX-License-Identifier: ISC */
/* Taking back what a journal tells, last thing first. */
#ifndef SALLYPORT_LOCAL_UNDO_H
#define SALLYPORT_LOCAL_UNDO_H

#include "local/journal.h"
#include "local/reporting.h"
#include "local/state.h"

enum {
	/* A PPP program tells its peer that it ends (RFC 1661 5.5) before it does. */
	UNDO_GRACE_MS = 5000,
};

/*
 * With the lock held. Goes on after a failure and logs it. 0, after which the journal's
 * file may go; or -1 when something is left, which *err names.
 */
int undo_all(const struct journal *journal, const struct state *state,
	     const struct report *report, struct error *err);
/* The same but for what is held back, which outlives an attempt. */
int undo_attempt(const struct journal *journal, const struct state *state,
		 const struct report *report, struct error *err);

#endif
