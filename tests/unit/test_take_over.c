/* SPDX-License-Identifier: ISC */
/* Protects: a new login takes over a session of its own peer whose program gives it up, no
 * other, and never more sessions than there may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/take_over.h"
#include "tests/unit/session_fixture.h"

enum {
	LONG_MS = 60 * 1000,
	/* For those who wait in vain; nobody has to be done by then. */
	SHORT_MS = 300,
	/* For those who wait in vain beside some who do not. */
	MIDDLE_MS = 5000,
	LOGINS = 40,
	HOLDERS_MAX = 4
};

static char file[] = "/tmp/sallyport-take-over-XXXXXX";
static struct session session;
static struct error err;

/* What the program of a session does when it is challenged. */
enum holder { GIVES_UP, GIVES_UP_LATER, ANSWERS };

static pid_t holders[HOLDERS_MAX];
static unsigned held;

/* As each login does: a description of its own. */
static int open_own(void)
{
	const int fd = open(file, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		abort();
	return fd;
}

static sigset_t challenge_set(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, CHALLENGE_SIGNAL);
	return set;
}

__attribute__((noreturn)) static void run_holder(const struct peer *peer, enum holder kind,
						 bool promises, int ready)
{
	const sigset_t set = challenge_set();
	const int fd = open_own();
	int number;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 ||
	    session_lock(fd, peer, &here, &session, &err) != 0 ||
	    (promises && session_promise(peer, &session, &err) != 0) ||
	    write(ready, "r", 1) != 1)
		_exit(1);
	/* The first challenge comes when it has just heard from its client. */
	if (kind == GIVES_UP_LATER && sigwait(&set, &number) != 0)
		_exit(1);
	if (kind != ANSWERS && sigwait(&set, &number) == 0)
		_exit(0);
	for (;;)
		pause();
}

static pid_t hold(const struct peer *peer, enum holder kind, bool promises)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		run_holder(peer, kind, promises, ready[1]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	assert_true(held < HOLDERS_MAX);
	holders[held++] = pid;
	return pid;
}

static bool lives(pid_t pid)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == 0;
}

static int release_all(void **state)
{
	(void)state;
	while (held > 0) {
		kill(holders[--held], SIGKILL);
		waitpid(holders[held], NULL, 0);
	}
	return 0;
}

/*
 * Linked in place of the kernel's (ld --wrap): as before Linux 5.3; or, just before the
 * descriptor is made, the holder ends and another process gets its number.
 */
static bool old_kernel;
static pid_t successor;
int __real_pidfd_open(pid_t pid, unsigned flags);
int __wrap_pidfd_open(pid_t pid, unsigned flags);
int __wrap_pidfd_open(pid_t pid, unsigned flags)
{
	if (old_kernel) {
		errno = ENOSYS;
		return -1;
	}
	if (successor != 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		pid = successor;
	}
	return __real_pidfd_open(pid, flags);
}

/* Whether a challenge waits for that process, which takes none. */
static bool is_challenged(pid_t pid)
{
	char path[64], line[256];
	unsigned long long pending = 0;
	FILE *status;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	status = fopen(path, "re");
	assert_non_null(status);
	while (fgets(line, sizeof line, status) != NULL &&
	       sscanf(line, "ShdPnd: %llx", &pending) != 1)
		;
	fclose(status);
	return (pending >> (CHALLENGE_SIGNAL - 1) & 1) != 0;
}

/* The result, with the session's descriptor closed again. */
static int try_once(const struct peer *peer, int64_t wait_ms)
{
	const int fd = open_own();
	const int result = take_over_session(fd, peer, &here, wait_ms, &session, &err);

	close(fd);
	return result;
}

static void a_slot_tells_its_process_until_that_ends(void **state)
{
	const struct peer peer = peer_with("alice", 2), bob = peer_with("bob", 2);
	const pid_t pid = hold(&peer, ANSWERS, true);
	const int fd = open_own();

	(void)state;
	assert_int_equal(session_pid(fd, &peer, 0), pid);
	assert_true(session_heeds(fd, &peer, 0));
	assert_int_equal(session_pid(fd, &peer, 1), 0);
	assert_false(session_heeds(fd, &peer, 1));
	assert_int_equal(session_pid(fd, &bob, 0), 0);
	release_all(NULL);
	assert_int_equal(session_pid(fd, &peer, 0), 0);
	assert_false(session_heeds(fd, &peer, 0));
	close(fd);
}

