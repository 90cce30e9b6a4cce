/* SPDX-License-Identifier: ISC */
/*
 * A file that is read while it is written again. Both of its versions deny, and each
 * mixture of them allows: the one says so in its first lines, the other in its last.
 * Whatever a reader finds in between must allow nothing. Each race is run with a naive
 * reader as well, which takes what it finds: that one is fooled, so that the race is known
 * to be one.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "policy/load.h"
#include "policy/settle.h"
#include "tests/unit/scratch.h"

enum { READS = 20000, PAGE = 4096, SIZE_MAX_PAGES = 4, MS = 1000000 };
#define S ((int64_t)1000 * MS)

#define HEAD	 "Key SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAllow status\n"
#define EXPIRED	 "Expires 2001-01-01T00:00:00Z\n"
#define NOT_HERE "From 203.0.113.0/24\n"
#define END	 "End\n"

/* Of the same size. */
static char versions[2][SIZE_MAX_PAGES * PAGE + 1];
static size_t size;
static const char *file, *aside;
static struct peer peer;
static struct policy_error err;

/* --- the clocks and the waiting: real ones, or played */

static struct {
	bool played;
	/* CLOCK_MONOTONIC, and how far CLOCK_REALTIME is ahead */
	int64_t now, ahead;
	void (*until)(int64_t when);
} clocks;

static enum { WAIT_REALLY, WAIT_NEVER, WAIT_NO_TIME } waiting;

int __real_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out);
int __real_clock_nanosleep(clockid_t clock, int flags, const struct timespec *when,
			   struct timespec *left);
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *when,
			   struct timespec *left);
bool __real_settle_wait(const struct timespec *then);
bool __wrap_settle_wait(const struct timespec *then);

static struct timespec as_time(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / S, .tv_nsec = ns % S};
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *out)
{
	if (!clocks.played)
		return __real_clock_gettime(clock, out);
	*out = as_time(clocks.now + (clock == CLOCK_REALTIME ? clocks.ahead : 0));
	return 0;
}

int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *when,
			   struct timespec *left)
{
	const int64_t then = when->tv_sec * S + when->tv_nsec;

	if (!clocks.played)
		return __real_clock_nanosleep(clock, flags, when, left);
	assert_int_equal(clock, CLOCK_MONOTONIC);
	assert_int_equal(flags, TIMER_ABSTIME);
	clocks.until(then);
	clocks.now = then;
	return 0;
}

bool __wrap_settle_wait(const struct timespec *then)
{
	if (waiting == WAIT_NO_TIME)
		(void)sched_yield();
	return waiting == WAIT_REALLY ? __real_settle_wait(then) : waiting == WAIT_NO_TIME;
}

/* --- the versions, and what is made of them */

/* Comments up to a place. */
static size_t fill(char *text, size_t used, size_t until)
{
	while (used < until) {
		size_t line = until - used < 80 ? until - used : 64;

		text[used] = '#';
		memset(text + used + 1, '-', line - 2);
		text[used + line - 1] = '\n';
		used += line;
	}
	return used;
}

static size_t add(char *text, size_t used, const char *what)
{
	return (size_t)(stpcpy(text + used, what) - text);
}

static void make_versions(size_t of_size)
{
	size_t used;

	size = of_size;
	used = add(versions[0], add(versions[0], 0, HEAD), EXPIRED);
	(void)add(versions[0], fill(versions[0], used, size - strlen(END)), END);
	used = fill(versions[1], add(versions[1], 0, HEAD),
		    size - strlen(NOT_HERE) - strlen(END));
	(void)add(versions[1], add(versions[1], used, NOT_HERE), END);
}

static bool allows(void)
{
	return peer.allow != 0 && peer.expires == 0 && peer.nfrom == 0;
}

enum outcome { ALLOWED, DENIED, REFUSED, OUTCOMES };

static enum outcome read_it(void)
{
	if (policy_load_peer(scratch, "alice", TRUST_ROOT, &peer, &err) < 0)
		return REFUSED;
	return allows() ? ALLOWED : DENIED;
}

