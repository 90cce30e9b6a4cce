/* SPDX-License-Identifier: ISC */
/* Waiting until a file has settled: every pause that a writer may make, and the clock set
 * back, played. test_settled.c has the clocks that there are. */
#include "tests/unit/written_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READS = 20000 };

static struct {
	int fd;
	unsigned version;
	size_t at, piece;
	unsigned passes;
	/* when the next piece is written, and when the clock is set */
	int64_t next, set_at;
} writer;

static unsigned random_state;
static unsigned chance(unsigned below)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % below;
}

static void write_piece(void)
{
	const size_t left = written.size - writer.at;
	const size_t len = left < writer.piece ? left : writer.piece;
	const struct timespec now = written_time(written_clocks.now + written_clocks.ahead);
	const struct timespec times[2] = {now, now};

	assert_int_equal(pwrite(writer.fd, written.versions[writer.version] + writer.at,
				len, (off_t)writer.at),
			 (ssize_t)len);
	/* As the kernel does, by the played clock. */
	assert_int_equal(futimens(writer.fd, times), 0);
	writer.at += len;
	if (writer.at == written.size) {
		writer.at = 0;
		writer.version = 1 - writer.version;
		writer.passes--;
	}
	/* Sometimes no pause at all, and never one as long as what is waited for. */
	writer.next =
	    written_clocks.now +
	    (chance(3) == 0 ? 0 : chance(SETTLE_MS - 2) * (int64_t)WRITTEN_NS_IN_MS);
}

static void play_until(int64_t when)
{
	for (;;) {
		if (writer.set_at <= when &&
		    (writer.passes == 0 || writer.set_at <= writer.next)) {
			written_clocks.now = writer.set_at;
			written_clocks.ahead -=
			    (1 + chance(100)) * 100 * (int64_t)WRITTEN_NS_IN_MS;
			writer.set_at = INT64_MAX;
		} else if (writer.passes > 0 && writer.next <= when) {
			written_clocks.now = writer.next;
			write_piece();
		} else {
			return;
		}
	}
}

static void begin_play(unsigned seed)
{
	const struct timespec long_ago[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};

	random_state = seed;
	written_make(5000 + chance(WRITTEN_PAGES_MAX * WRITTEN_PAGE - 5000));
	written_put(written.versions[1], written.size);
	written_clocks.played = true;
	written_clocks.until = play_until;
	written_clocks.now = 1000 * WRITTEN_NS_IN_S;
	written_clocks.ahead = 1700000000 * WRITTEN_NS_IN_S;
	memset(&writer, 0, sizeof writer);
	writer.fd = open(written.file, O_WRONLY | O_CLOEXEC);
	assert_true(writer.fd >= 0);
	assert_int_equal(futimens(writer.fd, long_ago), 0);
	writer.piece = chance(2) == 0 ? WRITTEN_PAGE : 500 + chance(4000);
	writer.passes = 1 + chance(3);
	writer.next = written_clocks.now;
	writer.set_at = chance(4) == 0
			    ? written_clocks.now + chance(20000) * (int64_t)WRITTEN_NS_IN_MS
			    : INT64_MAX;
}

static void end_play(void)
{
	assert_int_equal(close(writer.fd), 0);
	written_clocks.played = false;
}

static void a_writer_that_pauses_is_waited_for(void **state)
{
	unsigned seen[WRITTEN_OUTCOMES] = {0}, fooled = 0;

	(void)state;
	written_need_root();
	for (unsigned i = 0; i < READS; i++) {
		int64_t begin;

		begin_play(i);
		begin = written_clocks.now + chance(15000) * (int64_t)WRITTEN_NS_IN_MS;
		play_until(begin);
		written_clocks.now = begin;
		fooled += written_read_naively() == WRITTEN_ALLOWED;
		settle_begin(true);
		seen[written_read()]++;
		assert_true(written_clocks.now - begin <=
			    (SETTLE_TOTAL_MS + 100) * (int64_t)WRITTEN_NS_IN_MS);
		end_play();
	}
	print_message("# %u allowed, %u denied, %u refused; naive: %u allowed\n",
		      seen[WRITTEN_ALLOWED], seen[WRITTEN_DENIED], seen[WRITTEN_REFUSED],
		      fooled);
	assert_int_equal(seen[WRITTEN_ALLOWED], 0);
	assert_true(fooled > READS / 20);
	/* Most of them end, and then the file is read. */
	assert_true(seen[WRITTEN_DENIED] > READS / 4);
	assert_true(seen[WRITTEN_REFUSED] > 0);
}

