/* SPDX-License-Identifier: ISC */
/* What a supervisor knows, for the files that it is made of: supervise.c, supervise_wait.c
 * and supervise_undo.c. */
#ifndef SALLYPORT_LOCAL_SUPERVISOR_H
#define SALLYPORT_LOCAL_SUPERVISOR_H

#include "local/changes.h"
#include "local/failover.h"
#include "local/hold.h"
#include "local/retry.h"
#include "local/tunnel.h"

struct supervisor {
	struct profile *profile;
	struct report *report;
	struct state *state;
	bool once;
	/* Looks at one link, which then ends; NULL: nobody. */
	const struct onlooker *onlooker;
	/* The first outcome has been told. */
	bool told;
	/* The service manager was told that the unit has started: who started it waits no
	 * more. */
	bool started;
	/* A run that died has left what it held back. */
	bool adopted;
	struct retry retry;
	struct failover failover;
	/* The last attempt ended after its link had been up for long enough. */
	bool was_good;
	struct changes changes;
	struct hold hold;
	/* SIGTERM and the like; SIGUSR2: the end, but it comes up again. 0: none. */
	int signal;
	/* Why the last attempt failed; text "": it did not. */
	struct failure last;
	time_t last_time;
};

enum attempt_end {
	/* Undone, for a reason that is not a failure. */
	ATTEMPT_AGAIN,
	ATTEMPT_FAILED,
	/* Ended by a signal, before it was up and after. */
	ATTEMPT_INTERRUPTED,
	ATTEMPT_ENDED,
	/* Something is left: nothing may be made on top of it. */
	ATTEMPT_STUCK,
};

/*
 * Until it is time to try again, pause in milliseconds; true then. A change of the network
 * shortens it. False with supervisor->signal, when one came that ends the waiting; SIGUSR1
 * is one that asks for a try.
 */
bool supervisor_wait(struct supervisor *supervisor, int signals, int64_t pause);
/* The same for the next attempt: how long the pause is depends on the last failure, which
 * is told and written down; is_new: it is not the one before it. */
bool supervisor_await_turn(struct supervisor *supervisor, bool is_new);

/* A journal of nothing but us, why the last attempt failed, and what is held back. */
int supervisor_begin_journal(const struct supervisor *supervisor, struct journal *out,
			     struct error *err);
/* Before anything else: from here on no packet for these networks leaves by another way.
 * False with supervisor->last, and with supervisor->signal if that came meanwhile. */
bool supervisor_hold_back(struct supervisor *supervisor);
/* Between two attempts: what somebody else took of it is put back. */
void supervisor_keep_held(struct supervisor *supervisor);
/* Says so when that ssh server cannot be reached because packets to it are held back. */
void supervisor_explain_held(const struct supervisor *supervisor, const char *host,
			     struct failure *failure);
/* Says how to get out where nothing is let out and no gateway can be reached. */
void supervisor_explain_closed(struct supervisor *supervisor);
/* Undoes an attempt, again and again if it has to; false when something is left, as it was
 * told to end meanwhile, or tries only once. */
bool supervisor_undo(struct supervisor *supervisor, struct tunnel *tunnel,
		     enum attempt_end outcome);
/* Whether packets stay held back at an end that nobody asked for. */
bool supervisor_keeps_held(const struct supervisor *supervisor, bool awaited);
/* At the end: lets go what is held back, and the run-time state with it. */
bool supervisor_clear(struct supervisor *supervisor);
/* The end, but packets stay held back until somebody says `up` or `down`. */
bool supervisor_leave_held(const struct supervisor *supervisor);

#endif
