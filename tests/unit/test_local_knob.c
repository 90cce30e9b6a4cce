/* SPDX-License-Identifier: ISC */
/*
 * agent/net/knob.c, agent/net/ipv6.c and local/interface_settings.c, on a network of the
 * test's own: what is written is what is in force, or it is a failure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "agent/net/kernel_has.h"
#include "agent/net/knob.h"
#include "local/interface_settings.h"

static const struct knob own = {"ipv4", "lo", "rp_filter"},
			 all = {"ipv4", "all", "rp_filter"},
			 accept_ra = {"ipv6", "lo", "accept_ra"},
			 disable_ipv6 = {"ipv6", "default", "disable_ipv6"};

/* A kernel that takes what is written, and goes on as before. */
static bool deaf;

ssize_t __real_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
	return deaf ? (ssize_t)len : __real_write(fd, bytes, len);
}

static long value_of(const struct knob *knob)
{
	struct error err;
	long value = -1;

	assert_int_equal(knob_get(knob, &value, &err), 0);
	return value;
}

static void set(const struct knob *knob, long value)
{
	struct error err;

	if (knob_set(knob, value, &err) != 0)
		fail_msg("%s", err.text);
}

static void what_is_set_is_read_back(void **state)
{
	struct error err;

	(void)state;
	set(&own, 0);
	set(&own, 2);
	assert_int_equal(value_of(&own), 2);
	deaf = true;
	assert_int_equal(knob_set(&own, 1, &err), -1);
	assert_string_equal(err.text, "net.ipv4.conf.lo.rp_filter was set to 1, but is 2");
	deaf = false;
	/* The kernel refuses what is not a number, or not one of its own. */
	assert_int_equal(
	    knob_set(&(struct knob){"ipv6", "lo", "addr_gen_mode"}, 1000, &err), -1);
	assert_non_null(strstr(err.text, "cannot set net.ipv6.conf.lo.addr_gen_mode"));
}

static void a_setting_that_is_missing_is_told_apart(void **state)
{
	struct error err;
	long value;

	(void)state;
	assert_int_equal(
	    knob_get(&(struct knob){"ipv4", "sp-none", "rp_filter"}, &value, &err), -1);
	assert_int_equal(err.sys, ENOENT);
	assert_int_equal(knob_set(&(struct knob){"ipv4", "sp-none", "rp_filter"}, 1, &err),
			 -1);
	assert_int_equal(err.sys, ENOENT);
}

/* The larger of the interface's and that of all is what the kernel goes by. */
static void sources_are_kept_by_the_value_in_force(void **state)
{
	static const struct {
		long all, own;
		int result;
	} rows[] = {{0, 0, 0}, {1, 0, 0}, {0, 2, 0}, {1, 1, 0}, {2, 0, -1}, {2, 1, -1}};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		set(&all, rows[i].all);
		set(&own, rows[i].own);
		assert_int_equal(interface_check_sources("lo", &err), rows[i].result);
		if (rows[i].result != 0)
			assert_non_null(
			    strstr(err.text, "net.ipv4.conf.all.rp_filter is 2"));
		else
			assert_int_equal(value_of(&own), 1);
	}
	set(&all, 0);
	set(&own, 0);
	deaf = true;
	assert_int_equal(interface_check_sources("lo", &err), -1);
	deaf = false;
}

static void ipv6_that_is_switched_off_is_told(void **state)
{
	struct error err;

	(void)state;
	set(&disable_ipv6, 0);
	assert_int_equal(ipv6_check(&err), 0);
	set(&disable_ipv6, 1);
	assert_int_equal(ipv6_check(&err), -1);
	assert_int_equal(err.sys, EAFNOSUPPORT);
	assert_non_null(strstr(err.text, "this host has no IPv6"));
	set(&disable_ipv6, 0);
}

/* As in a unit with ProtectKernelTunables=yes, and on a kernel without IPv6. Last: it
 * stays.
 */
static void what_is_right_already_needs_no_writing(void **state)
{
	struct error err;

	(void)state;
	set(&own, 1);
	set(&accept_ra, 0);
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("/proc/sys", "/proc/sys", "none", MS_BIND, NULL), 0);
	assert_int_equal(
	    mount("none", "/proc/sys", "none", MS_BIND | MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_int_equal(knob_set(&own, 1, &err), 0);
	assert_int_equal(knob_set(&accept_ra, 0, &err), 0);
	assert_int_equal(knob_set(&own, 0, &err), -1);
	assert_int_equal(err.sys, EROFS);
	/* Nothing below net/ipv6, as there. */
	assert_int_equal(mount("none", "/proc/sys/net/ipv6", "tmpfs", 0, NULL), 0);
	assert_int_equal(ipv6_check(&err), -1);
	assert_non_null(strstr(err.text, "booted with ipv6.disable=1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_set_is_read_back),
	    cmocka_unit_test(a_setting_that_is_missing_is_told_apart),
	    cmocka_unit_test(sources_are_kept_by_the_value_in_force),
	    cmocka_unit_test(ipv6_that_is_switched_off_is_told),
	    cmocka_unit_test(what_is_right_already_needs_no_writing),
	};

	if (unshare(CLONE_NEWNET) != 0) {
		perror("no network of its own (root is needed)");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
