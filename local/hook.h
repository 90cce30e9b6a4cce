/* SPDX-License-Identifier: ISC */
/*
 * A program of the administrator's: Up or Down of a profile. No shell; the file that was
 * checked is the one that is executed, by its descriptor. What it prints goes to the log
 * by way of a reader of its own (reader.h).
 */
#ifndef SALLYPORT_LOCAL_HOOK_H
#define SALLYPORT_LOCAL_HOOK_H

#include <stdint.h>
#include <sys/types.h>

#include "local/hook_environment.h"
#include "local/process.h"
#include "local/reader.h"
#include "local/reporting.h"
#include "local/run_as.h"

enum {
	/* It ends by then, or is ended: SIGTERM to it and its process group, and SIGKILL.
	 */
	HOOK_TIMEOUT_MS = 30000,
	HOOK_GRACE_MS = 2000,
	HOOK_HOW_MAX = PROCESS_TEXT_MAX + 32,
};

/* For a program that somebody else could have written, or that is not there. */
#define HOOK_CURE                                                                          \
	"correct the path, or give the program, and every directory above it, to root or " \
	"to the user it runs as alone (HookAs)"

struct hook_call {
	enum hook_event event;
	const char *path;
	enum hook_as as;
	/* RunAs. The reader has the uid of the program, so that nobody else can end it. */
	const struct run_as *account;
	const struct words *env;
	const struct report *report;
};

struct hook {
	const struct hook_call *call;
	struct process process;
	struct reader reader;
	/* Readable when hook_has_ended() has something to look at. */
	int watch;
	/* CLOCK_MONOTONIC milliseconds. */
	int64_t deadline;
};

/*
 * Opens such a program, to be executed and no more: the caller's to close. It is a regular
 * file, and it and all that leads to it is root's, or, where it runs as the account, the
 * account's, and writable by nobody else. -1 with *err.
 */
int hook_open(const char *path, enum hook_as as, const struct run_as *account,
	      struct error *err);

/*
 * Whether the programs of Up and Down could be run now; say is called for each
 * that could not, with the line of its keyword. 0, or -1 when it was.
 */
int hooks_look(const struct profile *profile, const struct run_as *account,
	       void (*say)(void *to, unsigned line, const struct error *err), void *to);

/* ": " and the cure, when that is why it was not run; "" otherwise. */
const char *hook_cure(const struct error *err);

/* The program as a process that waits, so that it can be written down; *call and what it
 * points to are there until hook_end(), which is due either way. 0, or -1 with *err. */
int hook_spawn(struct hook *hook, const struct hook_call *call, struct error *err);
/* Lets it go on: 0 once it runs, or -1 with *err. */
int hook_release(struct hook *hook, struct error *err);
/* Logs what it has printed; true once it has ended. Never waits. */
bool hook_has_ended(struct hook *hook);
/* Waits for that until its deadline. */
void hook_wait(struct hook *hook);
/*
 * Ends it if it still runs, with its group. 0 when it had ended with exit status 0; -1 with
 * *err, which says how it ended. What has left its group is not looked for, and not waited
 * for.
 */
int hook_end(struct hook *hook, struct error *err);

/*
 * hook_down.c: runs Down if it is due by the journal of the profile of that name, and
 * writes down that it has run; dir is where that journal lies. What goes wrong is logged,
 * and Down has run all the same: another time would not be better.
 */
void hook_run_down(struct journal *journal, int dir, const struct report *report);

#endif
