/* SPDX-License-Identifier: ISC */
/* policy/tool/base/in_root.c in steps of its own, against the kernel's own openat2(2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>

#include "policy/tool/base/in_root.h"
#include "tests/unit/scratch.h"

enum { ARGUMENTS = 6, LONG_PATH = 5000 };

/* What openat2(2) answers instead of opening; 0: it opens. */
static int answer;

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

static int make_tree(void **state)
{
	static const char *const links[][2] = {{"a/up", ".."},
					       {"a/absolute", "/a/b"},
					       {"out", "../../etc/passwd"},
					       {"a/out", "/etc"},
					       {"loop", "loop"},
					       {"a/one", "two"},
					       {"a/two", "one"},
					       {"dangling", "none"},
					       {"slashes", "//a//b//"},
					       {"to-file", "a/b/file"},
					       {"chain", "a/up/chain2"},
					       {"chain2", "a/./absolute"},
					       {"a/b/root", "../../../.."}};

	if (scratch_make(state) != 0 || mkdir(scratch_path("a"), 0700) != 0 ||
	    mkdir(scratch_path("a/b"), 0700) != 0 || mkdir(scratch_path("etc"), 0700) != 0)
		return -1;
	if (scratch_write(scratch_path("a/b/file"), 0600, "", 0) != 0 ||
	    scratch_write(scratch_path("etc/passwd"), 0600, "", 0) != 0)
		return -1;
	for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
		if (symlink(links[i][1], scratch_path(links[i][0])) != 0)
			return -1;
	return 0;
}

struct found {
	int sys;
	dev_t device;
	ino_t inode;
	int flags;
};

static struct found look(int root, const char *path, int flags, bool in_steps)
{
	struct found found = {0};
	struct stat st;
	int fd;

	answer = in_steps ? ENOSYS : 0;
	fd = in_root_open(root, path, flags);
	if (fd < 0) {
		found.sys = errno;
		return found;
	}
	assert_int_equal(fstat(fd, &st), 0);
	found.device = st.st_dev;
	found.inode = st.st_ino;
	found.flags = fcntl(fd, F_GETFL) & (O_PATH | O_ACCMODE);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	return found;
}

static void the_steps_find_what_the_kernel_finds(void **state)
{
	static const char *const paths[] = {"/",
					    ".",
					    "a",
					    "/a/b/file",
					    "a//b/./file",
					    "..",
					    "../../a",
					    "a/b/..",
					    "a/b/../../..",
					    "a/up",
					    "a/up/a/up/etc",
					    "a/absolute",
					    "a/absolute/file",
					    "out",
					    "a/out",
					    "a/out/passwd",
					    "loop",
					    "loop/x",
					    "a/one",
					    "dangling",
					    "none",
					    "none/x",
					    "a/b/file/x",
					    "slashes",
					    "slashes/file",
					    "to-file",
					    "to-file/x",
					    "chain",
					    "chain/file",
					    "a/b/root",
					    "a/b/root/etc/passwd",
					    "a/b/root/../a",
					    "etc/passwd/..",
					    "etc/passwd/.",
					    "to-file/.."};
	static const int flags[] = {O_RDONLY, O_PATH, O_PATH | O_NOFOLLOW,
				    O_RDONLY | O_DIRECTORY};
	const int root = open(scratch, O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_true(root >= 0);
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		for (size_t j = 0; j < sizeof flags / sizeof flags[0]; j++) {
			const struct found kernel = look(root, paths[i], flags[j], false),
					   steps = look(root, paths[i], flags[j], true);

			if (kernel.sys != steps.sys || kernel.inode != steps.inode ||
			    kernel.device != steps.device || kernel.flags != steps.flags)
				fail_msg(
				    "%s, flags %#x: %s (%ju) by the kernel, %s (%ju) in "
				    "steps",
				    paths[i], (unsigned)flags[j], strerror(kernel.sys),
				    (uintmax_t)kernel.inode, strerror(steps.sys),
				    (uintmax_t)steps.inode);
		}
	close(root);
}

static void a_path_too_long_is_told(void **state)
{
	const int root = open(scratch, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char path[LONG_PATH];

	(void)state;
	memset(path, '/', sizeof path);
	path[sizeof path - 1] = '\0';
	assert_int_equal(look(root, path, O_PATH, true).sys, ENAMETOOLONG);
	memset(path, 'x', sizeof path - 1);
	assert_int_equal(look(root, path, O_PATH, true).sys, ENAMETOOLONG);
	close(root);
}

/* As the kernel answers where a path has ".." and anything is mounted or renamed at that
 * moment. */
static void a_change_elsewhere_is_no_failure(void **state)
{
	const int root = open(scratch, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd;

	(void)state;
	answer = EAGAIN;
	fd = in_root_open(root, "a/up/a/b/file", O_RDONLY);
	answer = 0;
	assert_true(fd >= 0);
	close(fd);
	close(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_steps_find_what_the_kernel_finds),
	    cmocka_unit_test(a_path_too_long_is_told),
	    cmocka_unit_test(a_change_elsewhere_is_no_failure),
	};

	return cmocka_run_group_tests(tests, make_tree, scratch_remove);
}
