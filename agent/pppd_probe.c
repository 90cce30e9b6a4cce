/* SPDX-License-Identifier: ISC */
#include "agent/pppd_version.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/deadline.h"
#include "policy/descriptors.h"

enum { VERSION_TIMEOUT_MS = 2000, VERSION_TEXT_MAX = 256 };

__attribute__((noreturn)) static void run_in_child(const struct plan *plan,
						   const struct account *account, int out)
{
	static char option[] = "--version";
	const struct confine confine = {
	    .profile = CONFINE_PPPD,
	    .uid = account->uid,
	    .gid = account->gid,
	    .target_fd = plan->fd,
	};
	struct plan version = *plan;
	struct confine_report report;
	struct policy_error err;

	version.words.argv[1] = option;
	version.words.argv[2] = NULL;
	/* In case the agent is gone already. */
	alarm(VERSION_TIMEOUT_MS / 1000 + 1);
	/* Nothing of the session's, nor of the client's; and whatever ends the agent ends
	 * it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
	    dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0 ||
	    descriptors_close(STDERR_FILENO + 1, CONFINE_EXEC_FD - 1) != 0 ||
	    close(STDIN_FILENO) != 0 || open("/dev/null", O_RDONLY) != STDIN_FILENO ||
	    confine_apply(&confine, &report, &err) != 0)
		_exit(EXIT_SYSTEM);
	plan_execute(&version);
	_exit(EXIT_SYSTEM);
}

bool pppd_runs_without_root(const struct plan *plan, const struct account *account)
{
	char text[VERSION_TEXT_MAX] = "";
	int pipe_fd[2];
	pid_t child;

	if (pipe2(pipe_fd, O_CLOEXEC) != 0)
		return false;
	child = fork();
	if (child == 0)
		run_in_child(plan, account, pipe_fd[1]);
	close(pipe_fd[1]);
	if (child > 0) {
		/* text is all zero: whatever comes is terminated. */
		deadline_read(pipe_fd[0], text, sizeof text - 1,
			      monotonic_ms() + VERSION_TIMEOUT_MS);
		kill(child, SIGKILL);
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(pipe_fd[0]);
	return pppd_version_suffices(text);
}
