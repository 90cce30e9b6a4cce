/* SPDX-License-Identifier: ISC */
/* What children say: the last of it is kept, its bytes are never shown raw. */
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "local/output.h"
#include "unit.h"

static struct output output;

/* What of it is logged. */
static unsigned logged;

static void count(const struct output *from, int level, const char *text)
{
	assert_ptr_equal(&output, from);
	assert_true(level == LOG_INFO || level == LOG_DEBUG || text == NULL);
	logged++;
}

static const struct output_log to_log = {.say = count};

static int level = LOG_DEBUG;

/* Returns the child's end. */
static int open_output(int of_level)
{
	struct error err;
	int ours, theirs;

	assert_int_equal(0, output_pipe(&ours, &theirs, &err));
	output_begin(&output, ours, of_level);
	logged = 0;
	return theirs;
}

static void say(const char *bytes, size_t len)
{
	const int fd = open_output(level);

	while (len > 0) {
		const size_t piece = len > 4096 ? 4096 : len;

		assert_int_equal(piece, write(fd, bytes, piece));
		output_drain(&output, &to_log);
		bytes += piece;
		len -= piece;
	}
	assert_true(output.fd >= 0);
	close(fd);
	output_drain(&output, &to_log);
	assert_int_equal(-1, output.fd);
}

/* Two messages, which may be read at once. */
static void say_both(const char *one, const char *other)
{
	const int fd = open_output(level);

	assert_int_equal(strlen(one), write(fd, one, strlen(one)));
	assert_int_equal(strlen(other), write(fd, other, strlen(other)));
	close(fd);
	output_drain(&output, &to_log);
}

static void assert_last_line(const char *said, size_t len, const char *expected)
{
	char line[64];

	say(said, len);
	assert_string_equal(expected, output_last_line(&output, NULL, line, sizeof(line)));
}

static void finds_the_last_line(void **state)
{
	(void)state;
	assert_last_line("", 0, "");
	assert_last_line("\n\r\n \n", 5, "");
	assert_last_line("one\ntwo\r\n", 9, "\"two\"");
	assert_last_line("one", 3, "\"one\"");
	assert_last_line("one\n\n\r\n", 7, "\"one\"");
	assert_last_line("a\033[2Jb\n", 7, "\"a\\x1b[2Jb\"");
}

static bool tells(const char *line, size_t len)
{
	return memmem(line, len, "why", 3) != NULL;
}

static void finds_the_last_line_that_tells(void **state)
{
	static const struct {
		const char *said, *expected;
	} samples[] = {
	    {"why not\nhangup\n", "\"why not\""},
	    {"why one\r\nwhy two\r\nhangup\r\n\r\n", "\"why two\""},
	    {"one\nhangup\n", "\"hangup\""},
	    {"\n\n", ""},
	};
	char line[QUOTED_LINE_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		say(samples[i].said, strlen(samples[i].said));
		assert_string_equal(samples[i].expected,
				    output_last_line(&output, tells, line, sizeof line));
	}
}

static void keeps_the_end_of_much(void **state)
{
	static char much[3 * OUTPUT_TAIL_MAX + 17];
	char line[64];

	(void)state;
	memset(much, 'x', sizeof(much));
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): bytes, not a string */
	memcpy(much + sizeof(much) - 5, "\nend\n", 5);
	say(much, sizeof(much));
	assert_int_equal(OUTPUT_TAIL_MAX, output.used);
	assert_string_equal("\"end\"", output_last_line(&output, NULL, line, sizeof(line)));
}

/* Where a line was cut, its end is not told: it could be taken for a complaint of ssh's. */
/* However long it goes on: the count of lines must not begin again. */
static void logs_no_more_after_very_many_lines(void **state)
{
	const int fd = open_output(LOG_INFO);

	(void)state;
	output.lines = UINT_MAX;
	assert_int_equal(6, write(fd, "a\nb\nc\n", 6));
	close(fd);
	output_drain(&output, &to_log);
	assert_int_equal(0, logged);
}

