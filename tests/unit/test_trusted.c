/* SPDX-License-Identifier: ISC */
/* The trusted open: a file that anyone but root could have written is not read. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "policy/language/trusted.h"
#include "tests/unit/scratch.h"

enum { NOBODY = 65534 };

static struct error err;

/* The owners and modes below can only be made by root. */
static void need_root(void)
{
	if (geteuid() != 0)
		skip();
}

static void make_file(const char *path, mode_t mode)
{
	assert_int_equal(scratch_write(path, mode, "text\n", 5), 0);
}

/* What others than root could change is told apart from what is only not there, or odd. */
static bool tells_of_trust(const char *text)
{
	return strstr(text, "writable") != NULL || strstr(text, "owned") != NULL ||
	       strstr(text, "2 links") != NULL ||
	       strstr(text, "symbolic link is not owned by root") != NULL;
}

/* By its directory, as many files are opened: told the same, and in the same words. */
static int open_in(const char *path)
{
	char above[PATH_MAX];
	int dir, fd;

	(void)snprintf(above, sizeof above, "%s", path);
	*strrchr(above, '/') = '\0';
	dir = trusted_open_dir(above, &err);
	if (dir < 0)
		return -1;
	fd = trusted_open_in(dir, path, &err);
	(void)close(dir);
	return fd;
}

static void assert_refused_in(const char *path, const char *text)
{
	memset(&err, 0, sizeof err);
	assert_int_equal(open_in(path), -1);
	if (strstr(err.text, text) == NULL)
		fail_msg("%s by its directory: %s", path, err.text);
	assert_int_equal(err.untrusted, tells_of_trust(text));
}

static void assert_refused(const char *path, const char *text)
{
	/* What has odd spelling, or no directory above it, is not asked for that way. */
	if (path[0] == '/' && path[1] != '\0' && strstr(path, "//") == NULL &&
	    strstr(path, "/.") == NULL && path[strlen(path) - 1] != '/')
		assert_refused_in(path, text);
	memset(&err, 0, sizeof err);
	assert_int_equal(trusted_open(path, &err), -1);
	if (strstr(err.text, text) == NULL)
		fail_msg("%s: %s", path, err.text);
	assert_string_equal(err.file, path);
	assert_int_equal(err.untrusted, tells_of_trust(text));
}

static void assert_taken(const char *path)
{
	int fd = trusted_open(path, &err);

	if (fd < 0)
		fail_msg("%s: %s", err.file, err.text);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	(void)close(fd);
	fd = open_in(path);
	if (fd < 0)
		fail_msg("by its directory: %s: %s", err.file, err.text);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	(void)close(fd);
}

static void takes_roots_file_and_reads_it(void **state)
{
	const char *path = scratch_path("good");
	char text[8];
	int fd;

	(void)state;
	need_root();
	make_file(path, 0640);
	fd = trusted_open(path, &err);
	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof text), 5);
	assert_memory_equal(text, "text\n", 5);
	(void)close(fd);
	assert_taken(path);
}

static void tells_a_missing_file_from_a_bad_one(void **state)
{
	(void)state;
	need_root();
	assert_refused(scratch_path("missing"), "No such file");
	assert_int_equal(err.sys, ENOENT);
	assert_refused(scratch_path("missing/dir"), "No such file");
	assert_int_equal(err.sys, ENOENT);
}

static void refuses_what_others_may_write(void **state)
{
	const char *path = scratch_path("writable");

	(void)state;
	need_root();
	make_file(path, 0664);
	assert_refused(path, "writable by others");
	assert_int_equal(chmod(path, 0646), 0);
	assert_refused(path, "writable by others");
	assert_int_equal(chmod(path, 0644), 0);
	assert_taken(path);
}

static void refuses_what_is_not_roots(void **state)
{
	const char *path = scratch_path("nobodys");

	(void)state;
	need_root();
	make_file(path, 0644);
	assert_int_equal(chown(path, NOBODY, 0), 0);
	assert_refused(path, "owned by uid 65534");
	/* A group by itself can write nothing. */
	assert_int_equal(chown(path, 0, NOBODY), 0);
	assert_taken(path);
}

static void refuses_links_of_both_kinds(void **state)
{
	const char *path = scratch_path("linked"), *soft = scratch_path("soft");
	const char *hard = scratch_path("hard");

	(void)state;
	need_root();
	make_file(path, 0644);
	assert_int_equal(symlink("linked", soft), 0);
	assert_refused(soft, "symbolic link");
	assert_int_equal(link(path, hard), 0);
	assert_refused(path, "2 links");
	assert_refused(hard, "2 links");
	assert_int_equal(unlink(hard), 0);
	assert_taken(path);
}

static void refuses_a_symbolic_link_on_the_way(void **state)
{
	const char *dir = scratch_path("dir"), *other = scratch_path("to-dir");

	(void)state;
	need_root();
	assert_int_equal(mkdir(dir, 0755), 0);
	make_file(scratch_path("dir/file"), 0644);
	assert_int_equal(symlink("dir", other), 0);
	assert_taken(scratch_path("dir/file"));
	assert_refused(scratch_path("to-dir/file"), "symbolic link");
}

