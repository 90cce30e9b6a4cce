/* SPDX-License-Identifier: ISC */
/* Children: they wait at their gate, start from nothing, and end when they must. */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/process.h"
#include "unit.h"

enum { DEADLINE_MS = 10000 };

static struct error err;

static void run_shell(const void *arg, struct error *out)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): execve(2) takes no const */
	char *const argv[] = {"sh", "-c", (char *)(uintptr_t)arg, NULL};
	char *const envp[] = {NULL};

	execve("/bin/sh", argv, envp);
	error_sys(out, errno, "cannot execute sh");
}

static void run_nothing(const void *arg, struct error *out)
{
	(void)arg;
	error_set(out, "on purpose");
}

static struct process spawn(const char *script, int out)
{
	const struct spawn what = {.in = -1,
				   .out = out,
				   .err = -1,
				   .session = true,
				   .execute = run_shell,
				   .arg = script};
	struct process process;

	assert_int_equal(0, process_spawn(&what, &process, &err));
	return process;
}

static int64_t soon(void)
{
	return monotonic_ms() + DEADLINE_MS;
}

/* A process without rights cannot read when it began where /proc hides that. */
static void one_that_is_passing_is_held_without_proc(void **state)
{
	const struct spawn what = {.in = -1,
				   .out = -1,
				   .err = -1,
				   .passing = true,
				   .execute = run_shell,
				   .arg = "exit 7"};
	struct process process;

	(void)state;
	assert_int_equal(0, process_spawn(&what, &process, &err));
	assert_int_equal(0, process.start);
	assert_int_equal(0, process_release(&process, soon(), &err));
	assert_true(process_wait(&process, soon()));
	assert_int_equal(7, process_exit_status(&process));
	process_close(&process);
}

/* What is written down before the gate opens is still undone: nothing has run. */
static void waits_at_the_gate(void **state)
{
	int fds[2];
	struct process process;
	char byte;

	(void)state;
	assert_int_equal(0, pipe2(fds, O_CLOEXEC));
	process = spawn("echo x; exit 7", fds[1]);
	assert_false(process_reap(&process));
	assert_int_equal(0, fcntl(fds[0], F_SETFL, O_NONBLOCK));
	assert_int_equal(-1, read(fds[0], &byte, 1));
	assert_int_equal(0, process_release(&process, soon(), &err));
	assert_true(process_wait(&process, soon()));
	assert_int_equal(7, process_exit_status(&process));
	assert_int_equal(1, read(fds[0], &byte, 1));
	assert_int_equal('x', byte);
	process_close(&process);
	close(fds[0]);
	close(fds[1]);
}

static void ends_when_nobody_opens_the_gate(void **state)
{
	struct process process = spawn("exit 7", -1);

	(void)state;
	close(process.gate);
	process.gate = -1;
	assert_true(process_wait(&process, soon()));
	assert_int_not_equal(7, process_exit_status(&process));
	process_close(&process);
}

static void tells_why_a_child_did_not_start(void **state)
{
	const struct spawn what = {.in = -1, .out = -1, .err = -1, .execute = run_nothing};
	struct process process;

	(void)state;
	assert_int_equal(0, process_spawn(&what, &process, &err));
	assert_int_equal(-1, process_release(&process, soon(), &err));
	assert_string_equal("on purpose", err.text);
	assert_int_equal(-1, process.pidfd);
}

static void gives_a_child_nothing_but_three_descriptors(void **state)
{
	static const char expected[] = "0\n1\n2\nSigBlk:\t0000000000000000\nSigIgn:\t";
	/* 32 and 33 are the C library's own: whatever make(1) spawns is given them ignored.
	 */
	const unsigned long long libc_signals = 3ULL << 31;
	unsigned long long ignored;
	char text[256] = "";
	int fds[2], spare;
	struct process process;
	sigset_t mask;

	(void)state;
	assert_int_equal(0, pipe2(fds, O_CLOEXEC));
	/* Ours, without close-on-exec, and a signal that is blocked and ignored here. */
	spare = open("/dev/null", O_RDONLY);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGUSR2, SIG_IGN);
	process = spawn("for fd in /proc/self/fd/*; do [ -e $fd ] && echo ${fd##*/}; done;"
			"grep -E '^Sig(Blk|Ign)' /proc/self/status",
			fds[1]);
	assert_int_equal(0, process_release(&process, soon(), &err));
	assert_true(process_wait(&process, soon()));
	close(fds[1]);
	assert_true(deadline_read(fds[0], text, sizeof(text) - 1, soon()) > 0);
	assert_memory_equal(expected, text, sizeof(expected) - 1);
	ignored = strtoull(text + sizeof(expected) - 1, NULL, 16);
	assert_int_equal(0, ignored & ~libc_signals);
	sigprocmask(SIG_UNBLOCK, &mask, NULL);
	signal(SIGUSR2, SIG_DFL);
	close(spare);
	close(fds[0]);
	process_close(&process);
}

