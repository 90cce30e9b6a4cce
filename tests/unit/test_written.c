/* SPDX-License-Identifier: ISC */
/* Reading a policy file while a real writer is at it, in every way that there is. */
#include "tests/unit/written_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READS = 20000 };

static const struct way {
	const char *name;
	size_t of_size, piece;
	unsigned pause_us;
	bool truncates, renames;
} ways[] = {
    {"as cat > does", 5000, 128 * 1024, 0, true, false},
    {"in pages, cut off before", 3 * WRITTEN_PAGE, WRITTEN_PAGE, 0, true, false},
    {"in pieces with pauses, cut off before", 9000, 1000, 300, true, false},
    {"in one, in place", 5000, 128 * 1024, 0, false, false},
    {"in pages, in place", 4 * WRITTEN_PAGE, WRITTEN_PAGE, 0, false, false},
    {"across pages, in place", 9000, 1500, 0, false, false},
    {"in pieces with pauses, in place", 9000, 1000, 300, false, false},
    {"another file each time", 3 * WRITTEN_PAGE, WRITTEN_PAGE, 0, true, true},
};

static void write_once(const struct way *way, const char *text)
{
	const char *name = way->renames ? written.aside : written.file;
	const int fd = open(
	    name, O_WRONLY | O_CREAT | O_CLOEXEC | (way->truncates ? O_TRUNC : 0), 0644);

	for (size_t at = 0; at < written.size; at += way->piece) {
		const size_t len =
		    written.size - at < way->piece ? written.size - at : way->piece;

		if (write(fd, text + at, len) != (ssize_t)len)
			_exit(1);
		if (way->pause_us > 0)
			(void)usleep(way->pause_us);
	}
	if (close(fd) != 0 || (way->renames && rename(name, written.file) != 0))
		_exit(1);
}

static pid_t start_writing(const struct way *way)
{
	pid_t child;

	written_make(way->of_size);
	written_put(written.versions[0], written.size);
	child = fork();
	assert_true(child >= 0);
	if (child > 0)
		return child;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned i = 1;; i++)
		write_once(way, written.versions[i % 2]);
}

static void stop_writing(pid_t child)
{
	int status;

	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	/* It did not end by itself. */
	assert_true(WIFSIGNALED(status));
}

static void race(const struct way *way, bool decides, unsigned seen[WRITTEN_OUTCOMES])
{
	const pid_t child = start_writing(way);
	unsigned fooled = 0;

	written_waiting = decides ? WRITTEN_WAIT_NEVER : WRITTEN_WAIT_NO_TIME;
	for (unsigned i = 0; i < READS; i++) {
		settle_begin(decides);
		seen[written_read()]++;
	}
	for (unsigned i = 0;
	     i < READS / 10 || (fooled == 0 && !way->renames && i < 50 * READS); i++)
		fooled += written_read_naively() == WRITTEN_ALLOWED;
	stop_writing(child);
	written_waiting = WRITTEN_WAIT_REALLY;
	print_message("# %s, %s: %u allowed, %u denied, %u refused; naive: %u allowed\n",
		      way->name, decides ? "at a login" : "by hand", seen[WRITTEN_ALLOWED],
		      seen[WRITTEN_DENIED], seen[WRITTEN_REFUSED], fooled);
	assert_int_equal(seen[WRITTEN_ALLOWED], 0);
	assert_true(way->renames ? fooled == 0 : fooled > 0);
}

static void a_file_that_was_cut_off_is_never_taken_for_a_whole_one(void **state)
{
	(void)state;
	written_need_root();
	for (size_t i = 0; i < COUNT(ways); i++) {
		unsigned seen[WRITTEN_OUTCOMES] = {0};

		if (!ways[i].truncates)
			continue;
		race(&ways[i], false, seen);
		assert_true(!ways[i].renames || seen[WRITTEN_DENIED] == READS);
	}
}

static void a_file_that_is_new_decides_nothing_at_its_first_look(void **state)
{
	(void)state;
	written_need_root();
	for (size_t i = 0; i < COUNT(ways); i++) {
		unsigned seen[WRITTEN_OUTCOMES] = {0};

		race(&ways[i], true, seen);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_that_was_cut_off_is_never_taken_for_a_whole_one),
	    cmocka_unit_test(a_file_that_is_new_decides_nothing_at_its_first_look),
	};

	return cmocka_run_group_tests_name("written", tests, written_begin, written_end);
}
