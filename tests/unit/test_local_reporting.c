/* SPDX-License-Identifier: ISC */
/* What is told of a link: whole, or seen to be cut. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "local/reporting.h"
#include "unit.h"

static char much[2 * REPORT_LOG_MAX];

static void fill_much(void)
{
	memset(much, 'x', sizeof(much) - 1);
}

/* As long as there is room for, and ending in dots. */
static void assert_cut(const char *text, size_t size)
{
	assert_int_equal(size - 1, strlen(text));
	assert_string_equal("x...", text + size - sizeof("x..."));
}

/* What is printed on standard error by one line of the log. */
static void read_log(const struct report *report, const char *text, char *buf, size_t size)
{
	FILE *const file = tmpfile();
	const int own = dup(STDERR_FILENO);
	ssize_t got;

	assert_non_null(file);
	assert_true(own >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
	report_log(report, LOG_WARNING, "%s", text);
	fflush(stderr);
	assert_true(dup2(own, STDERR_FILENO) >= 0);
	close(own);
	got = pread(fileno(file), buf, size - 1, 0);
	assert_true(got > 0);
	/* Without the newline. */
	buf[got - 1] = '\0';
	fclose(file);
}

static void a_failure_that_is_too_long_ends_in_dots(void **state)
{
	struct failure failure;

	(void)state;
	fill_much();
	assert_int_equal(-1, failure_set(&failure, EXIT_LINK, "%s", much));
	assert_cut(failure.text, sizeof(failure.text));
	assert_int_equal(-1, failure_name(&failure, EXIT_LINK, "a %s b", much, " rest"));
	assert_cut(failure.text, sizeof(failure.text));
}

static void a_failure_that_fits_is_whole(void **state)
{
	struct failure failure;

	(void)state;
	fill_much();
	failure_set(&failure, EXIT_LINK, "%.*s", FAILURE_TEXT_MAX - 1, much);
	assert_int_equal(FAILURE_TEXT_MAX - 1, strlen(failure.text));
	assert_null(strchr(failure.text, '.'));
	failure_name(&failure, EXIT_LINK, "a %s b", "name", " [rest]");
	assert_string_equal("a name b [rest]", failure.text);
	failure_name(&failure, EXIT_LINK, "no hole", "name", "");
	assert_string_equal("no hole", failure.text);
}

/* Each message arrives whole, or cut and saying so. */
static void a_message_to_the_parent_that_is_too_long_ends_in_dots(void **state)
{
	struct report report = {.name = "t", .foreground = true, .quiet = true};
	struct report_message message;
	char log[REPORT_LOG_MAX + 64];
	int ends[2];

	(void)state;
	fill_much();
	assert_int_equal(0, pipe(ends));
	report.parent = ends[1];
	report_progress(&report, "%s", much);
	assert_int_equal(sizeof(message), read(ends[0], &message, sizeof(message)));
	assert_cut(message.text, sizeof(message.text));
	report_result(&report, EXIT_DONE, "%s", much);
	assert_int_equal(sizeof(message), read(ends[0], &message, sizeof(message)));
	assert_cut(message.text, sizeof(message.text));
	assert_int_equal(REPORT_FINAL, message.kind);
	assert_int_equal(-1, report.parent);
	close(ends[0]);

	read_log(&report, much, log, sizeof(log));
	assert_cut(log, REPORT_LOG_MAX + strlen("t: "));
}

/* The longest failure is told to the parent and to the log without a cut. */
static void a_whole_failure_arrives_whole(void **state)
{
	struct report report = {.name = "t", .foreground = true, .quiet = true};
	struct report_message message;
	struct failure failure;
	char log[REPORT_LOG_MAX + 64];
	int ends[2];

	(void)state;
	fill_much();
	failure_set(&failure, EXIT_DONE, "%.*s", FAILURE_TEXT_MAX - 1, much);
	assert_int_equal(0, pipe(ends));
	report.parent = ends[1];
	report_result(&report, EXIT_DONE, "%s is not up: %s", report.name, failure.text);
	assert_int_equal(sizeof(message), read(ends[0], &message, sizeof(message)));
	assert_int_equal(strlen("t is not up: ") + FAILURE_TEXT_MAX - 1,
			 strlen(message.text));
	close(ends[0]);

	read_log(&report, failure.text, log, sizeof(log));
	assert_int_equal(strlen("t: ") + FAILURE_TEXT_MAX - 1, strlen(log));
}

/* Stopped, for instance: the link goes on, and the outcome arrives. */
static void a_parent_that_does_not_read_blocks_nothing(void **state)
{
	enum { ATTEMPTS = 1000, PATIENCE_S = 20 };
	struct report_message message;
	int ends[2], steps = 0;
	struct report report = {.name = "office", .parent = -1};

	(void)state;
	assert_int_equal(0, pipe(ends));
	report.parent = ends[1];
	alarm(PATIENCE_S);
	for (int i = 0; i < ATTEMPTS; i++) {
		report_progress(&report, "ssh to remote as alice");
		report_retry(&report, EXIT_LINK, "office is not up: %d", i);
	}
	assert_true(report_is_heard(&report));
	report_result(&report, EXIT_DENIED, "office is not up");
	alarm(0);
	assert_int_equal(-1, report.parent);
	while (read(ends[0], &message, sizeof message) == sizeof message &&
	       message.kind != REPORT_FINAL)
		steps++;
	assert_true(steps >= 2);
	assert_int_equal(REPORT_FINAL, message.kind);
	assert_int_equal(EXIT_DENIED, message.code);
	close(ends[0]);
}

static void a_parent_that_has_left_hears_nothing(void **state)
{
	int ends[2];
	struct report report = {.name = "office", .parent = -1};

	(void)state;
	assert_false(report_is_heard(&report));
	assert_int_equal(0, pipe(ends));
	report.parent = ends[1];
	assert_true(report_is_heard(&report));
	close(ends[0]);
	assert_false(report_is_heard(&report));
	close(ends[1]);
	report = (struct report){.name = "office", .foreground = true, .parent = -1};
	assert_true(report_is_heard(&report));
}

static void keep_heard(void *hearer, int level, const char *text)
{
	char *const kept = hearer;
	const size_t used = strlen(kept);

	snprintf(kept + used, sizeof(much) - used, "%d %s;", level, text);
}

static void who_hears_gets_all_and_nothing_is_printed(void **state)
{
	static char heard[sizeof(much)], said[sizeof(much)];
	struct report report = {.name = "office",
				.foreground = true,
				.verbose = true,
				.parent = -1,
				.hear = keep_heard,
				.hearer = said};

	(void)state;
	said[0] = '\0';
	report_progress(&report, "a step");
	report_log(&report, LOG_DEBUG, "a frame");
	report_result(&report, EXIT_LINK, "no link");
	snprintf(heard, sizeof(heard), "%d a step;%d a frame;%d no link;", LOG_DEBUG,
		 LOG_DEBUG, LOG_ERR);
	assert_string_equal(said, heard);
	assert_false(report_notify(&report, "READY=1"));
}

static void a_failure_forgets_its_step(void **state)
{
	struct failure failure = {.step = STEP_UNKNOWN};

	(void)state;
	assert_int_equal(-1, failure_at(&failure, STEP_LOGIN));
	assert_int_equal(STEP_LOGIN, failure.step);
	failure_set(&failure, EXIT_LINK, "another");
	assert_int_equal(STEP_UNKNOWN, failure.step);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_failure_that_is_too_long_ends_in_dots),
	    cmocka_unit_test(a_failure_that_fits_is_whole),
	    cmocka_unit_test(a_message_to_the_parent_that_is_too_long_ends_in_dots),
	    cmocka_unit_test(a_whole_failure_arrives_whole),
	    cmocka_unit_test(a_parent_that_does_not_read_blocks_nothing),
	    cmocka_unit_test(a_parent_that_has_left_hears_nothing),
	    cmocka_unit_test(who_hears_gets_all_and_nothing_is_printed),
	    cmocka_unit_test(a_failure_forgets_its_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
