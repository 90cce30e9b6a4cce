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

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "policy/language/trusted.h"

/* In the child: where the program is kept while all else is closed. */
enum { PROGRAM_FD = 3, SIGNALLED = 128, STATUS_CANNOT = 126 };

struct run {
	/* the program, and what it writes to standard output and to standard error */
	int program, out, err;
	int64_t timeout_ms;
	/* NULL: this process's own */
	const struct user *user;
	char *const *environment;
};

/* Only what execve(2) keeps and the program could notice: the signals. */
static void reset_signals(void)
{
	sigset_t none;

	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		signal(signal_number, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

__attribute__((noreturn)) static void run_in_child(const struct run *run,
						   char *const argv[])
{
	const struct rlimit size = {RUN_OUTPUT_MAX, RUN_OUTPUT_MAX};
	const int null = open("/dev/null", O_RDONLY);

	reset_signals();
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(run->out, STDOUT_FILENO) < 0 ||
	    dup2(run->err, STDERR_FILENO) < 0)
		_exit(STATUS_CANNOT);
	if ((run->program != PROGRAM_FD && dup2(run->program, PROGRAM_FD) < 0) ||
	    descriptors_close(PROGRAM_FD + 1, UINT_MAX) != 0 ||
	    fcntl(PROGRAM_FD, F_SETFD, FD_CLOEXEC) != 0)
		_exit(STATUS_CANNOT);
	if (run->user != NULL && user_become(run->user) != 0)
		_exit(STATUS_CANNOT);
	/* An auditor's question must not be able to change anything that they could not. */
	if (setrlimit(RLIMIT_FSIZE, &size) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || chdir("/") != 0)
		_exit(STATUS_CANNOT);
	(void)syscall(SYS_execveat, PROGRAM_FD, "", argv, run->environment, AT_EMPTY_PATH);
	_exit(STATUS_CANNOT);
}

/* All that was written to the file in memory fd; NULL when it does not fit in memory, is
 * cut, or holds what no text does. */
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
static int wait_for_end(pid_t child, int64_t timeout_ms, int *status)
{
	const int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	const int ended =
	    pidfd < 0 ? -1 : deadline_wait(pidfd, monotonic_ms() + timeout_ms);

	if (pidfd >= 0)
		close(pidfd);
	/* What a user's program has started is in its session, and in its group. */
	if (ended != 1) {
		(void)kill(-child, SIGKILL);
		(void)kill(child, SIGKILL);
	}
	while (waitpid(child, status, 0) < 0 && errno == EINTR)
		;
	return ended == 1 ? 0 : -1;
}

static int run_and_wait(const struct run *run, char *const argv[],
			struct run_output *output, struct error *error)
{
	int status = 0;
	const pid_t child = fork();

	if (child == 0)
		run_in_child(run, argv);
	if (child < 0)
		return error_sys(error, errno, "cannot start %s", argv[0]);
	if (wait_for_end(child, run->timeout_ms, &status) != 0)
		return error_code(error, ETIMEDOUT, "%s did not end in time", argv[0]);
	output->status =
	    WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
	if (output->status == STATUS_CANNOT)
		return error_set(error, "cannot execute %s", argv[0]);
	output->out = take_text(run->out);
	output->err = take_text(run->err);
	if (output->out != NULL && output->err != NULL)
		return 0;
	run_free(output);
	return error_set(error, "%s answered what is no text", argv[0]);
}

/* run says how; the rest of it is filled here. */
static int run_so(struct run *run, char *const argv[], struct run_output *output,
		  struct error *error)
{
	static char *const no_environment[] = {NULL};
	int result = -1;

	*output = (struct run_output){0};
	if (run->environment == NULL)
		run->environment = no_environment;
	run->program = trusted_open_program(argv[0], error);
	run->out = memfd_create("out", MFD_CLOEXEC);
	run->err = memfd_create("err", MFD_CLOEXEC);
	if (run->program >= 0 && (run->out < 0 || run->err < 0))
		error_sys(error, errno, "cannot make a file in memory");
	else if (run->program >= 0)
		result = run_and_wait(run, argv, output, error);
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
	struct run run = {.timeout_ms = timeout_ms};

	return run_so(&run, argv, output, error);
}

int run_program(char *const argv[], struct run_output *output, struct error *error)
{
	return run_program_within(RUN_TIMEOUT_MS, argv, output, error);
}

int run_program_as(const struct user *user, char *const argv[], struct run_output *output,
		   struct error *error)
{
	char home[PATH_TEXT_MAX + 8], name[ACCOUNT_MAX_LEN + 8],
	    logname[ACCOUNT_MAX_LEN + 16];
	char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char *const environment[] = {home, name, logname, path, NULL};
	struct run run = {
	    .timeout_ms = RUN_TIMEOUT_MS, .user = user, .environment = environment};

	snprintf(home, sizeof home, "HOME=%s", user->home);
	snprintf(name, sizeof name, "USER=%s", user->name);
	snprintf(logname, sizeof logname, "LOGNAME=%s", user->name);
	return run_so(&run, argv, output, error);
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
