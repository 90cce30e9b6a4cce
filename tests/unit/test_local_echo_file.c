/* SPDX-License-Identifier: ISC */
/* The file of echo times: it tells what was written, and what its writer makes of it does
 * no harm to who reads. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/echo_file.h"
#include "unit.h"

enum { FORMAT_AT = 0, SEQUENCE_AT = 4, WHEN_AT = 8, SIZE = 40, SECOND_US = 1000000 };

static char path[] = "/tmp/sallyport-test-XXXXXX";
static int dir = -1;
static struct echo_record *record;
static struct error err;

static int make_file(void **state)
{
	int fd;

	(void)state;
	fd = echo_file_create(dir, &err);
	assert_in_range(fd, ECHO_FD_MIN, ECHO_FD_MAX);
	record = echo_file_map(fd, &err);
	assert_non_null(record);
	close(fd);
	return 0;
}

static int make_directory(void **state)
{
	(void)state;
	if (mkdtemp(path) == NULL)
		return -1;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -1 : 0;
}

static int remove_directory(void **state)
{
	(void)state;
	echo_file_remove(dir);
	echo_file_remove(dir);
	close(dir);
	return rmdir(path);
}

static struct echo_times sound(void)
{
	return (struct echo_times){.when = monotonic_us(),
				   .samples = 3,
				   .last = 1200,
				   .smoothed = 1100,
				   .least = 1000,
				   .interval = 3};
}

static bool reads(void)
{
	struct echo_times out;
	int64_t age;

	return echo_file_read(dir, &out, &age);
}

static void tells_what_was_written(void **state)
{
	const struct echo_times times = sound();
	struct echo_times out;
	struct stat st;
	int64_t age;

	(void)state;
	/* No answer yet. */
	assert_false(reads());
	for (int i = 0; i < 3; i++) {
		echo_file_write(record, &times);
		assert_true(echo_file_read(dir, &out, &age));
		assert_memory_equal(&times, &out, sizeof out);
		assert_in_range(age, 0, 10 * SECOND_US);
	}
	assert_int_equal(0, fstatat(dir, "echo", &st, AT_SYMLINK_NOFOLLOW));
	assert_int_equal(SIZE, st.st_size);
	assert_int_equal(0600, st.st_mode & 0777);
}

static void a_new_file_tells_nothing_of_the_old_one(void **state)
{
	const struct echo_times times = sound();
	struct echo_record *const old = record;

	(void)state;
	echo_file_write(record, &times);
	make_file(state);
	echo_file_write(old, &times);
	assert_false(reads());
	echo_file_remove(dir);
	assert_false(reads());
}

static void what_is_old_is_not_told(void **state)
{
	struct echo_times times = sound();

	(void)state;
	/* As long as some intervals explain it. */
	times.when -= 12 * SECOND_US;
	echo_file_write(record, &times);
	assert_true(reads());
	times.when -= 3 * SECOND_US;
	echo_file_write(record, &times);
	assert_false(reads());
}

/* A writer that was taken over writes what it likes. */
static void absurd_times_are_not_told(void **state)
{
	struct echo_times cases[10] = {{0}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		cases[i] = sound();
	cases[0].when = INT64_MIN;
	cases[1].when = -1;
	cases[2].when = INT64_MAX;
	cases[3].when += 3600LL * SECOND_US;
	cases[4].samples = 0;
	cases[5].interval = 0;
	cases[6].interval = 86401;
	cases[7].interval = UINT32_MAX;
	cases[8].least = cases[8].last + 1;
	cases[9].least = cases[9].smoothed + 1;
	for (size_t i = 0; i < COUNT(cases); i++) {
		echo_file_write(record, &cases[i]);
		assert_false(reads());
	}
	cases[0] = sound();
	echo_file_write(record, &cases[0]);
	assert_true(reads());
}

static void put(size_t at, uint32_t value)
{
	memcpy((char *)record + at, &value, sizeof value);
}

static void what_is_being_written_is_not_told(void **state)
{
	const struct echo_times times = sound();

	(void)state;
	echo_file_write(record, &times);
	put(SEQUENCE_AT, 7);
	assert_false(reads());
	/* Its writer died there; another write sets it right. */
	echo_file_write(record, &times);
	assert_true(reads());
	put(FORMAT_AT, 2);
	assert_false(reads());
}

/* Only the supervisor could put something else there; it is refused all the same. */
static void other_files_are_refused(void **state)
{
	int fds[2], fd;

	(void)state;
	assert_int_equal(0, pipe(fds));
	assert_null(echo_file_map(fds[1], &err));
	close(fds[0]);
	close(fds[1]);
	assert_null(echo_file_map(fds[1], &err));
	echo_file_remove(dir);
	fd = openat(dir, "echo", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_null(echo_file_map(fd, &err));
	assert_false(reads());
	assert_int_equal(0, ftruncate(fd, SIZE + 1));
	assert_null(echo_file_map(fd, &err));
	assert_false(reads());
	close(fd);
	echo_file_remove(dir);
	assert_int_equal(0, symlinkat("/proc/self/status", dir, "echo"));
	assert_false(reads());
	/* A link there is not followed, and gives way. */
	fd = echo_file_create(dir, &err);
	assert_true(fd >= 0);
	close(fd);
	echo_file_remove(dir);
	assert_int_equal(0, mkfifoat(dir, "echo", 0600));
	assert_false(reads());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(tells_what_was_written, make_file),
	    cmocka_unit_test_setup(a_new_file_tells_nothing_of_the_old_one, make_file),
	    cmocka_unit_test_setup(what_is_old_is_not_told, make_file),
	    cmocka_unit_test_setup(absurd_times_are_not_told, make_file),
	    cmocka_unit_test_setup(what_is_being_written_is_not_told, make_file),
	    cmocka_unit_test_setup(other_files_are_refused, make_file),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
