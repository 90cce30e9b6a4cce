/* SPDX-License-Identifier: ISC */
/* Work in a child: its answer comes back, and nothing else of it does. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/apart.h"
#include "unit.h"

enum { DEADLINE_MS = 10000, SHORT_MS = 100 };

static struct error err;

static void add_one(const void *arg, void *result)
{
	const int *fd = arg;

	/* Ours are closed there. */
	if (fcntl(*fd, F_GETFD) < 0)
		++*(int *)result;
}

static void die(const void *arg, void *result)
{
	(void)arg;
	(void)result;
	_exit(0);
}

static void never_end(const void *arg, void *result)
{
	(void)arg;
	(void)result;
	for (;;)
		pause();
}

static void hands_back_a_result(void **state)
{
	const int fd = open("/dev/null", O_RDONLY);
	int number = 41;
	const struct apart apart = {add_one, &fd, &number, sizeof(number)};

	(void)state;
	assert_int_equal(0, apart_run(&apart, monotonic_ms() + DEADLINE_MS, &err));
	assert_int_equal(42, number);
	close(fd);
}

static void tells_of_a_child_that_died(void **state)
{
	int number = 0;
	const struct apart apart = {die, NULL, &number, sizeof(number)};

	(void)state;
	assert_int_equal(-1, apart_run(&apart, monotonic_ms() + DEADLINE_MS, &err));
	assert_int_equal(EPROTO, err.sys);
}

static void gives_up_at_the_deadline(void **state)
{
	int number = 0;
	const struct apart apart = {never_end, NULL, &number, sizeof(number)};

	(void)state;
	assert_int_equal(-1, apart_run(&apart, monotonic_ms() + SHORT_MS, &err));
	assert_int_equal(ETIMEDOUT, err.sys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hands_back_a_result),
	    cmocka_unit_test(tells_of_a_child_that_died),
	    cmocka_unit_test(gives_up_at_the_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
