/* SPDX-License-Identifier: ISC */
/* Who keeps something from us: the kernel that lacks it, or what stands before it. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/confine/confine.h"
#include "agent/confine/missing.h"
#include "unit.h"

static void tells_why_there_is_no_landlock(void **state)
{
	static const struct {
		int sys;
		struct missing_around around;
		const char *told;
	} samples[] = {
	    {ENOSYS, {.major = 5, .minor = 10}, "it is Linux 5.10, and 5.13 is the first"},
	    {ENOSYS, {.major = 6, .minor = 1}, "this kernel has no Landlock: it was built"},
	    {ENOSYS,
	     {.major = 6, .minor = 1, .filtered = true},
	     "either this kernel has no Landlock, or a seccomp filter"},
	    {ENOSYS,
	     {.major = 6, .minor = 1, .filtered = true, .listed = true},
	     "hides this kernel's Landlock"},
	    {EOPNOTSUPP, {.major = 6, .minor = 1}, "add landlock to lsm="},
	    {EPERM, {.major = 6, .minor = 1, .filtered = true}, "denies Landlock"},
	    {EACCES, {.major = 6, .minor = 1}, "denies Landlock"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct error err;

		assert_int_equal(
		    -1, missing_landlock(samples[i].sys, &samples[i].around, &err));
		assert_int_equal(samples[i].sys, err.sys);
		if (strstr(err.text, samples[i].told) == NULL)
			fail_msg("%s is told as: %s", strerror(samples[i].sys), err.text);
		/* It has to fit, with what the caller adds. */
		assert_true(strlen(err.text) < 200);
	}
}

static void tells_why_a_device_cannot_be_opened(void **state)
{
	static const struct missing_device device = {
	    "/dev/net/tun", "TUN", "`modprobe tun`", " no such driver\n", "0666"};
	static const struct {
		int sys, expected;
		const char *told;
	} samples[] = {
	    {ENOENT, ENODEV, "there is no /dev/net/tun: this kernel has no TUN: `modprobe"},
	    {ENXIO, ENODEV, "this kernel has no TUN: `modprobe tun`"},
	    {ENODEV, ENODEV, "this kernel has no TUN"},
	    {EACCES, EACCES, "it must be 0666"},
	    {EPERM, EPERM, "device rules of a container"},
	    {EBUSY, EBUSY, "cannot open /dev/net/tun"},
	};
	static const struct missing_device known = {"/dev/x", "MEM", "", "mem", "0666"};
	struct error err;

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		missing_device(samples[i].sys, &device, &err);
		assert_int_equal(samples[i].expected, err.sys);
		if (strstr(err.text, samples[i].told) == NULL)
			fail_msg("%s is told as: %s", strerror(samples[i].sys), err.text);
	}
	missing_device(ENOENT, &known, &err);
	assert_non_null(strstr(err.text, "this kernel has MEM, but there is no /dev/x"));
}

/* As a container does it: the call is denied before the kernel looks at it. */
static int deny(int call, int sys)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)sys),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = COUNT(code), .filter = code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
		   ? -1
		   : (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

/* What confinement that wants Landlock says below such a filter; in a child. */
static void confine_below(int sys, char text[ERROR_TEXT_MAX])
{
	const struct confine confine = {.profile = CONFINE_ANSWER,
					.uid = getuid(),
					.gid = getgid(),
					.target_fd = -1,
					.landlock_required = true};
	struct error err = {.text = "it was not refused"};
	struct confine_report report;
	int fds[2], status;

	assert_int_equal(0, pipe(fds));
	if (fork() == 0) {
		if (deny(SYS_landlock_create_ruleset, sys) == 0)
			(void)confine_apply(&confine, &report, &err);
		_exit(write(fds[1], err.text, sizeof err.text) < 0);
	}
	close(fds[1]);
	memset(text, 0, ERROR_TEXT_MAX);
	assert_true(read(fds[0], text, ERROR_TEXT_MAX - 1) > 0);
	close(fds[0]);
	wait(&status);
}

static void names_the_filter_that_denies_landlock(void **state)
{
	char text[ERROR_TEXT_MAX];

	(void)state;
	confine_below(EPERM, text);
	if (strstr(text, "seccomp filter") == NULL ||
	    strstr(text, "denies Landlock") == NULL)
		fail_msg("EPERM is told as: %s", text);
	confine_below(ENOSYS, text);
	if (strstr(text, "seccomp filter") == NULL)
		fail_msg("ENOSYS is told as: %s", text);
}

static void names_the_filter_that_denies_a_call(void **state)
{
	struct error err;
	int status;

	(void)state;
	missing_call(EPERM, "keyctl", "cannot leave", &err);
	assert_string_equal("cannot leave: keyctl: Operation not permitted", err.text);
	if (fork() == 0) {
		if (deny(SYS_keyctl, EPERM) != 0)
			_exit(1);
		missing_call(EPERM, "keyctl", "cannot leave", &err);
		_exit(strstr(err.text, "by a seccomp filter") == NULL);
	}
	wait(&status);
	assert_int_equal(0, status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_why_there_is_no_landlock),
	    cmocka_unit_test(tells_why_a_device_cannot_be_opened),
	    cmocka_unit_test(names_the_filter_that_denies_landlock),
	    cmocka_unit_test(names_the_filter_that_denies_a_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
