/* SPDX-License-Identifier: ISC */
/* Becoming the user whose ssh this is: nothing of root goes along. As root. */
#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "local/run_as.h"
#include "unit.h"

static struct error err;

static bool no_capabilities(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	unsigned long long set;
	int empty = 0;

	while (status != NULL && fgets(line, sizeof(line), status) != NULL)
		if (strncmp(line, "CapBnd", 6) != 0 &&
		    sscanf(line, "Cap%*3s: %llx", &set) == 1 && set == 0)
			empty++;
	if (status != NULL)
		fclose(status);
	/* Inheritable, permitted, effective, ambient. */
	return empty == 4;
}

/* The exit status of a child that becomes nobody: 0, or which step went wrong. */
static int become_nobody(unsigned long securebits, int descriptor)
{
	struct run_as account;
	int status;
	pid_t child;

	assert_int_equal(0, run_as_find("nobody", &account, &err));
	child = fork();
	if (child == 0) {
		if (prctl(PR_SET_SECUREBITS, securebits, 0, 0, 0) != 0)
			_exit(1);
		if (run_as_become(&account, &err) != 0)
			_exit(2);
		if (geteuid() == 0 || !no_capabilities())
			_exit(3);
		_exit(fcntl(descriptor, F_GETFD) == FD_CLOEXEC ? 0 : 4);
	}
	assert_int_equal(child, waitpid(child, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void keeps_no_capability(void **state)
{
	const int open_one = open("/dev/null", O_RDONLY);

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(0, become_nobody(0, open_one));
	/* Whoever started us may have asked the kernel to leave capabilities alone. */
	assert_int_equal(0, become_nobody(SECBIT_NO_SETUID_FIXUP, open_one));
	assert_int_equal(0, become_nobody(SECBIT_KEEP_CAPS, open_one));
	close(open_one);
}

static void knows_no_such_account(void **state)
{
	struct run_as account;

	(void)state;
	assert_int_equal(-1, run_as_find("nobody-here", &account, &err));
	assert_string_equal("RunAs: there is no user nobody-here", err.text);
}

/* Nobody's mistake in the profile. */
static void tells_a_lack_of_descriptors_from_no_such_user(void **state)
{
	struct rlimit before, none = {0, 0};
	struct run_as account;
	int result;

	(void)state;
	assert_int_equal(0, getrlimit(RLIMIT_NOFILE, &before));
	none.rlim_max = before.rlim_max;
	assert_int_equal(0, setrlimit(RLIMIT_NOFILE, &none));
	/* nss-systemd knows nobody by heart. */
	result = run_as_find("nobody-here", &account, &err);
	assert_int_equal(0, setrlimit(RLIMIT_NOFILE, &before));
	assert_int_equal(-1, result);
	assert_int_equal(EMFILE, err.sys);
	assert_string_equal("cannot look up user nobody-here: Too many open files",
			    err.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_no_capability),
	    cmocka_unit_test(knows_no_such_account),
	    cmocka_unit_test(tells_a_lack_of_descriptors_from_no_such_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