static void refuses_a_directory_that_others_may_write(void **state)
{
	const char *dir = scratch_path("open-dir");
	const char *path = scratch_path("open-dir/file");

	(void)state;
	need_root();
	assert_int_equal(mkdir(dir, 0755), 0);
	make_file(path, 0644);
	assert_int_equal(chmod(dir, 0775), 0);
	assert_refused(path, "\"open-dir\" is writable by others");
	/* The sticky bit keeps others from removing the file, not from making another. */
	assert_int_equal(chmod(dir, 01777), 0);
	assert_refused(path, "is writable by others");
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chown(dir, NOBODY, 0), 0);
	assert_refused(path, "owned by uid 65534");
	assert_int_equal(chown(dir, 0, 0), 0);
	assert_taken(path);
}

static void refuses_all_but_regular_files_and_never_waits(void **state)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	const char *fifo = scratch_path("fifo");
	int s;

	(void)state;
	need_root();
	assert_int_equal(mkfifo(fifo, 0644), 0);
	assert_refused(fifo, "regular file");
	assert_refused(scratch_path("."), "without //");
	assert_refused(scratch, "regular file");
	assert_refused("/dev/null", "regular file");
	(void)snprintf(name.sun_path, sizeof name.sun_path, "%s", scratch_path("socket"));
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_true(s >= 0);
	assert_int_equal(bind(s, (struct sockaddr *)&name, sizeof name), 0);
	assert_int_equal(chmod(name.sun_path, 0600), 0);
	assert_refused(name.sun_path, "regular file");
	(void)close(s);
}

static void refuses_paths_of_a_second_spelling(void **state)
{
	char long_path[8192];

	(void)state;
	need_root();
	make_file(scratch_path("plain"), 0644);
	assert_refused("", "absolute");
	assert_refused("plain", "absolute");
	assert_refused(scratch_path("./plain"), "without //");
	assert_refused(scratch_path("/plain"), "without //");
	assert_refused(scratch_path("../x/plain"), "without //");
	assert_refused("/", "without //");
	memset(long_path, 'x', sizeof long_path);
	long_path[0] = '/';
	long_path[sizeof long_path - 1] = '\0';
	assert_int_equal(trusted_open(long_path, &err), -1);
	assert_int_equal(err.sys, ENAMETOOLONG);
}

static void no_descriptor_is_left_behind(void **state)
{
	int before, after;

	(void)state;
	need_root();
	before = dup(0);
	(void)close(before);
	(void)trusted_open(scratch_path("missing"), &err);
	(void)trusted_open(scratch_path("fifo"), &err);
	(void)trusted_open(scratch_path("open-dir/nothing"), &err);
	(void)trusted_open_program(scratch_path("loop-a"), &err);
	after = dup(0);
	(void)close(after);
	assert_int_equal(before, after);
}

static void programs_are_found_through_roots_links(void **state)
{
	const char *program = scratch_path("program");
	int fd;

	(void)state;
	need_root();
	make_file(program, 0755);
	assert_int_equal(mkdir(scratch_path("bin"), 0755), 0);
	assert_int_equal(symlink("../program", scratch_path("bin/relative")), 0);
	assert_int_equal(symlink(program, scratch_path("bin/absolute")), 0);
	assert_int_equal(symlink("bin", scratch_path("sbin")), 0);
	fd = trusted_open_program(scratch_path("sbin/relative"), &err);
	if (fd < 0)
		fail_msg("%s", err.text);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_true((fcntl(fd, F_GETFL) & O_PATH) != 0);
	(void)close(fd);
	fd = trusted_open_program(scratch_path("sbin/absolute"), &err);
	assert_true(fd >= 0);
	(void)close(fd);
}

static void assert_program_refused(const char *name, const char *text)
{
	assert_int_equal(trusted_open_program(scratch_path(name), &err), -1);
	if (strstr(err.text, text) == NULL)
		fail_msg("%s: %s", name, err.text);
}

static void programs_must_be_roots_and_executable(void **state)
{
	const char *program = scratch_path("tool");

	(void)state;
	need_root();
	make_file(program, 0644);
	assert_program_refused("tool", "not executable");
	assert_int_equal(chmod(program, 0775), 0);
	assert_program_refused("tool", "writable by others");
	assert_int_equal(chmod(program, 0755), 0);
	assert_int_equal(symlink("tool", scratch_path("nobodys-link")), 0);
	assert_int_equal(lchown(scratch_path("nobodys-link"), NOBODY, 0), 0);
	assert_program_refused("nobodys-link", "symbolic link is not owned by root");
	assert_int_equal(mkdir(scratch_path("loose"), 0755), 0);
	make_file(scratch_path("loose/tool"), 0755);
	assert_int_equal(chmod(scratch_path("loose"), 0777), 0);
	assert_int_equal(symlink("loose/tool", scratch_path("to-loose")), 0);
	assert_program_refused("to-loose", "\"loose\" is writable by others");
	assert_int_equal(symlink("loop-b", scratch_path("loop-a")), 0);
	assert_int_equal(symlink("loop-a", scratch_path("loop-b")), 0);
	assert_program_refused("loop-a", "too many symbolic links");
	assert_program_refused("missing", "No such file");
}

