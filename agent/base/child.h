/* SPDX-License-Identifier: ISC */
/* A child that does one thing for this process, answers through a pipe, and is gone by a
 * deadline. Its work confines it. */
#ifndef SALLYPORT_AGENT_BASE_CHILD_H
#define SALLYPORT_AGENT_BASE_CHILD_H

#include <stdint.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	/* Where its answer is read; it closes when the child ends. */
	int answer;
};

/*
 * Forks. The child gets SIGKILL when this process ends, and runs work, which does not
 * return; answer is the pipe's other end, close-on-exec. 0, or -1 with errno and no child.
 */
int child_start(struct child *child, void (*work)(const void *arg, int answer),
		const void *arg);
/*
 * Waits until the child closes the pipe without another byte, and kills it if it has not by
 * the deadline; then until it has ended. Its exit status, or -1 when it was killed.
 */
int child_finish(const struct child *child, int64_t deadline);
/* Kills it, and waits until it has ended. The status of waitpid(2), as it is if it had
 * ended before. */
int child_kill(const struct child *child);

/* SIGKILL when that parent ends, or -1 when it has. The kernel forgets it when ids change:
 * a child that changes them calls it again. 0, or -1 with errno. */
int child_end_with_parent(pid_t parent);
/* Ignores every signal, so that none that came before is pending. */
void signals_discard(void);
/*
 * Default action for every signal, and none blocked. What came while it was blocked acts
 * now: a child that was told to end before it got here ends. 0, or -1 with errno.
 */
int signals_default(void);

#endif
