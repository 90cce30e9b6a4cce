/* SPDX-License-Identifier: ISC */
/* Starting a child in two steps: it exists, then it runs. */
#include "local/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/child.h"
#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "agent/confine/missing.h"
#include "policy/language/exitcode.h"

/* For a child that has answered to exit by itself. */
enum { ANSWERED_GRACE_MS = 1000 };

static void close_pair(int fds[2])
{
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int set_descriptors(const struct spawn *spawn)
{
	if (descriptors_standard(spawn->in, spawn->out, spawn->err) != 0)
		return -1;
	/* Not closed at once: the gate and the pipe for failures are among them. */
	return descriptors_close_on_exec(STDERR_FILENO + 1, UINT_MAX);
}

/* A process in root's session keyring possesses root's keys, whatever its ids are. */
static int leave_keyring(void)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0)
		return 0;
	/* A kernel without keys has none to lend. */
	return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
}

/* False when the parent died instead: then nothing was written down, and nothing may run.
 */
static bool pass_gate(int gate)
{
	char byte;

	return descriptors_read(gate, &byte, 1) == 1;
}

int process_die_with(pid_t parent, struct error *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
		return error_sys(err, errno, "cannot ask for a signal");
	/* It may have died before. */
	return getppid() == parent ? 0 : error_set(err, "the parent is gone");
}

__attribute__((noreturn)) static void run_child(const struct spawn *spawn, pid_t parent,
						int gate, int failure)
{
	struct error err = {.text = "the program did not start"};

	/* Handlers and ignored signals survive fork, ignored ones exec as well (signal(7)).
	 */
	if (signals_default() != 0 || process_die_with(parent, &err) != 0)
		_exit(EXIT_SYSTEM);
	if (set_descriptors(spawn) != 0 || (spawn->session && setsid() < 0))
		missing_call(errno, "close_range, dup2, setsid",
			     "cannot prepare a child process", &err);
	else if (leave_keyring() != 0)
		missing_call(errno, "keyctl", "cannot leave root's session keyring", &err);
	else if (!pass_gate(gate))
		_exit(EXIT_SYSTEM);
	else
		spawn->execute(spawn->arg, &err);
	(void)descriptors_write(failure, &err, sizeof err);
	_exit(EXIT_SYSTEM);
}

static int take_hold(const struct spawn *spawn, struct process *process, struct error *err)
{
	if (!spawn->passing)
		return process_adopt(process, err);
	process->pidfd = pidfd_open(process->pid, 0);
	return process->pidfd >= 0
		   ? 0
		   : missing_call(errno, "pidfd_open",
				  "cannot keep hold of a child process", err);
}

int process_spawn(const struct spawn *spawn, struct process *out, struct error *err)
{
	int gate[2] = {-1, -1}, failure[2] = {-1, -1};
	const pid_t parent = getpid();

	*out = PROCESS_NONE;
	if (pipe2(gate, O_CLOEXEC) != 0 || pipe2(failure, O_CLOEXEC) != 0)
		goto fail;
	out->pid = fork();
	if (out->pid < 0)
		goto fail;
	if (out->pid == 0) {
		close(gate[1]);
		close(failure[0]);
		run_child(spawn, parent, gate[0], failure[1]);
	}
	close(gate[0]);
	close(failure[1]);
	out->leader = spawn->session;
	out->gate = gate[1];
	out->failure = failure[0];
	if (take_hold(spawn, out, err) == 0)
		return 0;
	/* With its gate closed unopened the child ends by itself. */
	close(out->gate);
	waitpid(out->pid, NULL, 0);
	out->gate = -1;
	process_close(out);
	return -1;
fail:
	error_sys(err, errno, "cannot start a process");
	close_pair(gate);
	close_pair(failure);
	*out = PROCESS_NONE;
	return -1;
}

int process_release(struct process *process, int64_t deadline, struct error *err)
{
	const bool released = write(process->gate, "", 1) == 1;
	const int why = errno;
	struct error failure;
	/* A child that has failed before it was let go has left its reason as well. */
	const ssize_t got =
	    deadline_read(process->failure, &failure, sizeof failure, deadline);
	const int sys = released ? errno : why;

	close(process->gate);
	close(process->failure);
	process->gate = process->failure = -1;
	/* A successful exec closes the pipe without writing to it. */
	if (released && got == 0)
		return 0;
	if (got == sizeof failure)
		*err = failure;
	else
		error_sys(err, sys, "a child process did not start");
	process_stop(process, 0);
	process_close(process);
	return -1;
}

/* 0 when there is an answer to read, or none in time; -1 with *err when it is given up. */
static int await_answer(int fd, const struct patience *patience, struct error *err)
{
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN},
			       {.fd = patience->unless, .events = POLLIN}};
	int64_t left;

	while ((left = patience->deadline - monotonic_ms()) > 0) {
		const int count = poll(fds, 2, left > INT_MAX ? INT_MAX : (int)left);

		if (count > 0)
			return fds[0].revents != 0
				   ? 0
				   : error_code(err, EINTR, "a child process was given up");
		if (count < 0 && errno != EINTR)
			break;
	}
	return 0;
}

ssize_t process_ask_unless(void (*execute)(const void *arg, struct error *err),
			   const void *arg, void *buf, size_t size,
			   const struct patience *patience, struct error *err)
{
	const int64_t deadline = patience->deadline;
	struct process child;
	ssize_t got = -1;
	int64_t grace;
	int fds[2], spawned;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return error_sys(err, errno, "cannot make a pipe");
	const struct spawn spawn = {.in = -1,
				    .out = fds[1],
				    .err = -1,
				    .passing = true,
				    .execute = execute,
				    .arg = arg};

	spawned = process_spawn(&spawn, &child, err);
	close(fds[1]);
	if (spawned == 0 && process_release(&child, deadline, err) == 0 &&
	    await_answer(fds[0], patience, err) == 0) {
		got = deadline_read(fds[0], buf, size, deadline);
		if (got < 0)
			error_sys(err, errno, "a child process did not answer");
		grace = monotonic_ms() + ANSWERED_GRACE_MS;
		if (got >= 0)
			process_wait(&child, grace < deadline ? grace : deadline);
	}
	/* What it has started ends with it, if it has made a group of these. */
	child.leader = spawned == 0 && getpgid(child.pid) == child.pid;
	process_stop(&child, 0);
	process_close(&child);
	close(fds[0]);
	return got;
}

ssize_t process_ask(void (*execute)(const void *arg, struct error *err), const void *arg,
		    void *buf, size_t size, int64_t deadline, struct error *err)
{
	return process_ask_unless(execute, arg, buf, size, &(struct patience){deadline, -1},
				  err);
}