static void a_session_that_gives_up_is_taken_over(void **state)
{
	const struct peer peer = peer_with("alice", 1);
	const pid_t pid = hold(&peer, GIVES_UP, true);
	const int64_t begin = monotonic_ms();

	(void)state;
	assert_int_equal(try_once(&peer, LONG_MS), 0);
	assert_string_equal(session.interface, "sp-alice");
	assert_false(lives(pid));
	assert_true(monotonic_ms() - begin < LONG_MS / 2);
}

static void one_that_was_alive_a_moment_ago_is_asked_again(void **state)
{
	const struct peer peer = peer_with("alice", 1);
	const pid_t pid = hold(&peer, GIVES_UP_LATER, true);

	(void)state;
	assert_int_equal(try_once(&peer, MIDDLE_MS), 0);
	assert_false(lives(pid));
}

static void one_that_answers_is_not(void **state)
{
	const struct peer peer = peer_with("alice", 1);
	const pid_t pid = hold(&peer, ANSWERS, true);

	(void)state;
	assert_int_equal(try_once(&peer, SHORT_MS), -1);
	assert_int_equal(err.sys, EBUSY);
	assert_string_equal(err.text,
			    "all 1 sessions of alice are in use by clients that answer");
	assert_true(lives(pid));
}

/* pppd, or a ppptun of before: nobody waits for it. */
static void one_that_does_not_know_challenges_is_left_alone(void **state)
{
	const struct peer peer = peer_with("alice", 1);
	const pid_t pid = hold(&peer, GIVES_UP, false);
	const int64_t begin = monotonic_ms();

	(void)state;
	assert_int_equal(try_once(&peer, LONG_MS), -1);
	assert_int_equal(err.sys, EAGAIN);
	assert_string_equal(err.text, "all 1 sessions of alice are in use");
	assert_true(lives(pid));
	assert_true(monotonic_ms() - begin < LONG_MS / 2);
}

/* It cannot say for certain whom a number means. */
static void on_an_old_kernel_nobody_is_challenged(void **state)
{
	const struct peer peer = peer_with("alice", 1);
	const pid_t pid = hold(&peer, GIVES_UP, true);
	const int64_t begin = monotonic_ms();

	(void)state;
	old_kernel = true;
	assert_int_equal(try_once(&peer, LONG_MS), -1);
	old_kernel = false;
	assert_int_equal(err.sys, EAGAIN);
	assert_string_equal(err.text, "all 1 sessions of alice are in use");
	assert_true(lives(pid));
	assert_true(monotonic_ms() - begin < LONG_MS / 2);
}

static void of_two_the_silent_one_ends(void **state)
{
	const struct peer peer = peer_with("alice", 2);
	const pid_t first = hold(&peer, ANSWERS, true),
		    second = hold(&peer, GIVES_UP, true);

	(void)state;
	assert_int_equal(try_once(&peer, LONG_MS), 0);
	assert_int_equal(session.slot, 1);
	assert_true(lives(first));
	assert_false(lives(second));
}

/* It is not said of clients that were not asked. */
static void one_that_answers_beside_one_that_is_not_asked(void **state)
{
	const struct peer peer = peer_with("alice", 2);

	(void)state;
	hold(&peer, ANSWERS, true);
	hold(&peer, ANSWERS, false);
	assert_int_equal(try_once(&peer, SHORT_MS), -1);
	assert_int_equal(err.sys, EAGAIN);
	assert_string_equal(err.text, "all 2 sessions of alice are in use");
}

static void another_peer_s_session_is_not_challenged(void **state)
{
	const struct peer alice = peer_with("alice", 1), bob = peer_with("bob", 1);
	const pid_t other = hold(&bob, GIVES_UP, true);

	(void)state;
	hold(&alice, ANSWERS, true);
	assert_int_equal(try_once(&alice, SHORT_MS), -1);
	assert_int_equal(err.sys, EBUSY);
	assert_true(lives(other));
}

