/* SPDX-License-Identifier: ISC */
/* Programs that audit asks: what they get of it, what it gets of them, and that it ends. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "policy/tool/audit/run.h"
#include "tests/unit/scratch.h"

enum { SHORT_MS = 100 };

static struct run_output output;
static struct error err;

/* A shell is an ordinary program here. */
static int ask(const char *script)
{
	char shell[] = "/bin/sh", option[] = "-c", text[512];
	char *const argv[] = {shell, option, text, NULL};

	(void)snprintf(text, sizeof text, "%s", script);
	run_free(&output);
	err = (struct error){0};
	return run_program(argv, &output, &err);
}

static void output_and_status(void **state)
{
	char line[4];

	(void)state;
	assert_int_equal(ask("echo out; echo err >&2; exit 3"), 0);
	assert_string_equal(output.out, "out\n");
	assert_string_equal(output.err, "err\n");
	assert_int_equal(output.status, 3);
	assert_int_equal(ask("kill -9 $$"), 0);
	assert_int_equal(output.status, 128 + SIGKILL);
	assert_string_equal(run_first_line("abcdef\nx", line, sizeof line), "abc");
	assert_string_equal(run_first_line("a\r\nx", line, sizeof line), "a");
}

/* And nowhere else than there. */
static void input_is_read(void **state)
{
	char shell[] = "/bin/sh", option[] = "-c";
	char script[] = "cat; tr '\\0' ' ' </proc/$$/cmdline | grep -c 'a [s]ecret'";
	char *const argv[] = {shell, option, script, NULL};

	(void)state;
	run_free(&output);
	assert_int_equal(run_program_on("a secret\n", argv, &output, &err), 0);
	assert_string_equal(output.out, "a secret\n0\n");
}

/* Neither the environment, nor a descriptor, nor the directory, nor a way to more rights.
 */
static void what_it_gets(void **state)
{
	const int open_one = open("/dev/null", O_RDONLY);

	(void)state;
	assert_int_equal(setenv("AUDIT_TEST", "1", 1), 0);
	assert_int_equal(ask("echo ${AUDIT_TEST-none}; pwd; cat; ls /proc/$$/fd; "
			     "grep NoNewPrivs: /proc/$$/status | tr '\\t' ' '"),
			 0);
	assert_string_equal(output.out, "none\n/\n0\n1\n2\nNoNewPrivs: 1\n");
	assert_int_equal(close(open_one), 0);
}

static void what_is_not_run(void **state)
{
	char path[256];
	char *const argv[] = {path, NULL};

	(void)state;
	(void)snprintf(path, sizeof path, "%s", scratch_path("missing"));
	assert_int_equal(run_program(argv, &output, &err), -1);
	if (geteuid() != 0)
		skip();
	/* Anybody could have written it. */
	(void)snprintf(path, sizeof path, "%s", scratch_path("open"));
	assert_int_equal(scratch_write(path, 0777, "#!/bin/sh\n", 10), 0);
	assert_int_equal(run_program(argv, &output, &err), -1);
	assert_true(err.untrusted);
	/* It is no program. */
	(void)snprintf(path, sizeof path, "%s", scratch_path("garbage"));
	assert_int_equal(scratch_write(path, 0755, "garbage", 7), 0);
	assert_int_equal(run_program(argv, &output, &err), -1);
	assert_null(output.out);
}

static void what_is_no_text(void **state)
{
	(void)state;
	assert_int_equal(ask("printf 'a\\0b'"), -1);
	assert_non_null(strstr(err.text, "what is not text"));
	/* What writes without end is ended. */
	assert_int_equal(ask("exec cat /dev/zero"), -1);
	assert_int_equal(ask("exec yes"), -1);
}

static void what_does_not_end(void **state)
{
	char program[] = "/bin/sleep", argument[] = "1000";
	char *const argv[] = {program, argument, NULL};
	const int64_t begin = monotonic_ms();

	(void)state;
	run_free(&output);
	assert_int_equal(run_program_within(SHORT_MS, argv, &output, &err), -1);
	assert_int_equal(err.sys, ETIMEDOUT);
	assert_true(monotonic_ms() - begin >= SHORT_MS);
	assert_true(monotonic_ms() - begin < RUN_TIMEOUT_MS);
}

/* A program as who runs this; it may be root. */
static int ask_as_self(const char *script, int64_t deadline)
{
	char shell[] = "/bin/sh", option[] = "-c", text[512];
	char *const argv[] = {shell, option, text, NULL};
	struct user self = {
	    .uid = geteuid(), .gid = getegid(), .home = "/", .name = "self"};

	(void)snprintf(text, sizeof text, "%s", script);
	run_free(&output);
	err = (struct error){0};
	return run_program_as(&self, deadline, argv, &output, &err);
}

static void a_deadline_for_several(void **state)
{
	(void)state;
	assert_int_equal(ask_as_self("echo x", monotonic_ms() + RUN_TIMEOUT_MS), 0);
	assert_string_equal(output.out, "x\n");
	/* None is started when nothing is left. */
	assert_int_equal(ask_as_self("echo x", monotonic_ms()), -1);
	assert_int_equal(err.sys, ETIMEDOUT);
	assert_null(output.out);
	assert_int_equal(ask_as_self("sleep 1000", monotonic_ms() + SHORT_MS), -1);
	assert_int_equal(err.sys, ETIMEDOUT);
}

/* The pipe closes when the last one that holds it has ended. */
static void what_stays_behind(void **state)
{
	char script[512], more;
	const char *fifo = scratch_path("fifo");
	int fd;

	(void)state;
	assert_int_equal(mkfifo(fifo, 0600), 0);
	fd = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	(void)snprintf(script, sizeof script,
		       "sleep 1000 >%s & until [ -e /proc/$!/exe ] && "
		       "[ /proc/$!/fd/1 -ef %s ]; do :; done; echo done",
		       fifo, fifo);
	assert_int_equal(ask_as_self(script, monotonic_ms() + RUN_TIMEOUT_MS), 0);
	assert_string_equal(output.out, "done\n");
	assert_int_equal(deadline_read(fd, &more, 1, monotonic_ms() + RUN_TIMEOUT_MS), 0);
	assert_int_equal(close(fd), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_deadline_for_several), cmocka_unit_test(what_stays_behind),
	    cmocka_unit_test(input_is_read),	      cmocka_unit_test(output_and_status),
	    cmocka_unit_test(what_it_gets),	      cmocka_unit_test(what_is_not_run),
	    cmocka_unit_test(what_is_no_text),	      cmocka_unit_test(what_does_not_end),
	};
	const int result = cmocka_run_group_tests(tests, scratch_make, scratch_remove);

	run_free(&output);
	return result;
}