/* One that runs as its owner: that user's rights are all that it has. */
static void a_users_program_may_be_that_users(void **state)
{
	const char *program;
	struct stat st;
	int fd;

	(void)state;
	need_root();
	assert_int_equal(mkdir(scratch_path("home"), 0755), 0);
	make_file(scratch_path("home/up"), 0755);
	assert_int_equal(chown(scratch_path("home"), NOBODY, NOBODY), 0);
	assert_int_equal(chown(scratch_path("home/up"), NOBODY, NOBODY), 0);
	program = scratch_path("home/up");
	fd = trusted_open_program_of(program, NOBODY, &err);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_uid, NOBODY);
	assert_int_equal(close(fd), 0);
	/* But nobody else's, whoever asks, and no others may write to it. */
	assert_int_equal(trusted_open_program_of(program, NOBODY - 1, &err), -1);
	assert_non_null(strstr(err.text, "expected root or uid 65533"));
	assert_true(err.untrusted);
	assert_program_refused("home/up", "is owned by uid 65534: expected root");
	assert_int_equal(chmod(program, 0775), 0);
	assert_int_equal(trusted_open_program_of(program, NOBODY, &err), -1);
	assert_non_null(strstr(err.text, "writable by others than its owner"));
	/* Root's is everybody's to run. */
	assert_int_equal(chmod(program, 0755), 0);
	assert_int_equal(chown(program, 0, 0), 0);
	fd = trusted_open_program_of(program, NOBODY, &err);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

/* Root walks, but what lies below a directory of the user's is the user's choice, by a link
 * or by a directory that was moved there: it must not lead to where that user may not go.
 */
static void a_user_leads_nobody_to_where_that_user_may_not_go(void **state)
{
	int fd;

	(void)state;
	need_root();
	assert_int_equal(mkdir(scratch_path("hers"), 0755), 0);
	assert_int_equal(mkdir(scratch_path("hers/moved"), 0700), 0);
	make_file(scratch_path("hers/moved/tool"), 0755);
	assert_int_equal(mkdir(scratch_path("private"), 0700), 0);
	make_file(scratch_path("private/tool"), 0755);
	assert_int_equal(symlink("../private/tool", scratch_path("hers/up")), 0);
	assert_int_equal(symlink("../private/none", scratch_path("hers/asks")), 0);
	assert_int_equal(lchown(scratch_path("hers/up"), NOBODY, NOBODY), 0);
	assert_int_equal(lchown(scratch_path("hers/asks"), NOBODY, NOBODY), 0);
	assert_int_equal(chown(scratch_path("hers"), NOBODY, NOBODY), 0);
	assert_int_equal(trusted_open_program_of(scratch_path("hers/up"), NOBODY, &err),
			 -1);
	assert_non_null(strstr(err.text, "directory \"private\" is not open to uid 65534"));
	assert_true(err.untrusted);
	/* Nor is it told what is there. */
	assert_int_equal(trusted_open_program_of(scratch_path("hers/asks"), NOBODY, &err),
			 -1);
	assert_non_null(strstr(err.text, "directory \"private\" is not open to"));
	assert_int_equal(
	    trusted_open_program_of(scratch_path("hers/moved/tool"), NOBODY, &err), -1);
	assert_non_null(strstr(err.text, "directory \"moved\" is not open to"));
	/* Where root leads, what is run may be hidden. */
	assert_int_equal(symlink("private/tool", scratch_path("roots-way")), 0);
	fd = trusted_open_program_of(scratch_path("roots-way"), NOBODY, &err);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(chmod(scratch_path("private"), 0755), 0);
	fd = trusted_open_program_of(scratch_path("hers/up"), NOBODY, &err);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_roots_file_and_reads_it),
	    cmocka_unit_test(tells_a_missing_file_from_a_bad_one),
	    cmocka_unit_test(refuses_what_others_may_write),
	    cmocka_unit_test(refuses_what_is_not_roots),
	    cmocka_unit_test(refuses_links_of_both_kinds),
	    cmocka_unit_test(refuses_a_symbolic_link_on_the_way),
	    cmocka_unit_test(refuses_a_directory_that_others_may_write),
	    cmocka_unit_test(refuses_all_but_regular_files_and_never_waits),
	    cmocka_unit_test(refuses_paths_of_a_second_spelling),
	    cmocka_unit_test(programs_are_found_through_roots_links),
	    cmocka_unit_test(programs_must_be_roots_and_executable),
	    cmocka_unit_test(a_users_program_may_be_that_users),
	    cmocka_unit_test(a_user_leads_nobody_to_where_that_user_may_not_go),
	    cmocka_unit_test(no_descriptor_is_left_behind),
	};

	return cmocka_run_group_tests_name("trusted", tests, scratch_make, scratch_remove);
}
