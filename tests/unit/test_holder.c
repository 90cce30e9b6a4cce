/* SPDX-License-Identifier: ISC */
/* Protects: root signals only a process that shares a session's lock, whatever the account
 * says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/tool/peers/holder.h"

enum { AT = 1 << 30 };

static char file[] = "/tmp/sallyport-holder-XXXXXX";

static int open_own(void)
{
	const int fd = open(file, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static int lock(off_t at, off_t len)
{
	struct flock whole = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = len};
	const int fd = open_own();

	assert_int_equal(fcntl(fd, F_OFD_SETLK, &whole), 0);
	return fd;
}

/* One that has what is open now, but for without unless that is -1. */
static pid_t child_without(int without)
{
	const pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (without >= 0)
			close(without);
		(void)kill(getpid(), SIGSTOP);
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, WUNTRACED), child);
	return child;
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void who_shares_the_lock_is_the_holder(void **state)
{
	const int held = lock(AT, 1), own = open_own();
	const pid_t child = child_without(-1), other = child_without(held);

	(void)state;
	assert_true(holder_is(getpid(), own, AT, geteuid()));
	assert_true(holder_is(child, own, AT, geteuid()));
	/* It has the file open, and by no descriptor of the lock's. */
	assert_false(holder_is(other, own, AT, geteuid()));
	end(child);
	end(other);
	close(held);
	assert_false(holder_is(getpid(), own, AT, geteuid()));
	close(own);
}

static void another_lock_is_not_enough(void **state)
{
	const int own = open_own();
	int held = lock(AT + 1, 1);

	(void)state;
	assert_false(holder_is(getpid(), own, AT, geteuid()));
	close(held);
	/* A range that covers all slots is nobody's session. */
	held = lock(0, 0);
	assert_false(holder_is(getpid(), own, AT, geteuid()));
	close(held);
	held = lock(AT, 1);
	assert_false(holder_is(getpid(), STDIN_FILENO, AT, geteuid()));
	close(held);
	close(own);
}

static void somebody_elses_process_is_none(void **state)
{
	const int held = lock(AT, 1);
	pid_t child;

	(void)state;
	assert_false(holder_is(0, held, AT, 0));
	assert_false(holder_is(1, held, AT, 0));
	if (geteuid() == 0) {
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			if (setresuid(0, 65533, 0) == 0)
				(void)kill(getpid(), SIGSTOP);
			_exit(1);
		}
		assert_int_equal(waitpid(child, NULL, WUNTRACED), child);
		assert_true(holder_is(child, held, AT, 65533));
		assert_false(holder_is(child, held, AT, 65534));
		end(child);
	}
	close(held);
}

static int make_file(void **state)
{
	const int fd = mkstemp(file);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_shares_the_lock_is_the_holder),
	    cmocka_unit_test(another_lock_is_not_enough),
	    cmocka_unit_test(somebody_elses_process_is_none),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
