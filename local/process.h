/* SPDX-License-Identifier: ISC */
/* Child processes, known by a descriptor instead of a number that the kernel gives out
 * again. */
#ifndef SALLYPORT_LOCAL_PROCESS_H
#define SALLYPORT_LOCAL_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "policy/language/error.h"

enum { PROCESS_TEXT_MAX = 64 };

struct process {
	pid_t pid;
	/* Readable once the process has ended; -1: there is none. */
	int pidfd;
	/* Field 22 of /proc/PID/stat: with the pid it names one process of this boot; 0:
	 * not known, of one that is passing. */
	uint64_t start;
	/* Leads a group of its own, which process_stop() ends with it. */
	bool leader;
	/* Between process_spawn() and process_release(), otherwise -1. */
	int gate, failure;
	/* Set by process_reap(): how it ended, as in siginfo_t. */
	bool reaped;
	int code, status;
};

#define PROCESS_NONE ((struct process){.pidfd = -1, .gate = -1, .failure = -1})

/* What is to run. */
struct spawn {
	/* Become 0, 1 and 2; -1: /dev/null. */
	int in, out, err;
	/* A session of its own: no terminal, and a group that can be ended as a whole. */
	bool session;
	/* Nobody writes it down: its start stays 0. A process that has become RunAs cannot
	 * read that where /proc hides what a user may not trace (hidepid, ProtectProc). */
	bool passing;
	/* Runs in the child, executes the program, and returns only on failure. */
	void (*execute)(const void *arg, struct error *err);
	const void *arg;
};

/*
 * Forks a child that does nothing yet, so that its pid can be written down first. Default
 * signals, no descriptor of ours but the three, an empty session keyring; it gets SIGTERM
 * when this process dies. 0, or -1 with *err and no child.
 */
int process_spawn(const struct spawn *spawn, struct process *out, struct error *err);
/* Lets it go on, and waits until the program runs: 0, or -1 with *err and the child gone.
 */
int process_release(struct process *process, int64_t deadline, struct error *err);

/*
 * Spawns a child without input, reads what it writes to its standard output until size
 * bytes or the end, and ends it. How many bytes, or -1 with *err: err->sys is ETIMEDOUT
 * when it was not ready by the deadline. A child that cannot even be killed is left behind.
 */
ssize_t process_ask(void (*execute)(const void *arg, struct error *err), const void *arg,
		    void *buf, size_t size, int64_t deadline, struct error *err);
/* How long is waited: until the deadline, or until that descriptor is readable; -1: none.
 */
struct patience {
	int64_t deadline;
	int unless;
};
/* err->sys is EINTR when the descriptor was readable before the answer. */
ssize_t process_ask_unless(void (*execute)(const void *arg, struct error *err),
			   const void *arg, void *buf, size_t size,
			   const struct patience *patience, struct error *err);

/*
 * In a child: SIGTERM when its parent dies. The kernel forgets this when ids change
 * (PR_SET_PDEATHSIG(2const)), so a child that changes them calls it again.
 */
int process_die_with(pid_t parent, struct error *err);

/*
 * A process that need not be a child, if it is still the one that started then. 0; or -1,
 * with err->sys == ESRCH when it is gone.
 */
int process_open(pid_t pid, uint64_t start, struct process *out, struct error *err);

/* Takes hold of a child just forked, whose pid is set. 0, or -1 with *err. */
int process_adopt(struct process *process, struct error *err);

/* /proc/PID/stat: proc(5). */
struct proc_stat {
	/* R, S, D; T: stopped by a signal; Z, X: ended. */
	char state;
	pid_t session;
	/* Clock ticks from boot. */
	uint64_t start;
};

/* 0, or -1 when the text is not that of a stat file. */
int proc_stat_parse(const char *text, struct proc_stat *out);
/* 0, or -1 when there is no such process. */
int proc_stat_read(pid_t pid, struct proc_stat *out);

/*
 * True once it has ended; never waits. Takes the exit status of a child, which stays
 * unknown when another process traces it.
 */
bool process_reap(struct process *process);
/* As process_reap(), waiting until the deadline. */
bool process_wait(struct process *process, int64_t deadline);

/* 0, or -1 when it has ended. */
int process_signal(const struct process *process, int signal);
/* The same, with a value that goes with it (sigqueue(3)). */
int process_queue(const struct process *process, int signal, int value);

/*
 * SIGTERM, to its whole group if it leads one; SIGKILL when it has not ended after
 * grace_ms. Does nothing for PROCESS_NONE. The descriptor stays open: process_close().
 */
void process_stop(struct process *process, int grace_ms);
void process_close(struct process *process);

/* "exit status 1", "signal 15"; buf has PROCESS_TEXT_MAX bytes. Returns buf. */
const char *process_print(const struct process *process, char *buf);

/* The exit status, or -1 when it did not exit by itself or its parent is another. */
int process_exit_status(const struct process *process);

#endif