static long session_keyring(void)
{
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
}

static void tell_keyring(const void *arg, struct error *out)
{
	const long id = session_keyring();

	(void)arg;
	(void)out;
	_exit(write(STDOUT_FILENO, &id, sizeof(id)) == sizeof(id) ? 0 : 1);
}

static void gives_a_child_no_key(void **state)
{
	struct spawn what = {.in = -1, .err = -1, .execute = tell_keyring};
	struct process process;
	long ours, its = 0;
	int fds[2];

	(void)state;
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0)
		skip();
	ours = session_keyring();
	assert_int_equal(0, pipe2(fds, O_CLOEXEC));
	what.out = fds[1];
	assert_int_equal(0, process_spawn(&what, &process, &err));
	assert_int_equal(0, process_release(&process, soon(), &err));
	assert_int_equal(sizeof(its), deadline_read(fds[0], &its, sizeof(its), soon()));
	assert_true(ours > 0 && its > 0);
	assert_int_not_equal(ours, its);
	process_stop(&process, DEADLINE_MS);
	process_close(&process);
	close(fds[0]);
	close(fds[1]);
}

static void ends_a_child_that_will_not(void **state)
{
	int fds[2];
	char byte;
	struct process process;

	(void)state;
	assert_int_equal(0, pipe2(fds, O_CLOEXEC));
	process = spawn("trap '' TERM; echo x; while :; do read -r line </dev/zero; done",
			fds[1]);
	assert_int_equal(0, process_release(&process, soon(), &err));
	assert_int_equal(1, read(fds[0], &byte, 1));
	process_stop(&process, 50);
	assert_true(process.reaped);
	assert_int_equal(CLD_KILLED, process.code);
	assert_int_equal(SIGKILL, process.status);
	process_close(&process);
	close(fds[0]);
	close(fds[1]);
}

/* The group: ssh's proxy must not outlive it. And a stopped child is woken to see its
 * signal. */
static void ends_the_group_of_a_child(void **state)
{
	int fds[2];
	char byte;
	struct process process;

	(void)state;
	assert_int_equal(0, pipe2(fds, O_CLOEXEC));
	process = spawn("tail -f /dev/null & echo x; wait", fds[1]);
	close(fds[1]);
	assert_int_equal(0, process_release(&process, soon(), &err));
	assert_int_equal(1, read(fds[0], &byte, 1));
	assert_int_equal(1, read(fds[0], &byte, 1));
	assert_int_equal(0, kill(process.pid, SIGSTOP));
	process_stop(&process, DEADLINE_MS);
	assert_int_equal(SIGTERM, process.status);
	/* Its grandchild held the pipe, too. */
	assert_int_equal(0, deadline_read(fds[0], &byte, 1, soon()));
	process_close(&process);
	close(fds[0]);
}

static void a_signal_can_have_a_value(void **state)
{
	const struct timespec limit = {.tv_sec = DEADLINE_MS / 1000};
	struct process self = {.pidfd = pidfd_open(getpid(), 0)};
	siginfo_t info;
	sigset_t set;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	assert_int_equal(0, sigprocmask(SIG_BLOCK, &set, NULL));
	assert_int_equal(0, process_queue(&self, SIGURG, 1500));
	assert_int_equal(SIGURG, sigtimedwait(&set, &info, &limit));
	assert_int_equal(SI_QUEUE, info.si_code);
	assert_int_equal(1500, info.si_value.sival_int);
	close(self.pidfd);
}

/* Traces it, kills it, and leaves it uncollected until told to end. */
static _Noreturn void trace_and_kill(pid_t pid, int ready, int stop)
{
	char byte;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0 || kill(pid, SIGKILL) != 0 ||
	    write(ready, "x", 1) != 1)
		_exit(1);
	_exit(read(stop, &byte, 1) == 0 ? 0 : 1);
}

/* A user may trace his own processes: that must not make us wait for him. */
static void waits_for_no_tracer(void **state)
{
	struct process process = spawn("echo x; exec tail -f /dev/null", -1);
	int ready[2], stop[2], status;
	char byte;
	pid_t tracer;

	(void)state;
	assert_int_equal(0, process_release(&process, soon(), &err));
	assert_int_equal(0, pipe2(ready, O_CLOEXEC));
	assert_int_equal(0, pipe2(stop, O_CLOEXEC));
	tracer = fork();
	if (tracer == 0) {
		close(stop[1]);
		trace_and_kill(process.pid, ready[1], stop[0]);
	}
	close(ready[1]);
	close(stop[0]);
	assert_int_equal(1, read(ready[0], &byte, 1));
	/* What would otherwise be a test that never ends. */
	alarm(DEADLINE_MS / 1000);
	assert_true(process_wait(&process, soon()));
	process_stop(&process, 0);
	alarm(0);
	assert_int_equal(-1, process_exit_status(&process));
	process_close(&process);
	close(stop[1]);
	assert_int_equal(tracer, waitpid(tracer, &status, 0));
	assert_int_equal(0, status);
	close(ready[0]);
}

