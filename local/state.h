/* SPDX-License-Identifier: ISC */
/*
 * Run-time state of a profile, PATH_CONNECT_DIR/NAME: the lock (whoever holds it changes
 * the link), the journal, and control/, which belongs to RunAs and holds ssh's socket.
 */
#ifndef SALLYPORT_LOCAL_STATE_H
#define SALLYPORT_LOCAL_STATE_H

#include <stdbool.h>

#include "local/reporting.h"
#include "local/run_as.h"
#include "policy/language/error.h"

enum { STATE_PATH_MAX = 160 };

struct state {
	char path[STATE_PATH_MAX];
	/* -1: not there. */
	int dir;
	/* -1: not held. */
	int lock;
};

/* The NAME in its path. */
const char *state_name(const struct state *state);
/* PATH_CONNECT_DIR/NAME into out->path. 0, or -1 with *err. */
int state_path(const char *name, struct state *out, struct error *err);
/*
 * Opens the directory. create: makes it if it is missing; otherwise a missing one is -1
 * with err->sys == ENOENT. The caller ends with state_close().
 */
int state_open(const char *name, bool create, struct state *out, struct error *err);
/* Never waits: -1 with err->sys == EWOULDBLOCK when another holds it. */
int state_lock(struct state *state, struct error *err);
/* Opens with create, and locks; survives a predecessor that is just removing it. */
int state_acquire(const char *name, struct state *out, struct error *err);

/*
 * The directory for ssh's control socket, the account's alone. What the account has put
 * there goes with it; a directory that cannot be emptied is renamed aside, which is logged
 * and no failure: RunAs must not be able to stop this host's links. Then its path.
 */
int state_make_control(const struct state *state, const struct run_as *account,
		       const struct report *report, struct error *err);
int state_remove_control(const struct state *state, const struct report *report,
			 struct error *err);
/* Something has been made in it: ssh listens there once it is logged in. */
bool state_control_used(const struct state *state);
int state_control_path(const struct state *state, char *buf, unsigned long size,
		       struct error *err);

/* With the lock held: lock and directory are removed, and the lock is free. */
void state_remove(struct state *state);
/* Frees the lock, if it is held, and leaves the files. */
void state_close(struct state *state);

#endif
