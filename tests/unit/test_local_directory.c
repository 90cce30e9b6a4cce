/* SPDX-License-Identifier: ISC */
/*
 * Directories that another user has had a hand in, and descriptors of a caller's: by the
 * newer system calls, and where they are missing or denied.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "agent/base/descriptors.h"
#include "local/directory.h"
#include "tests/unit/scratch.h"

enum { ARGUMENTS = 6, FIRST = 100, LAST = 110 };

/* What the kernel answers to the newer calls; 0: what it does. */
static int answer;
static const int answers[] = {0, ENOSYS, EPERM};
enum { ANSWERS = sizeof answers / sizeof answers[0] };

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
	long arguments[ARGUMENTS];
	va_list args;

	if (number == SYS_openat2 && answer != 0) {
		errno = answer;
		return -1;
	}
	va_start(args, number);
	for (int i = 0; i < ARGUMENTS; i++)
		arguments[i] = va_arg(args, long);
	va_end(args);
	return __real_syscall(number, arguments[0], arguments[1], arguments[2],
			      arguments[3], arguments[4], arguments[5]);
}

int __real_close_range(unsigned first, unsigned last, int flags);
int __wrap_close_range(unsigned first, unsigned last, int flags);
int __wrap_close_range(unsigned first, unsigned last, int flags)
{
	if (answer == 0)
		return __real_close_range(first, last, flags);
	errno = answer;
	return -1;
}

/* Set: no list can be read (getdents64(2)). */
static int list_denied;
struct dirent *__real_readdir(DIR *list);
struct dirent *__wrap_readdir(DIR *list);
struct dirent *__wrap_readdir(DIR *list)
{
	if (list_denied == 0)
		return __real_readdir(list);
	errno = list_denied;
	return NULL;
}

static int open_scratch(void)
{
	const int dir = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(dir >= 0);
	return dir;
}

/* -1 with errno; a descriptor is closed again. */
static int try_open(int dir, const char *name)
{
	const int fd = directory_open_below(dir, name);

	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : -1;
}

static void a_directory_is_opened_for_reading(void **state)
{
	const int dir = open_scratch();

	(void)state;
	assert_int_equal(mkdirat(dir, "plain", 0700), 0);
	for (size_t i = 0; i < ANSWERS; i++) {
		int fd;

		answer = answers[i];
		fd = directory_open_below(dir, "plain");
		assert_true(fd >= 0);
		assert_int_equal(fcntl(fd, F_GETFL) & (O_PATH | O_ACCMODE), O_RDONLY);
		assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
		assert_int_equal(fchmod(fd, 0755), 0);
		close(fd);
	}
	close(dir);
}

static void what_leads_elsewhere_is_not_opened(void **state)
{
	static const char *const names[] = {"link", "file", "none", "..", "plain/..", ""};
	const int dir = open_scratch();

	(void)state;
	assert_int_equal(symlinkat("plain", dir, "link"), 0);
	assert_int_equal(scratch_write(scratch_path("file"), 0600, "", 0), 0);
	for (size_t i = 0; i < ANSWERS; i++) {
		answer = answers[i];
		for (size_t j = 0; j < sizeof names / sizeof names[0]; j++)
			/* The kernel's own call takes a path that comes back. */
			if (answer != 0 || strcmp(names[j], "plain/..") != 0)
				assert_int_equal(try_open(dir, names[j]), -1);
		assert_int_equal(try_open(dir, "none"), -1);
		assert_int_equal(errno, ENOENT);
	}
	close(dir);
}

/* Of another file system, and of the very same. */
static void a_mount_is_not_entered(void **state)
{
	const char *const target = scratch_path("mounted");
	const int dir = open_scratch();

	(void)state;
	assert_int_equal(mkdir(target, 0700), 0);
	for (int bind = 0; bind < 2; bind++) {
		if (bind)
			assert_int_equal(mount(scratch, target, "none", MS_BIND, NULL), 0);
		else
			assert_int_equal(mount("none", target, "tmpfs", 0, NULL), 0);
		for (size_t i = 0; i < ANSWERS; i++) {
			answer = answers[i];
			assert_int_equal(try_open(dir, "mounted"), -1);
			assert_int_equal(errno, EXDEV);
		}
		assert_int_equal(umount2(target, MNT_DETACH), 0);
	}
	assert_int_equal(try_open(dir, "mounted"), 0);
	close(dir);
}

static void descriptors_are_closed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ANSWERS; i++) {
		answer = answers[i];
		for (int fd = FIRST; fd <= LAST; fd++)
			assert_int_equal(dup2(STDERR_FILENO, fd), fd);
		assert_int_equal(descriptors_close_on_exec(FIRST, UINT_MAX), 0);
		assert_int_equal(fcntl(LAST, F_GETFD), FD_CLOEXEC);
		assert_int_equal(descriptors_close(FIRST + 1, LAST - 1), 0);
		for (int fd = FIRST; fd <= LAST; fd++)
			assert_int_equal(fcntl(fd, F_GETFD),
					 fd == FIRST || fd == LAST ? FD_CLOEXEC : -1);
		assert_int_equal(descriptors_close(FIRST, UINT_MAX), 0);
		assert_int_equal(fcntl(FIRST, F_GETFD), -1);
		assert_int_equal(fcntl(LAST, F_GETFD), -1);
		assert_true(fcntl(STDERR_FILENO, F_GETFD) >= 0);
	}
}

/* What cannot be told is not taken for nothing. */
static void an_unreadable_list_is_an_error(void **state)
{
	(void)state;
	answer = list_denied = EPERM;
	assert_int_equal(descriptors_close(FIRST, LAST), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(descriptors_close_on_exec(FIRST, LAST), -1);
	assert_int_equal(errno, EPERM);
	answer = list_denied = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_directory_is_opened_for_reading),
	    cmocka_unit_test(what_leads_elsewhere_is_not_opened),
	    cmocka_unit_test(a_mount_is_not_entered),
	    cmocka_unit_test(descriptors_are_closed),
	    cmocka_unit_test(an_unreadable_list_is_an_error),
	};

	if (unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0) {
		perror("no mounts of its own (root is needed)");
		return 1;
	}
	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
