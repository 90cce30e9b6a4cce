/* SPDX-License-Identifier: ISC */
#include "local/process.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "agent/confine/missing.h"

/* What SIGKILL needs at most: the kernel finishing a system call. */
enum { KILL_GRACE_MS = 5000, STAT_MAX = 1024 };

/* <linux/pidfd.h>, since Linux 6.9; an older kernel says EINVAL. */
enum { SIGNAL_GROUP = 1 << 2 };

int proc_stat_parse(const char *text, struct proc_stat *out)
{
	/* The name in parentheses may hold anything, also parentheses: start after the
	 * last. */
	const char *after = strrchr(text, ')');
	int session;

	if (after == NULL)
		return -1;
	/* Fields 3 to 22: state ppid pgrp session … starttime. */
	if (sscanf(after + 1,
		   " %c %*d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
		   "%*d %*d"
		   " %" SCNu64,
		   &out->state, &session, &out->start) != 3)
		return -1;
	out->session = session;
	return 0;
}

int proc_stat_read(pid_t pid, struct proc_stat *out)
{
	char path[32], text[STAT_MAX];

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	return descriptors_read_text(path, text, sizeof text) < 0
		   ? -1
		   : proc_stat_parse(text, out);
}

int process_open(pid_t pid, uint64_t start, struct process *out, struct error *err)
{
	struct proc_stat now;

	*out = PROCESS_NONE;
	/* The descriptor first: what is compared afterwards is then the process it stands
	 * for. */
	out->pidfd = pidfd_open(pid, 0);
	if (out->pidfd < 0)
		return error_sys(err, errno, "no process %d", (int)pid);
	if (proc_stat_read(pid, &now) != 0 || now.start != start) {
		process_close(out);
		return error_code(err, ESRCH, "process %d is another one", (int)pid);
	}
	out->pid = pid;
	out->start = start;
	/* Learned while it is there: later the number may be another group's. */
	out->leader = getpgid(pid) == pid && getpgid(0) != pid;
	return 0;
}

int process_adopt(struct process *process, struct error *err)
{
	struct proc_stat stat;

	process->pidfd = pidfd_open(process->pid, 0);
	if (process->pidfd >= 0 && proc_stat_read(process->pid, &stat) == 0) {
		process->start = stat.start;
		return 0;
	}
	return missing_call(errno, "pidfd_open", "cannot keep hold of a child process",
			    err);
}

bool process_reap(struct process *process)
{
	siginfo_t info = {0};

	if (process->pidfd < 0 || process->reaped)
		return true;
	if (deadline_wait(process->pidfd, 0) != 1)
		return false;
	/*
	 * ECHILD: its parent is another process, and only that one learns the status. If
	 * si_pid is 0 it has ended too, but its tracer has not collected it yet and may
	 * never do so: the status stays unknown, as this function never waits.
	 */
	if (waitid(P_PIDFD, (id_t)process->pidfd, &info, WEXITED | WNOHANG) == 0 &&
	    info.si_pid != 0) {
		process->code = info.si_code;
		process->status = info.si_status;
	}
	process->reaped = true;
	return true;
}

bool process_wait(struct process *process, int64_t deadline)
{
	if (process->pidfd < 0 || process->reaped)
		return true;
	return deadline_wait(process->pidfd, deadline) == 1 && process_reap(process);
}

int process_signal(const struct process *process, int signal)
{
	return pidfd_send_signal(process->pidfd, signal, NULL, 0);
}

int process_queue(const struct process *process, int signal, int value)
{
	siginfo_t info = {.si_signo = signal, .si_code = SI_QUEUE};

	info.si_value.sival_int = value;
	return pidfd_send_signal(process->pidfd, signal, &info, 0);
}

/* To all of the group that it leads, or to it alone. */
static void send_signal(const struct process *process, int signal)
{
	if (process->leader &&
	    pidfd_send_signal(process->pidfd, signal, NULL, SIGNAL_GROUP) != 0 &&
	    errno == EINVAL && deadline_wait(process->pidfd, 0) != 1)
		kill(-process->pid, signal);
	pidfd_send_signal(process->pidfd, signal, NULL, 0);
}

void process_stop(struct process *process, int grace_ms)
{
	if (process_reap(process))
		return;
	send_signal(process, SIGTERM);
	/* A stopped process would not even see it. */
	send_signal(process, SIGCONT);
	if (process_wait(process, monotonic_ms() + grace_ms))
		return;
	send_signal(process, SIGKILL);
	process_wait(process, monotonic_ms() + KILL_GRACE_MS);
}

void process_close(struct process *process)
{
	const int fds[] = {process->pidfd, process->gate, process->failure};

	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*process = PROCESS_NONE;
}

const char *process_print(const struct process *process, char *buf)
{
	if (process->code == CLD_EXITED)
		snprintf(buf, PROCESS_TEXT_MAX, "exit status %d", process->status);
	else if (process->code == CLD_KILLED || process->code == CLD_DUMPED)
		snprintf(buf, PROCESS_TEXT_MAX, "signal %d", process->status);
	else
		snprintf(buf, PROCESS_TEXT_MAX, "unknown status");
	return buf;
}

int process_exit_status(const struct process *process)
{
	return process->code == CLD_EXITED ? process->status : -1;
}