static void who_got_the_number_of_one_that_ended_is_not_challenged(void **state)
{
	const struct peer alice = peer_with("alice", 1), bob = peer_with("bob", 1);
	const pid_t other = hold(&bob, ANSWERS, true);

	(void)state;
	hold(&alice, ANSWERS, true);
	successor = other;
	assert_int_equal(try_once(&alice, SHORT_MS), 0);
	successor = 0;
	assert_false(is_challenged(other));
	/* A control: it is seen of one that is. */
	held--;
	assert_int_equal(try_once(&bob, SHORT_MS), -1);
	assert_true(is_challenged(other));
}

/* A hook of pppd's may have inherited the lock: nobody with the number of the process that
 * ended is challenged. */
static void a_lock_that_outlives_its_process_is_no_address(void **state)
{
	const struct peer peer = peer_with("alice", 1);
	const int fd = open_own();
	int status;
	const pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(session_lock(fd, &peer, &here, &session, &err) != 0 ||
		      session_promise(&peer, &session, &err) != 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(try_once(&peer, LONG_MS), -1);
	assert_int_equal(err.sys, EAGAIN);
	close(fd);
}

/* As many logins as a peer likes, while the holders answer or give up: the exit status of
 * each is whether it has a session, which it keeps until gate is closed. */
static unsigned winners_of(const struct peer *peer, int64_t wait_ms)
{
	int gate[2], verdicts[2];
	pid_t logins[LOGINS];
	unsigned winners = 0;
	char verdict;

	assert_int_equal(pipe2(gate, O_CLOEXEC), 0);
	assert_int_equal(pipe2(verdicts, O_CLOEXEC), 0);
	for (size_t i = 0; i < LOGINS; i++) {
		logins[i] = fork();
		assert_true(logins[i] >= 0);
		if (logins[i] != 0)
			continue;
		close(gate[1]);
		verdict =
		    take_over_session(open_own(), peer, &here, wait_ms, &session, &err) == 0
			? 'y'
			: 'n';
		if (write(verdicts[1], &verdict, 1) == 1 && read(gate[0], &verdict, 1) >= 0)
			_exit(0);
		_exit(1);
	}
	for (size_t i = 0; i < LOGINS; i++) {
		assert_int_equal(read(verdicts[0], &verdict, 1), 1);
		winners += verdict == 'y';
	}
	for (size_t i = 0; i < 2; i++) {
		close(gate[i]);
		close(verdicts[i]);
	}
	for (size_t i = 0; i < LOGINS; i++)
		waitpid(logins[i], NULL, 0);
	return winners;
}

static void many_at_once_get_no_more_than_there_is(void **state)
{
	const struct peer one = peer_with("alice", 1), two = peer_with("bob", 2),
			  three = peer_with("carol", 3);

	(void)state;
	hold(&one, GIVES_UP, true);
	assert_int_equal(winners_of(&one, LONG_MS), 1);
	hold(&two, GIVES_UP, true);
	hold(&two, GIVES_UP, true);
	assert_int_equal(winners_of(&two, LONG_MS), 2);
	release_all(NULL);
	hold(&three, ANSWERS, true);
	hold(&three, GIVES_UP, true);
	hold(&three, ANSWERS, false);
	assert_int_equal(winners_of(&three, MIDDLE_MS), 1);
}

static int make_file(void **state)
{
	const int fd = mkstemp(file);

	(void)state;
	if (fd >= 0)
		close(fd);
	return fd < 0;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(file);
}

int main(void)
{
#define HELD(test) cmocka_unit_test_teardown(test, release_all)
	const struct CMUnitTest tests[] = {
	    HELD(a_slot_tells_its_process_until_that_ends),
	    HELD(a_session_that_gives_up_is_taken_over),
	    HELD(one_that_was_alive_a_moment_ago_is_asked_again),
	    HELD(one_that_answers_is_not),
	    HELD(one_that_does_not_know_challenges_is_left_alone),
	    HELD(on_an_old_kernel_nobody_is_challenged),
	    HELD(of_two_the_silent_one_ends),
	    HELD(one_that_answers_beside_one_that_is_not_asked),
	    HELD(another_peer_s_session_is_not_challenged),
	    HELD(who_got_the_number_of_one_that_ended_is_not_challenged),
	    HELD(a_lock_that_outlives_its_process_is_no_address),
	    HELD(many_at_once_get_no_more_than_there_is),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