/* Takes what is there, and its last line for the end. */
static enum outcome read_naively(void)
{
	char text[SIZE_MAX_PAGES * PAGE + sizeof "\n" END];
	const int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t len, n = 1;

	assert_true(fd >= 0);
	for (len = 0; n > 0; len += n) {
		n = read(fd, text + len, sizeof text - sizeof "\n" END - (size_t)len);
		assert_true(n >= 0);
	}
	assert_int_equal(close(fd), 0);
	if (len < 4 || memcmp(text + len - 4, END, 4) != 0) {
		memcpy(text + len, "\n" END, 5);
		len += 5;
	}
	if (policy_parse_peer("alice", "alice", text, (size_t)len, &peer, &err) < 0)
		return REFUSED;
	return allows() ? ALLOWED : DENIED;
}

/* --- real races */

static const struct way {
	const char *name;
	size_t of_size, piece;
	unsigned pause_us;
	bool truncates, renames;
} ways[] = {
    {"as cat > does", 5000, 128 * 1024, 0, true, false},
    {"in pages, cut off before", 3 * PAGE, PAGE, 0, true, false},
    {"in pieces with pauses, cut off before", 9000, 1000, 300, true, false},
    {"in one, in place", 5000, 128 * 1024, 0, false, false},
    {"in pages, in place", 4 * PAGE, PAGE, 0, false, false},
    {"across pages, in place", 9000, 1500, 0, false, false},
    {"in pieces with pauses, in place", 9000, 1000, 300, false, false},
    {"another file each time", 3 * PAGE, PAGE, 0, true, true},
};

static void write_once(const struct way *way, const char *text)
{
	const char *name = way->renames ? aside : file;
	const int fd = open(
	    name, O_WRONLY | O_CREAT | O_CLOEXEC | (way->truncates ? O_TRUNC : 0), 0644);

	for (size_t at = 0; at < size; at += way->piece) {
		const size_t len = size - at < way->piece ? size - at : way->piece;

		if (write(fd, text + at, len) != (ssize_t)len)
			_exit(1);
		if (way->pause_us > 0)
			(void)usleep(way->pause_us);
	}
	if (close(fd) != 0 || (way->renames && rename(name, file) != 0))
		_exit(1);
}

static pid_t start_writing(const struct way *way)
{
	pid_t child;

	make_versions(way->of_size);
	assert_int_equal(scratch_write(file, 0644, versions[0], size), 0);
	child = fork();
	assert_true(child >= 0);
	if (child > 0)
		return child;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned i = 1;; i++)
		write_once(way, versions[i % 2]);
}

static void stop_writing(pid_t child)
{
	int status;

	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	/* It did not end by itself. */
	assert_true(WIFSIGNALED(status));
}

static void race(const struct way *way, bool decides, unsigned seen[OUTCOMES])
{
	const pid_t child = start_writing(way);
	unsigned fooled = 0;

	waiting = decides ? WAIT_NEVER : WAIT_NO_TIME;
	for (unsigned i = 0; i < READS; i++) {
		settle_begin(decides);
		seen[read_it()]++;
	}
	for (unsigned i = 0;
	     i < READS / 10 || (fooled == 0 && !way->renames && i < 50 * READS); i++)
		fooled += read_naively() == ALLOWED;
	stop_writing(child);
	waiting = WAIT_REALLY;
	print_message("# %s, %s: %u allowed, %u denied, %u refused; naive: %u allowed\n",
		      way->name, decides ? "at a login" : "by hand", seen[ALLOWED],
		      seen[DENIED], seen[REFUSED], fooled);
	assert_int_equal(seen[ALLOWED], 0);
	assert_true(way->renames ? fooled == 0 : fooled > 0);
}

static void need_root(void)
{
	if (geteuid() != 0)
		skip();
	file = scratch_path("alice.conf");
	aside = scratch_path("aside");
}

