/* SPDX-License-Identifier: ISC */
#include "agent/base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "policy/language/exitcode.h"

int child_end_with_parent(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return -1;
	/* It may have ended before. */
	errno = ESRCH;
	return getppid() == parent ? 0 : -1;
}

int child_start(struct child *child, void (*work)(const void *arg, int answer),
		const void *arg)
{
	const pid_t self = getpid();
	int ends[2], why;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	child->answer = ends[0];
	child->pid = fork();
	if (child->pid == 0) {
		if (close(ends[0]) == 0 && child_end_with_parent(self) == 0)
			work(arg, ends[1]);
		_exit(EXIT_SYSTEM);
	}
	why = errno;
	close(ends[1]);
	if (child->pid > 0)
		return 0;
	close(ends[0]);
	errno = why;
	return -1;
}

static int reap(const struct child *child)
{
	int status = -1;

	close(child->answer);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

int child_kill(const struct child *child)
{
	kill(child->pid, SIGKILL);
	return reap(child);
}

int child_finish(const struct child *child, int64_t deadline)
{
	char more;
	const bool ended = deadline_read(child->answer, &more, sizeof more, deadline) == 0;
	const int status = ended ? reap(child) : child_kill(child);

	return ended && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void set_all(void (*handler)(int))
{
	const struct sigaction action = {.sa_handler = handler};

	/* SIGKILL, SIGSTOP and the C library's own cannot be changed, and need not be. */
	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &action, NULL);
}

/* What is ignored takes away what waits behind a block (sigaction(2), POSIX 2.4.3). */
void signals_discard(void)
{
	set_all(SIG_IGN);
}

int signals_default(void)
{
	sigset_t none;

	set_all(SIG_DFL);
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}
