/* SPDX-License-Identifier: ISC */
/* Protects: the limit of sessions per peer, and that a session ends with its last process.
 */
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
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/session_fixture.h"

static char file[] = "/tmp/sallyport-session-XXXXXX";
static const struct session_origin there = {.from = {AF_INET, {198, 51, 100, 7}},
					    .port = 4001};

/* As each login does: a description of its own. */
static int open_own(void)
{
	const int fd = open(file, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void one_more_than_the_limit_is_refused(void **state)
{
	const struct peer peer = peer_with("alice", 2);
	struct error err = {0};
	struct session session;
	const int a = open_own(), b = open_own(), c = open_own();

	(void)state;
	assert_int_equal(session_lock(a, &peer, &here, &session, &err), 0);
	assert_string_equal(session.interface, "sp-alice");
	assert_int_equal(session_lock(b, &peer, &there, &session, &err), 0);
	assert_string_equal(session.interface, "sp-alice.1");
	assert_int_equal(session_lock(c, &peer, &here, &session, &err), -1);
	assert_int_equal(err.sys, EAGAIN);
	close(a);
	assert_int_equal(session_lock(c, &peer, &here, &session, &err), 0);
	assert_int_equal(session.slot, 0);
	close(b);
	close(c);
}

static void peers_do_not_take_each_others_slots(void **state)
{
	const struct peer alice = peer_with("alice", 1), bob = peer_with("bob", 1);
	struct error err = {0};
	struct session session;
	const int a = open_own(), b = open_own();

	(void)state;
	assert_int_equal(session_lock(a, &alice, &here, &session, &err), 0);
	assert_int_equal(session_lock(b, &bob, &here, &session, &err), 0);
	close(a);
	close(b);
}

static void killed_process_frees_its_slot_and_only_with_its_last_holder(void **state)
{
	const struct peer peer = peer_with("alice", 1);
	struct error err = {0};
	struct session session;
	const int a = open_own(), b = open_own();
	pid_t child;

	(void)state;
	assert_int_equal(session_lock(a, &peer, &here, &session, &err), 0);
	/* handed on over execve(2) */
	assert_int_equal(fcntl(a, F_GETFD), 0);
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	close(a);
	assert_int_equal(session_slots(b, &peer), 1);
	assert_int_equal(session_lock(b, &peer, &here, &session, &err), -1);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(session_slots(b, &peer), 0);
	assert_int_equal(session_lock(b, &peer, &here, &session, &err), 0);
	close(b);
}

static void sshroute_finds_the_session_of_its_connection(void **state)
{
	const struct peer peer = peer_with("alice", 2);
	struct error err = {0};
	struct session session;
	const int a = open_own(), b = open_own(), c = open_own();

	(void)state;
	assert_int_equal(session_find(c, &peer, &here, &session, &err), -1);
	assert_int_equal(err.sys, ENOENT);
	assert_int_equal(session_lock(a, &peer, &here, &session, &err), 0);
	/* another connection, but there is only one session: the HOWTO's second login */
	assert_int_equal(session_find(c, &peer, &there, &session, &err), 0);
	assert_int_equal(session.slot, 0);
	assert_int_equal(session_lock(b, &peer, &there, &session, &err), 0);
	assert_int_equal(session_find(c, &peer, &there, &session, &err), 0);
	assert_int_equal(session.slot, 1);
	const struct session_origin elsewhere = {.from = here.from, .port = 5};
	assert_int_equal(session_find(c, &peer, &elsewhere, &session, &err), -1);
	assert_int_equal(err.sys, EAGAIN);
	/* A sentence of its own, and no errno behind it. */
	assert_string_equal(err.text,
			    "alice has several sessions, but none by this connection");
	close(a);
	close(b);
	close(c);
}

static int make_file(void **state)
{
	(void)state;
	const int fd = mkstemp(file);

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
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_more_than_the_limit_is_refused),
	    cmocka_unit_test(peers_do_not_take_each_others_slots),
	    cmocka_unit_test(killed_process_frees_its_slot_and_only_with_its_last_holder),
	    cmocka_unit_test(sshroute_finds_the_session_of_its_connection),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