/* As `down` does with what a supervisor that died has left. */
static void ends_the_group_of_a_stranger(void **state)
{
	struct process process, stranger;
	int fds[2];
	char byte;

	(void)state;
	assert_int_equal(0, pipe2(fds, O_CLOEXEC));
	process = spawn("tail -f /dev/null & echo x; wait", fds[1]);
	close(fds[1]);
	assert_int_equal(0, process_release(&process, soon(), &err));
	assert_int_equal(1, read(fds[0], &byte, 1));
	assert_int_equal(1, read(fds[0], &byte, 1));
	assert_int_equal(0, process_open(process.pid, process.start, &stranger, &err));
	assert_true(stranger.leader);
	process_stop(&stranger, DEADLINE_MS);
	process_close(&stranger);
	assert_int_equal(0, deadline_read(fds[0], &byte, 1, soon()));
	process_close(&process);
	close(fds[0]);
}

static void knows_a_process_by_its_start(void **state)
{
	struct process process = spawn("exit 0", -1), again;

	(void)state;
	assert_int_equal(0, process_open(process.pid, process.start, &again, &err));
	process_close(&again);
	assert_int_equal(-1, process_open(process.pid, process.start + 1, &again, &err));
	assert_int_equal(ESRCH, err.sys);
	assert_int_equal(0, process_release(&process, soon(), &err));
	assert_true(process_wait(&process, soon()));
	assert_int_equal(-1, process_open(process.pid, process.start, &again, &err));
	assert_int_equal(ESRCH, err.sys);
	process_close(&process);
}

static void dies_with_its_parent(void **state)
{
	int fds[2];
	char byte;
	pid_t parent;

	(void)state;
	assert_int_equal(0, pipe2(fds, O_CLOEXEC));
	parent = fork();
	if (parent == 0) {
		struct process process = spawn("echo x; exec tail -f /dev/null", fds[1]);

		process_release(&process, soon(), &err);
		raise(SIGKILL);
	}
	close(fds[1]);
	assert_int_equal(parent, waitpid(parent, NULL, 0));
	/* At most what it said, and then the end: nobody holds the pipe any more. */
	while (deadline_read(fds[0], &byte, 1, soon()) == 1)
		;
	assert_int_equal(0, deadline_read(fds[0], &byte, 1, soon()));
	close(fds[0]);
}

/* A side that writes on and on is read once after the deadline, and no more. */
static void a_deadline_holds_while_bytes_come(void **state)
{
	static char much[32 * 1024 * 1024];
	int fds[2];
	pid_t child;

	(void)state;
	assert_int_equal(0, pipe(fds));
	child = fork();
	if (child == 0) {
		close(fds[0]);
		while (write(fds[1], much, sizeof(much)) > 0)
			;
		_exit(0);
	}
	close(fds[1]);
	assert_int_equal(1, deadline_wait(fds[0], monotonic_ms() + 10000));
	assert_int_equal(-1, deadline_read(fds[0], much, sizeof(much), monotonic_ms()));
	assert_int_equal(ETIMEDOUT, errno);
	close(fds[0]);
	kill(child, SIGKILL);
	assert_int_equal(child, waitpid(child, NULL, 0));
}

static void reads_stat_files_of_any_name(void **state)
{
	struct proc_stat stat;

	(void)state;
	assert_int_equal(
	    0, proc_stat_parse("7 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 "
			       "17 18 4711 20\n",
			       &stat));
	assert_int_equal('S', stat.state);
	assert_int_equal(3, stat.session);
	assert_int_equal(4711, stat.start);
	assert_int_equal(-1, proc_stat_parse("7 (a) S 1 2", &stat));
	assert_int_equal(-1, proc_stat_parse("", &stat));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(waits_at_the_gate),
	    cmocka_unit_test(one_that_is_passing_is_held_without_proc),
	    cmocka_unit_test(ends_when_nobody_opens_the_gate),
	    cmocka_unit_test(tells_why_a_child_did_not_start),
	    cmocka_unit_test(gives_a_child_nothing_but_three_descriptors),
	    cmocka_unit_test(gives_a_child_no_key),
	    cmocka_unit_test(ends_a_child_that_will_not),
	    cmocka_unit_test(ends_the_group_of_a_child),
	    cmocka_unit_test(a_signal_can_have_a_value),
	    cmocka_unit_test(waits_for_no_tracer),
	    cmocka_unit_test(ends_the_group_of_a_stranger),
	    cmocka_unit_test(knows_a_process_by_its_start),
	    cmocka_unit_test(dies_with_its_parent),
	    cmocka_unit_test(a_deadline_holds_while_bytes_come),
	    cmocka_unit_test(reads_stat_files_of_any_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