static void says_whole_lines(void **state)
{
	static char much[2 * OUTPUT_TAIL_MAX];

	(void)state;
	say("half", 4);
	assert_string_equal("half", output_said(&output));
	memset(much, 'x', sizeof(much));
	say(much, sizeof(much));
	assert_string_equal("", output_said(&output));
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): bytes, not a string */
	memcpy(much + sizeof(much) - 9, "\none\ntwo\n", 9);
	say(much, sizeof(much));
	assert_string_equal("\vone\n\vtwo\n", output_said(&output));
}

/* What a server says before ssh complains, in more lines, and longer ones, than are logged.
 */
static void counts_what_is_logged(void **state)
{
	static const char begin[] = {'d', 'e', 'b', 'u', 'g', '1', ':', ' '};
	static char much[(OUTPUT_LINES_MAX + 1) * (OUTPUT_LINE_MAX + 100)];
	const size_t each = sizeof(much) / (OUTPUT_LINES_MAX + 1);

	(void)state;
	memset(much, 'x', sizeof(much));
	for (size_t i = 0; i < sizeof(much); i += each) {
		memcpy(much + i, begin, sizeof(begin));
		much[i + each - 1] = '\n';
	}
	level = LOG_INFO;
	say(much, sizeof(much));
	assert_int_equal(0, logged);
	say_both("debug1: not it\n", "complaint\n");
	assert_int_equal(1, logged);
	/* What it quotes is not a complaint, with a line's end in it or not. */
	say_both("debug1: not it\ncomplaint\n", "debug1: neither\n");
	assert_int_equal(0, logged);
	level = LOG_DEBUG;
}

/* What is written at once is one message, whatever it quotes; another begins a line. */
static void marks_what_continues_a_message(void **state)
{
	(void)state;
	say_both("bye\nBad\r\n\r\nworse\r\n", "own\n");
	assert_string_equal("bye\n\vBad\r\n\r\n\vworse\r\nown\n", output_said(&output));
	say_both("debug1: a\rb\nc\n", "own\n");
	assert_string_equal("debug1: a\r\fb\n\fc\nown\n", output_said(&output));
}

static void survives_nul(void **state)
{
	(void)state;
	assert_last_line("a\0b\n", 4, "\"a?b\"");
	assert_int_equal(4, strlen(output.tail));
}

/* Linked in place of the clock's (ld --wrap): it stands still until the test moves it. */
static int64_t now = 1000;
int64_t __wrap_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void)
{
	return now;
}

static void take(int fd, const char *text, size_t len)
{
	assert_int_equal(len, write(fd, text, len));
	output_take(&output, &to_log);
}

/* Many small pieces, or few large ones: then others have their turn, and no sooner. */
static void rests_from_whoever_writes_without_end(void **state)
{
	static char much[OUTPUT_WINDOW_BYTES];
	const int fd = open_output(LOG_DEBUG);

	(void)state;
	memset(much, 'x', sizeof(much));
	assert_int_equal(0, output_rest_ms(&output));
	take(fd, much, sizeof(much) - 1);
	assert_int_equal(0, output_rest_ms(&output));
	take(fd, "x", 1);
	assert_int_equal(OUTPUT_WINDOW_MS, output_rest_ms(&output));
	now += OUTPUT_WINDOW_MS - 1;
	assert_int_equal(1, output_rest_ms(&output));
	now++;
	assert_int_equal(0, output_rest_ms(&output));
	for (int i = 1; i < OUTPUT_WINDOW_LOOKS; i++) {
		take(fd, "x", 1);
		assert_int_equal(0, output_rest_ms(&output));
	}
	take(fd, "x", 1);
	assert_int_equal(OUTPUT_WINDOW_MS, output_rest_ms(&output));
	/* One that is closed is no reason to wait. */
	output_close(&output);
	assert_int_equal(0, output_rest_ms(&output));
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_last_line),
	    cmocka_unit_test(finds_the_last_line_that_tells),
	    cmocka_unit_test(keeps_the_end_of_much),
	    cmocka_unit_test(logs_no_more_after_very_many_lines),
	    cmocka_unit_test(says_whole_lines),
	    cmocka_unit_test(counts_what_is_logged),
	    cmocka_unit_test(marks_what_continues_a_message),
	    cmocka_unit_test(survives_nul),
	    cmocka_unit_test(rests_from_whoever_writes_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
