/* SPDX-License-Identifier: ISC */
/* A child for one thing: its answer, its end, and that it does not outlive its deadline nor
 * its parent. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/child.h"
#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"

enum { LONG_MS = 10000, SHORT_MS = 100, STATUS = 7 };

static void say(const void *arg, int answer)
{
	_exit(write(answer, arg, strlen(arg)) > 0 ? STATUS : 0);
}

static void return_at_once(const void *arg, int answer)
{
	(void)arg;
	(void)answer;
}

static void stay(const void *arg, int answer)
{
	(void)arg;
	(void)answer;
	/* Only SIGKILL is left. */
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_IGN);
	for (;;)
		pause();
}

static void die_of_a_signal(const void *arg, int answer)
{
	(void)arg;
	(void)answer;
	abort();
}

static void answers_and_ends(void **state)
{
	struct child child;
	char text[2];

	(void)state;
	assert_int_equal(child_start(&child, say, "ab"), 0);
	assert_int_equal(
	    deadline_read(child.answer, text, sizeof text, monotonic_ms() + LONG_MS), 2);
	assert_memory_equal(text, "ab", 2);
	assert_int_equal(child_finish(&child, monotonic_ms() + LONG_MS), STATUS);
	/* Nothing is left of it. */
	assert_int_equal(waitpid(-1, NULL, 0), -1);
	assert_int_equal(fcntl(child.answer, F_GETFD), -1);
}

static void a_byte_too_many_is_no_end(void **state)
{
	struct child child;

	(void)state;
	assert_int_equal(child_start(&child, say, "a"), 0);
	assert_int_equal(child_finish(&child, monotonic_ms() + LONG_MS), -1);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

static void work_that_returns_is_a_failure(void **state)
{
	struct child child;

	(void)state;
	assert_int_equal(child_start(&child, return_at_once, NULL), 0);
	assert_true(child_finish(&child, monotonic_ms() + LONG_MS) > 0);
	assert_int_equal(child_start(&child, die_of_a_signal, NULL), 0);
	assert_int_equal(child_finish(&child, monotonic_ms() + LONG_MS), -1);
}

static void is_killed_at_the_deadline(void **state)
{
	struct child child;

	(void)state;
	assert_int_equal(child_start(&child, stay, NULL), 0);
	assert_int_equal(child_finish(&child, monotonic_ms() + SHORT_MS), -1);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
	assert_int_equal(child_start(&child, stay, NULL), 0);
	assert_int_equal(WTERMSIG(child_kill(&child)), SIGKILL);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

/* Says so when its child is there, and ends without looking after it. */
static void leave_a_child(const void *arg, int answer)
{
	struct child child;

	_exit(child_start(&child, stay, arg) == 0 && write(answer, "", 1) == 1 ? 0 : 1);
}

static void ends_with_its_parent(void **state)
{
	struct child child;
	char byte;

	(void)state;
	assert_int_equal(child_start(&child, leave_a_child, NULL), 0);
	assert_int_equal(deadline_read(child.answer, &byte, 1, monotonic_ms() + LONG_MS),
			 1);
	/* Its own child has the pipe as well, and would hold it for ever. */
	assert_int_equal(child_finish(&child, monotonic_ms() + LONG_MS), 0);
}

static void on_handled(int sig)
{
	(void)sig;
	_exit(1);
}

static void look_at_signals(const void *arg, int answer)
{
	struct sigaction action;
	sigset_t set;

	(void)arg;
	(void)answer;
	signal(SIGTERM, on_handled);
	signal(SIGPIPE, SIG_IGN);
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	kill(getpid(), SIGTERM);
	signals_discard();
	if (signals_default() != 0 || sigprocmask(SIG_SETMASK, NULL, &set) != 0 ||
	    sigismember(&set, SIGTERM) != 0 || sigismember(&set, SIGUSR1) != 0 ||
	    sigaction(SIGPIPE, NULL, &action) != 0 || action.sa_handler != SIG_DFL)
		_exit(1);
	_exit(STATUS);
}

static void signals_are_the_default_and_none_waits(void **state)
{
	struct child child;

	(void)state;
	assert_int_equal(child_start(&child, look_at_signals, NULL), 0);
	assert_int_equal(child_finish(&child, monotonic_ms() + LONG_MS), STATUS);
}

static void be_told_early(const void *arg, int answer)
{
	sigset_t set;

	(void)arg;
	(void)answer;
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	kill(getpid(), SIGTERM);
	_exit(signals_default() == 0 ? STATUS : 1);
}

static void what_was_told_to_end_early_ends(void **state)
{
	struct child child;

	(void)state;
	assert_int_equal(child_start(&child, be_told_early, NULL), 0);
	assert_int_equal(child_finish(&child, monotonic_ms() + LONG_MS), -1);
}

/* All three closed, with answer somewhere above. */
static void fill(const void *arg, int answer)
{
	const bool one_by_one = arg != NULL;
	char byte;

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		close(fd);
	if (one_by_one ? descriptors_fill(O_RDONLY) != 0
		       : descriptors_standard(-1, answer, -1) != 0)
		_exit(1);
	_exit(read(0, &byte, 1) == 0 && fcntl(2, F_GETFD) == 0 &&
		      (write(1, "", 1) == 1) == !one_by_one &&
		      (write(2, "", 1) == 1) == !one_by_one
		  ? STATUS
		  : 2);
}

static void standard_descriptors_are_there(void **state)
{
	struct child child;
	char byte;

	(void)state;
	assert_int_equal(child_start(&child, fill, NULL), 0);
	assert_int_equal(deadline_read(child.answer, &byte, 1, monotonic_ms() + LONG_MS),
			 1);
	assert_int_equal(child_finish(&child, monotonic_ms() + LONG_MS), STATUS);
	assert_int_equal(child_start(&child, fill, "fill"), 0);
	assert_int_equal(child_finish(&child, monotonic_ms() + LONG_MS), STATUS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers_and_ends),
	    cmocka_unit_test(a_byte_too_many_is_no_end),
	    cmocka_unit_test(work_that_returns_is_a_failure),
	    cmocka_unit_test(is_killed_at_the_deadline),
	    cmocka_unit_test(ends_with_its_parent),
	    cmocka_unit_test(signals_are_the_default_and_none_waits),
	    cmocka_unit_test(what_was_told_to_end_early_ends),
	    cmocka_unit_test(standard_descriptors_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
