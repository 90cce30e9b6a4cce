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
	/* ssh says goodbye too, and on a line that is silent waits for it to be sent. The
	 * kernel ends the connection either way. */
	UNDO_SSH_GRACE_MS = 1000,
};

/*
 * With the lock held. Down, if it is due, is run once: the journal then says so, on disk
 * too. Goes on after a failure and logs it. 0, after which the journal's file may go; or -1
 * when something is left, which *err names.
 */
int undo_all(struct journal *journal, const struct state *state,
	     const struct report *report, struct error *err);
/* The same but for what is held back, which outlives an attempt. */
int undo_attempt(struct journal *journal, const struct state *state,
		 const struct report *report, struct error *err);

/*
 * What is undone of an entry of that kind, for a person; NULL: nothing of its own, as it
 * changed nothing, or goes with another one.
 */
const char *undo_describe(enum journal_kind kind);

#endif
