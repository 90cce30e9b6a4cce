/* SPDX-License-Identifier: ISC */
/*
 * Protects: a limit that the kernel acknowledges and does not keep is a failure, be it
 * raised or lowered; and so is a promise that no memory becomes executable. Needs root,
 * which may raise limits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/confine/confine_steps.h"
#include "agent/confine/inherited.h"

enum { SOME_UID = 61234, SOME_GID = 61235, PASS = 17, NO_LIMIT = -1, PAGE = 4096 };

/* The limit that the kernel says yes to, and does nothing. */
static int deaf_limit = NO_LIMIT;
/* What it answers to PR_SET_MDWE: as it does itself, yes (and does nothing), or as before
 * Linux 6.3. */
static enum { MDWE_REAL, MDWE_DEAF, MDWE_UNKNOWN } mdwe;

int __real_setrlimit(int resource, const struct rlimit *limit);
int __wrap_setrlimit(int resource, const struct rlimit *limit);
int __wrap_setrlimit(int resource, const struct rlimit *limit)
{
	return resource == deaf_limit ? 0 : __real_setrlimit(resource, limit);
}

int __real_prctl(int option, ...);
int __wrap_prctl(int option, ...);
int __wrap_prctl(int option, ...)
{
	unsigned long values[4];
	va_list args;

	va_start(args, option);
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		values[i] = va_arg(args, unsigned long);
	va_end(args);
	if (option == PR_SET_MDWE && mdwe == MDWE_UNKNOWN)
		errno = EINVAL;
	if (option == PR_SET_MDWE && mdwe != MDWE_REAL)
		return mdwe == MDWE_DEAF ? 0 : -1;
	return __real_prctl(option, values[0], values[1], values[2], values[3]);
}

static bool kernel_has_mdwe(void)
{
	return __real_prctl(PR_GET_MDWE, 0UL, 0UL, 0UL, 0UL) >= 0;
}

static int code_of(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* With a hard limit so low, and a soft one below it. */
static int set_aside_with(int resource, rlim_t hard, bool deaf)
{
	const struct rlimit low = {hard / 2, hard};
	struct error err;
	const pid_t child = fork();

	if (child == 0) {
		if (setrlimit(resource, &low) != 0)
			_exit(1);
		deaf_limit = deaf ? resource : NO_LIMIT;
		_exit(inherited_set_aside(&err) == 0			? PASS
		      : strstr(err.text, "is not what was set") != NULL ? 2
									: 3);
	}
	return code_of(child);
}

static void a_raised_limit_is_read_back(void **state)
{
	static const struct {
		int resource;
		rlim_t hard;
	} limits[] = {
	    {RLIMIT_NOFILE, 512},	 {RLIMIT_CPU, 1000},
	    {RLIMIT_AS, 1UL << 44},	 {RLIMIT_DATA, 1UL << 44},
	    {RLIMIT_FSIZE, 1UL << 30},	 {RLIMIT_NPROC, 2000},
	    {RLIMIT_RTTIME, 1000000000}, {RLIMIT_STACK, 4UL << 20},
	    {RLIMIT_MEMLOCK, 1UL << 16}, {RLIMIT_SIGPENDING, 100},
	};

	(void)state;
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		assert_int_equal(set_aside_with(limits[i].resource, limits[i].hard, true),
				 2);
		assert_int_equal(set_aside_with(limits[i].resource, limits[i].hard, false),
				 PASS);
	}
}

static struct confine as(enum confine_profile profile)
{
	return (struct confine){.profile = profile,
				.uid = SOME_UID,
				.gid = SOME_GID,
				.keep_net_admin = true,
				.target_fd = -1};
}

/* In a child with more than the limit. */
static int confine_with(const struct confine *what, const struct confine_limit *limit,
			bool deaf)
{
	const struct rlimit more = {limit->most + 1, limit->most + 1};
	struct confine_report report;
	struct error err;
	const pid_t child = fork();

	if (child == 0) {
		if (setrlimit(limit->resource, &more) != 0)
			_exit(1);
		deaf_limit = deaf ? limit->resource : NO_LIMIT;
		_exit(confine_apply(what, &report, &err) == 0 ? PASS
		      : strstr(err.text, limit->name) != NULL &&
			      strstr(err.text, "is not what was set")
			  ? 2
			  : 3);
	}
	return code_of(child);
}