static void a_file_that_was_cut_off_is_never_taken_for_a_whole_one(void **state)
{
	(void)state;
	need_root();
	for (size_t i = 0; i < COUNT(ways); i++) {
		unsigned seen[OUTCOMES] = {0};

		if (!ways[i].truncates)
			continue;
		race(&ways[i], false, seen);
		assert_true(!ways[i].renames || seen[DENIED] == READS);
	}
}

static void a_file_that_is_new_decides_nothing_at_its_first_look(void **state)
{
	(void)state;
	need_root();
	for (size_t i = 0; i < COUNT(ways); i++) {
		unsigned seen[OUTCOMES] = {0};

		race(&ways[i], true, seen);
	}
}

/* --- played ones: every pause that a writer may make, and the clock set back */

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
	const size_t left = size - writer.at;
	const size_t len = left < writer.piece ? left : writer.piece;
	const struct timespec now = as_time(clocks.now + clocks.ahead);
	const struct timespec times[2] = {now, now};

	assert_int_equal(
	    pwrite(writer.fd, versions[writer.version] + writer.at, len, (off_t)writer.at),
	    (ssize_t)len);
	/* As the kernel does, by the played clock. */
	assert_int_equal(futimens(writer.fd, times), 0);
	writer.at += len;
	if (writer.at == size) {
		writer.at = 0;
		writer.version = 1 - writer.version;
		writer.passes--;
	}
	/* Sometimes no pause at all, and never one as long as what is waited for. */
	writer.next =
	    clocks.now + (chance(3) == 0 ? 0 : chance(SETTLE_MS - 2) * (int64_t)MS);
}

