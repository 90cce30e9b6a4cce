/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/child.h"
#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "policy/language/trusted.h"

/* In the child: where the program is kept while all else is closed. */
enum { PROGRAM_FD = 3, SIGNALLED = 128, STATUS_CANNOT = 126 };

struct run {
	/* the program, what it reads (-1: nothing), and what it writes to standard output
	 * and to standard error */
	int program, in, out, err;
	int64_t timeout_ms;
	/* NULL: this process's own */
	const struct user *user;
	char *const *argv, *const *environment;
};

static void run_in_child(const void *arg, int answer)
{
	const struct run *run = arg;
	const struct rlimit size = {RUN_OUTPUT_MAX, RUN_OUTPUT_MAX};
	const pid_t parent = getppid();

	/* The files and the exit status are the answer. */
	(void)answer;
	/* execve(2) keeps ignored and blocked signals: the program gets the defaults. */
	if (signals_default() != 0 ||
	    descriptors_standard(run->in, run->out, run->err) != 0)
		_exit(STATUS_CANNOT);
	if ((run->program != PROGRAM_FD && dup2(run->program, PROGRAM_FD) < 0) ||
	    descriptors_close(PROGRAM_FD + 1, UINT_MAX) != 0 ||
	    fcntl(PROGRAM_FD, F_SETFD, FD_CLOEXEC) != 0)
		_exit(STATUS_CANNOT);
	if (run->user != NULL && user_become(run->user) != 0)
		_exit(STATUS_CANNOT);
	/* What the program may do: no more than the auditor, and no large files. */
	if (setrlimit(RLIMIT_FSIZE, &size) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    child_end_with_parent(parent) != 0 || chdir("/") != 0)
		_exit(STATUS_CANNOT);
	syscall(SYS_execveat, PROGRAM_FD, "", run->argv, run->environment, AT_EMPTY_PATH);
	_exit(STATUS_CANNOT);
}

/* All that was written to fd, a file in memory; NULL when memory ran out, when it was cut,
 * or when it has a NUL byte. */
static char *take_text(int fd)
{
	const off_t size = lseek(fd, 0, SEEK_END);
	char *text = size < 0 || size >= RUN_OUTPUT_MAX ? NULL : malloc((size_t)size + 1);
	off_t got = 0;

	while (text != NULL && got < size) {
		const ssize_t n = pread(fd, text + got, (size_t)(size - got), got);

		if (n <= 0)
			break;
		got += n;
	}
	if (text == NULL)
		return NULL;
	text[got] = '\0';
	if (got == size && strlen(text) == (size_t)size)
		return text;
	free(text);
	return NULL;
}

/* Waits for the child's end, or ends it. 0, or -1 when it was too late. */
static int wait_for_end(const struct child *child, int64_t timeout_ms, int *status)
{
	const int pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
	const int ended =
	    pidfd < 0 ? -1 : deadline_wait(pidfd, monotonic_ms() + timeout_ms);

	if (pidfd >= 0)
		close(pidfd);
	/* Programs that a user's has started are in its process group, and must not stay
	 * behind. Until it is reaped no other group has the number. */
	kill(-child->pid, SIGKILL);
	*status = child_kill(child);
	return ended == 1 ? 0 : -1;
}

static int run_and_wait(const struct run *run, struct run_output *output,
			struct error *error)
{
	struct child child;
	int status;

	if (child_start(&child, run_in_child, run) != 0)
		return error_sys(error, errno, "cannot start %s", run->argv[0]);
	if (wait_for_end(&child, run->timeout_ms, &status) != 0)
		return error_code(error, ETIMEDOUT, "%s did not end in time", run->argv[0]);
	output->status =
	    WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
	if (output->status == STATUS_CANNOT)
		return error_set(error, "cannot execute %s", run->argv[0]);
	output->out = take_text(run->out);
	output->err = take_text(run->err);
	if (output->out != NULL && output->err != NULL)
		return 0;
	run_free(output);
	return error_set(error, "%s printed what is not text, or too much of it",
			 run->argv[0]);
}

/* The caller fills run, except for the descriptors. */
static int run_so(struct run *run, struct run_output *output, struct error *error)
{
	static char *const no_environment[] = {NULL};
	int result = -1;

	*output = (struct run_output){0};
	if (run->environment == NULL)
		run->environment = no_environment;
	run->program = trusted_open_program(run->argv[0], error);
	run->out = memfd_create("out", MFD_CLOEXEC);
	run->err = memfd_create("err", MFD_CLOEXEC);
	if (run->program >= 0 && (run->out < 0 || run->err < 0))
		error_sys(error, errno, "cannot make a file in memory");
	else if (run->program >= 0)
		result = run_and_wait(run, output, error);
	if (run->program >= 0)
		close(run->program);
	if (run->out >= 0)
		close(run->out);
	if (run->err >= 0)
		close(run->err);
	return result;
}

int run_program_within(int64_t timeout_ms, char *const argv[], struct run_output *output,
		       struct error *error)
{
	struct run run = {.in = -1, .timeout_ms = timeout_ms, .argv = argv};

	return run_so(&run, output, error);
}

int run_program(char *const argv[], struct run_output *output, struct error *error)
{
	return run_program_within(RUN_TIMEOUT_MS, argv, output, error);
}

int run_program_on(const char *input, char *const argv[], struct run_output *output,
		   struct error *error)
{
	struct run run = {.in = memfd_create("in", MFD_CLOEXEC),
			  .timeout_ms = RUN_TIMEOUT_MS,
			  .argv = argv};
	int result;

	if (run.in < 0 || descriptors_write(run.in, input, strlen(input)) != 0 ||
	    lseek(run.in, 0, SEEK_SET) != 0)
		result = error_sys(error, errno, "cannot make a file in memory");
	else
		result = run_so(&run, output, error);
	if (run.in >= 0)
		close(run.in);
	return result;
}

int run_program_as(const struct user *user, int64_t deadline, char *const argv[],
		   struct run_output *output, struct error *error)
{
	const int64_t left = deadline - monotonic_ms();
	char home[PATH_TEXT_MAX + 8], name[ACCOUNT_MAX_LEN + 8],
	    logname[ACCOUNT_MAX_LEN + 16];
	char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char *const environment[] = {home, name, logname, path, NULL};
	struct run run = {.in = -1,
			  .timeout_ms = left < RUN_TIMEOUT_MS ? left : RUN_TIMEOUT_MS,
			  .user = user,
			  .argv = argv,
			  .environment = environment};

	*output = (struct run_output){0};
	if (left <= 0)
		return error_code(error, ETIMEDOUT, "there was no time left for %s",
				  argv[0]);
	snprintf(home, sizeof home, "HOME=%s", user->home);
	snprintf(name, sizeof name, "USER=%s", user->name);
	snprintf(logname, sizeof logname, "LOGNAME=%s", user->name);
	return run_so(&run, output, error);
}

void run_free(struct run_output *output)
{
	free(output->out);
	free(output->err);
	*output = (struct run_output){0};
}

const char *run_first_line(const char *text, char *line, size_t size)
{
	snprintf(line, size, "%.*s", (int)strcspn(text, "\r\n"), text);
	return line;
}