static void a_lowered_limit_is_read_back(void **state)
{
	static const enum confine_profile profiles[] = {CONFINE_PPPD, CONFINE_SSHROUTE,
							CONFINE_PPPTUN, CONFINE_ANSWER};

	(void)state;
	for (size_t p = 0; p < sizeof profiles / sizeof profiles[0]; p++) {
		const struct confine what = as(profiles[p]);

		for (size_t i = 0; i < CONFINE_LIMITS; i++) {
			const struct confine_limit *limit = &confine_limits[i];
			const bool holds = confine_limit_holds(limit, &what, 1);

			assert_int_equal(confine_with(&what, limit, true),
					 holds ? 2 : PASS);
			assert_int_equal(confine_with(&what, limit, false), PASS);
		}
	}
}

/* pppd has to fork; nothing else does. */
static void only_pppd_may_have_more_processes(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONFINE_LIMITS; i++) {
		const struct confine pppd = as(CONFINE_PPPD), tun = as(CONFINE_PPPTUN);

		if (confine_limits[i].resource != RLIMIT_NPROC)
			continue;
		assert_false(confine_limit_holds(&confine_limits[i], &pppd, 1));
		assert_true(confine_limit_holds(&confine_limits[i], &tun, 1));
		return;
	}
	fail_msg("processes have no limit");
}

/* The end of the report, as the log has it: '0', '1', or 'f' where it failed. */
static int mdwe_reported(const struct confine *what, int answer)
{
	struct confine_report report;
	struct error err;
	const pid_t child = fork();

	if (child == 0) {
		mdwe = answer;
		if (confine_apply(what, &report, &err) != 0)
			_exit(strstr(err.text, "PR_SET_MDWE") != NULL ? 'f' : 'x');
		_exit(strstr(report.text, " mdwe=1 ") != NULL	? '1'
		      : strstr(report.text, " mdwe=0 ") != NULL ? '0'
								: 'x');
	}
	return code_of(child);
}

static void a_kernel_that_knows_no_such_promise_is_told_of(void **state)
{
	struct confine what = as(CONFINE_PPPTUN);

	(void)state;
	assert_int_equal(mdwe_reported(&what, MDWE_UNKNOWN), '0');
	assert_int_equal(mdwe_reported(&what, MDWE_DEAF), 'f');
	assert_int_equal(mdwe_reported(&what, MDWE_REAL), kernel_has_mdwe() ? '1' : '0');
	/* What hooks start may compile. */
	what = as(CONFINE_PPPD);
	what.hooks = true;
	assert_int_equal(mdwe_reported(&what, MDWE_REAL), '0');
}

/* By the kernel alone, where no filter has been loaded. */
static void the_kernel_itself_lets_no_memory_become_executable(void **state)
{
	const pid_t child = fork();

	(void)state;
	if (child == 0) {
		char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (page == MAP_FAILED ||
		    prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0UL, 0UL, 0UL) != 0)
			_exit(kernel_has_mdwe() ? 1 : PASS);
		_exit(mprotect(page, PAGE, PROT_READ | PROT_EXEC) == -1 &&
			      errno == EACCES && confine_written_code_is_refused()
			  ? PASS
			  : 2);
	}
	assert_int_equal(code_of(child), PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_raised_limit_is_read_back),
	    cmocka_unit_test(a_lowered_limit_is_read_back),
	    cmocka_unit_test(only_pppd_may_have_more_processes),
	    cmocka_unit_test(a_kernel_that_knows_no_such_promise_is_told_of),
	    cmocka_unit_test(the_kernel_itself_lets_no_memory_become_executable),
	};

	if (geteuid() != 0) {
		fputs("test_limits: needs root\n", stderr);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
