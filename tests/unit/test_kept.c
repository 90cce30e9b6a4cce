/* SPDX-License-Identifier: ISC */
/*
 * Settings of files, terminals and devices that the kernel acknowledges and does not keep:
 * each is read back, and what is not kept is a failure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "agent/base/descriptors.h"
#include "agent/base/terminal.h"
#include "agent/ppp/tun.h"
#include "local/pty.h"
#include "local/state.h"
#include "agent/base/replace.h"
#include "tests/unit/scratch.h"

enum { SOME_ID = 1234, OTHER_HEADER = 12 };

/* The kernel says yes, and does nothing. */
static bool deaf;

int __real_tcsetattr(int fd, int when, const struct termios *mode);
int __wrap_tcsetattr(int fd, int when, const struct termios *mode);
int __wrap_tcsetattr(int fd, int when, const struct termios *mode)
{
	return deaf ? 0 : __real_tcsetattr(fd, when, mode);
}

int __real_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode)
{
	return deaf ? 0 : __real_fchmod(fd, mode);
}

int __real_fchownat(int dir, const char *name, uid_t uid, gid_t gid, int flags);
int __wrap_fchownat(int dir, const char *name, uid_t uid, gid_t gid, int flags);
int __wrap_fchownat(int dir, const char *name, uid_t uid, gid_t gid, int flags)
{
	return deaf ? 0 : __real_fchownat(dir, name, uid, gid, flags);
}

/* As a file system that does not know RENAME_NOREPLACE. */
static bool no_flags;

int __real_renameat2(int from, const char *old, int to, const char *new, unsigned flags);
int __wrap_renameat2(int from, const char *old, int to, const char *new, unsigned flags);
int __wrap_renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
	if (!no_flags || flags == 0)
		return __real_renameat2(from, old, to, new, flags);
	errno = EINVAL;
	return -1;
}

int __real_ioctl(int fd, unsigned long number, ...);
int __wrap_ioctl(int fd, unsigned long number, ...);
int __wrap_ioctl(int fd, unsigned long number, ...)
{
	static int other = OTHER_HEADER;
	va_list args;
	void *value;

	va_start(args, number);
	value = va_arg(args, void *);
	va_end(args);
	/* Its own choice in place of what is asked for. */
	return __real_ioctl(fd, number, deaf && number == TUNSETVNETHDRSZ ? &other : value);
}

static int hears_again(void **state)
{
	(void)state;
	deaf = false;
	return 0;
}

static void a_terminal_that_stays_cooked_is_refused(void **state)
{
	struct error err;
	struct termios former;
	struct pty pty;
	const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	(void)state;
	assert_true(master >= 0);
	deaf = true;
	assert_int_equal(terminal_make_raw(master, NULL), -1);
	assert_int_equal(pty_open(&pty, &err), -1);
	deaf = false;
	assert_int_equal(terminal_make_raw(master, &former), 0);
	assert_true(former.c_lflag & ICANON);
	close(master);
}

static void a_file_that_keeps_another_mode_does_not_take_the_place(void **state)
{
	const char *const path = scratch_path("peer.conf");
	struct error err;
	struct replace replace = {0};
	struct stat st;

	(void)state;
	assert_int_equal(scratch_write(path, 0644, "old", 3), 0);
	assert_int_equal(replace_begin(path, &replace, &err), 0);
	deaf = true;
	assert_int_equal(replace_end(&replace, 0, 0, 0640, &err), -1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 3);
	deaf = false;
	assert_int_equal(replace_begin(path, &replace, &err), 0);
	assert_int_equal(replace_end(&replace, SOME_ID, SOME_ID, 0640, &err), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(st.st_uid, SOME_ID);
}

/* Two that make the same file: the second finds it there, whatever it looked like before.
 */
static void a_new_file_never_takes_the_place_of_another(void **state)
{
	const char *const path = scratch_path("new.conf");
	const struct stat like = {
	    .st_uid = geteuid(), .st_gid = getegid(), .st_mode = 0640};
	char text[8] = "";
	struct error err;
	glob_t left;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		no_flags = i == 1;
		assert_int_equal(replace_make(path, "first", 5, &like, &err), 0);
		assert_int_equal(replace_make(path, "second", 6, &like, &err), -1);
		assert_int_equal(err.sys, EEXIST);
		assert_int_equal(descriptors_read_text(path, text, sizeof text), 5);
		assert_string_equal(text, "first");
		assert_int_equal(unlink(path), 0);
		assert_int_equal(glob(scratch_path(".new*"), 0, NULL, &left), GLOB_NOMATCH);
	}
	no_flags = false;
}

static void a_control_directory_of_another_is_refused(void **state)
{
	struct run_as account = {.uid = SOME_ID, .gid = SOME_ID};
	struct state here = {.dir = -1, .lock = -1};
	const struct report report = {.name = "office", .parent = -1};
	struct error err;

	(void)state;
	(void)snprintf(here.path, sizeof here.path, "%s", scratch);
	(void)snprintf(account.name, sizeof account.name, "alice");
	here.dir = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(here.dir >= 0);
	deaf = true;
	assert_int_equal(state_make_control(&here, &account, &report, &err), -1);
	assert_non_null(strstr(err.text, "/control is not alice's alone"));
	deaf = false;
	/* Nor under a mask that takes the owner's own rights. */
	(void)umask(0277);
	assert_int_equal(state_make_control(&here, &account, &report, &err), -1);
	(void)umask(022);
	assert_int_equal(state_make_control(&here, &account, &report, &err), 0);
	assert_int_equal(state_remove_control(&here, &report, &err), 0);
	close(here.dir);
}

static void a_device_of_other_headers_is_refused(void **state)
{
	struct error err;
	struct tun tun;

	(void)state;
	deaf = true;
	assert_int_equal(tun_open(&tun, "sp-kept", &err), -1);
	assert_non_null(strstr(err.text, "does not keep its settings"));
	assert_int_equal(tun.fd, -1);
	deaf = false;
	assert_int_equal(tun_open(&tun, "sp-kept", &err), 0);
	close(tun.fd);
}

#define KEPT(test) cmocka_unit_test_teardown(test, hears_again)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    KEPT(a_terminal_that_stays_cooked_is_refused),
	    KEPT(a_file_that_keeps_another_mode_does_not_take_the_place),
	    KEPT(a_new_file_never_takes_the_place_of_another),
	    KEPT(a_control_directory_of_another_is_refused),
	    KEPT(a_device_of_other_headers_is_refused),
	};

	if (unshare(CLONE_NEWNET) != 0) {
		perror("no network of its own (root is needed)");
		return 1;
	}
	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