static void play_nothing(int64_t when)
{
	(void)when;
}

/* A file of the time, in ms from now, takes so long to read. */
static int64_t time_to_read(int64_t dated)
{
	const int64_t begin = written_clocks.now;
	const struct timespec times[2] = {
	    written_time(written_clocks.now + written_clocks.ahead +
			 dated * WRITTEN_NS_IN_MS),
	    written_time(written_clocks.now + written_clocks.ahead +
			 dated * WRITTEN_NS_IN_MS)};

	written_put(WRITTEN_HEAD WRITTEN_END, strlen(WRITTEN_HEAD WRITTEN_END));
	assert_int_equal(utimensat(AT_FDCWD, written.file, times, 0), 0);
	assert_int_equal(written_read(), WRITTEN_ALLOWED);
	return (written_clocks.now - begin) / WRITTEN_NS_IN_MS;
}

static void only_what_is_new_is_waited_for(void **state)
{
	(void)state;
	written_need_root();
	written_clocks.played = true;
	written_clocks.until = play_nothing;
	settle_begin(true);
	assert_int_equal(time_to_read(-SETTLE_MS), 0);
	assert_int_equal(time_to_read(-1000000), 0);
	assert_int_equal(time_to_read(500 - SETTLE_MS), 501);
	settle_begin(true);
	assert_int_equal(time_to_read(0), SETTLE_MS + 1);
	/* By hand, nothing is. */
	settle_begin(false);
	assert_int_equal(time_to_read(0), 0);
	assert_int_equal(time_to_read(1000000), 0);
	written_clocks.played = false;
}

/* A machine without a battery: all of its files are of the future until it knows the time.
 */
static void files_of_the_future_are_waited_for_once(void **state)
{
	(void)state;
	written_need_root();
	written_clocks.played = true;
	written_clocks.until = play_nothing;
	settle_begin(true);
	assert_int_equal(time_to_read(1000000), SETTLE_MS + 1);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(time_to_read(5000 + i), 0);
	/* Until the clock is set again. */
	written_clocks.ahead -= 3600 * WRITTEN_NS_IN_S;
	assert_int_equal(time_to_read(1000000), SETTLE_MS + 1);
	written_clocks.played = false;
}

static void all_files_share_what_a_process_waits(void **state)
{
	(void)state;
	written_need_root();
	written_clocks.played = true;
	written_clocks.until = play_nothing;
	settle_begin(true);
	for (unsigned i = 0; i < SETTLE_TOTAL_MS / SETTLE_MS; i++)
		assert_int_equal(time_to_read(0), SETTLE_MS + 1);
	written_put(WRITTEN_HEAD WRITTEN_END, strlen(WRITTEN_HEAD WRITTEN_END));
	assert_int_equal(
	    utimensat(AT_FDCWD, written.file,
		      (struct timespec[2]){
			  written_time(written_clocks.now + written_clocks.ahead),
			  written_time(written_clocks.now + written_clocks.ahead)},
		      0),
	    0);
	assert_int_equal(written_read(), WRITTEN_REFUSED);
	assert_int_equal(written.err.sys, EAGAIN);
	assert_string_equal(written.err.file, written.file);
	assert_non_null(strstr(written.err.text, "is being written"));
	assert_int_equal(error_exit_code(&written.err), EXIT_SYSTEM);
	written_clocks.played = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_writer_that_pauses_is_waited_for),
	    cmocka_unit_test(only_what_is_new_is_waited_for),
	    cmocka_unit_test(files_of_the_future_are_waited_for_once),
	    cmocka_unit_test(all_files_share_what_a_process_waits),
	};

	return cmocka_run_group_tests_name("settle", tests, written_begin_in_memory,
					   written_end_in_memory);
}