static void play_until(int64_t when)
{
	for (;;) {
		if (writer.set_at <= when &&
		    (writer.passes == 0 || writer.set_at <= writer.next)) {
			clocks.now = writer.set_at;
			clocks.ahead -= (1 + chance(100)) * 100 * (int64_t)MS;
			writer.set_at = INT64_MAX;
		} else if (writer.passes > 0 && writer.next <= when) {
			clocks.now = writer.next;
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
	make_versions(5000 + chance(SIZE_MAX_PAGES * PAGE - 5000));
	assert_int_equal(scratch_write(file, 0644, versions[1], size), 0);
	clocks.played = true;
	clocks.until = play_until;
	clocks.now = 1000 * S;
	clocks.ahead = 1700000000 * S;
	memset(&writer, 0, sizeof writer);
	writer.fd = open(file, O_WRONLY | O_CLOEXEC);
	assert_true(writer.fd >= 0);
	assert_int_equal(futimens(writer.fd, long_ago), 0);
	writer.piece = chance(2) == 0 ? PAGE : 500 + chance(4000);
	writer.passes = 1 + chance(3);
	writer.next = clocks.now;
	writer.set_at =
	    chance(4) == 0 ? clocks.now + chance(20000) * (int64_t)MS : INT64_MAX;
}

static void end_play(void)
{
	assert_int_equal(close(writer.fd), 0);
	clocks.played = false;
}

static void a_writer_that_pauses_is_waited_for(void **state)
{
	unsigned seen[OUTCOMES] = {0}, fooled = 0;

	(void)state;
	need_root();
	for (unsigned i = 0; i < READS; i++) {
		int64_t begin;

		begin_play(i);
		begin = clocks.now + chance(15000) * (int64_t)MS;
		play_until(begin);
		clocks.now = begin;
		fooled += read_naively() == ALLOWED;
		settle_begin(true);
		seen[read_it()]++;
		assert_true(clocks.now - begin <= (SETTLE_TOTAL_MS + 100) * (int64_t)MS);
		end_play();
	}
	print_message("# %u allowed, %u denied, %u refused; naive: %u allowed\n",
		      seen[ALLOWED], seen[DENIED], seen[REFUSED], fooled);
	assert_int_equal(seen[ALLOWED], 0);
	assert_true(fooled > READS / 20);
	/* Most of them end, and then the file is read. */
	assert_true(seen[DENIED] > READS / 4);
	assert_true(seen[REFUSED] > 0);
}

static void play_nothing(int64_t when)
{
	(void)when;
}

/* A file of the time, in ms from now, takes so long to read. */
static int64_t time_to_read(int64_t dated)
{
	const int64_t begin = clocks.now;
	const struct timespec times[2] = {as_time(clocks.now + clocks.ahead + dated * MS),
					  as_time(clocks.now + clocks.ahead + dated * MS)};

	assert_int_equal(scratch_write(file, 0644, HEAD END, strlen(HEAD END)), 0);
	assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
	assert_int_equal(read_it(), ALLOWED);
	return (clocks.now - begin) / MS;
}

static void only_what_is_new_is_waited_for(void **state)
{
	(void)state;
	need_root();
	clocks.played = true;
	clocks.until = play_nothing;
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
	clocks.played = false;
}

/* A machine without a battery: all of its files are of the future until it knows the time.
 */
static void files_of_the_future_are_waited_for_once(void **state)
{
	(void)state;
	need_root();
	clocks.played = true;
	clocks.until = play_nothing;
	settle_begin(true);
	assert_int_equal(time_to_read(1000000), SETTLE_MS + 1);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(time_to_read(5000 + i), 0);
	/* Until the clock is set again. */
	clocks.ahead -= 3600 * S;
	assert_int_equal(time_to_read(1000000), SETTLE_MS + 1);
	clocks.played = false;
}

static void all_files_share_what_a_process_waits(void **state)
{
	(void)state;
	need_root();
	clocks.played = true;
	clocks.until = play_nothing;
	settle_begin(true);
	for (unsigned i = 0; i < SETTLE_TOTAL_MS / SETTLE_MS; i++)
		assert_int_equal(time_to_read(0), SETTLE_MS + 1);
	assert_int_equal(scratch_write(file, 0644, HEAD END, strlen(HEAD END)), 0);
	assert_int_equal(utimensat(AT_FDCWD, file,
				   (struct timespec[2]){as_time(clocks.now + clocks.ahead),
							as_time(clocks.now + clocks.ahead)},
				   0),
			 0);
	assert_int_equal(read_it(), REFUSED);
	assert_int_equal(err.sys, EAGAIN);
	assert_string_equal(err.file, file);
	assert_non_null(strstr(err.text, "is being written"));
	assert_int_equal(error_exit_code(&err), EXIT_SYSTEM);
	clocks.played = false;
}

/* With the clocks that there are, from the writing to the first login that it is good for.
 */
static void a_file_is_taken_once_it_has_settled(void **state)
{
	struct timespec begin, end;

	(void)state;
	need_root();
	settle_begin(true);
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &begin), 0);
	assert_int_equal(scratch_write(file, 0644, HEAD END, strlen(HEAD END)), 0);
	assert_int_equal(read_it(), ALLOWED);
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &end), 0);
	/* The file system's clock is a tick behind. */
	assert_true((end.tv_sec - begin.tv_sec) * 1000 +
			(end.tv_nsec - begin.tv_nsec) / MS >=
		    SETTLE_MS - 50);
	/* And at once, without a change. */
	begin = end;
	assert_int_equal(read_it(), ALLOWED);
	assert_int_equal(
	    scratch_write(file, 0644, HEAD EXPIRED END, strlen(HEAD EXPIRED END)), 0);
	assert_int_equal(read_it(), DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_that_was_cut_off_is_never_taken_for_a_whole_one),
	    cmocka_unit_test(a_file_that_is_new_decides_nothing_at_its_first_look),
	    cmocka_unit_test(a_writer_that_pauses_is_waited_for),
	    cmocka_unit_test(only_what_is_new_is_waited_for),
	    cmocka_unit_test(files_of_the_future_are_waited_for_once),
	    cmocka_unit_test(all_files_share_what_a_process_waits),
	    cmocka_unit_test(a_file_is_taken_once_it_has_settled),
	};

	return cmocka_run_group_tests_name("written", tests, scratch_make, scratch_remove);
}
