/* SPDX-License-Identifier: ISC */
/* Errors: where and what, on one printable line, whatever went in. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

#include "policy/language/error.h"

static void prints_file_line_and_column(void **state)
{
	struct error err;
	char buf[128];

	(void)state;
	assert_int_equal(error_at(&err, "f.conf", 3, 7, "bad %s", "thing"), -1);
	error_print(&err, buf, sizeof buf);
	assert_string_equal(buf, "f.conf:3:7: bad thing");
	assert_int_equal(err.sys, 0);
}

static void leaves_out_what_is_not_known(void **state)
{
	struct error err;
	char buf[128];

	(void)state;
	error_at(&err, "f.conf", 0, 0, "bad");
	error_print(&err, buf, sizeof buf);
	assert_string_equal(buf, "f.conf: bad");
	error_at(&err, "f.conf", 9, 0, "bad");
	error_print(&err, buf, sizeof buf);
	assert_string_equal(buf, "f.conf:9: bad");
	error_set(&err, "bad");
	error_print(&err, buf, sizeof buf);
	assert_string_equal(buf, "bad");
}

static void appends_what_the_system_said(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(error_sys(&err, ENOENT, "cannot open"), -1);
	assert_string_equal(err.text, "cannot open: No such file or directory");
	assert_int_equal(err.sys, ENOENT);
	error_file(&err, "f", EACCES, "no");
	assert_string_equal(err.file, "f");
	assert_string_equal(err.text, "no: Permission denied");
}

static void a_message_stays_one_printable_line(void **state)
{
	struct error err;

	(void)state;
	error_at(&err, "a\nb\x1b", 1, 1, "x\ny\x7f\xff");
	assert_string_equal(err.file, "a?b?");
	assert_string_equal(err.text, "x?y??");
}

static void long_text_is_cut_and_terminated(void **state)
{
	struct error err;
	char text[2 * ERROR_TEXT_MAX];

	(void)state;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	error_at(&err, text, 1, 1, "%s", text);
	assert_int_equal(strlen(err.text), ERROR_TEXT_MAX - 1);
	assert_int_equal(strlen(err.file), ERROR_FILE_MAX - 1);
	error_sys(&err, ENOENT, "%s", text);
	assert_int_equal(strlen(err.text), ERROR_TEXT_MAX - 1);
}

static void what_was_cut_says_so(void **state)
{
	struct error err;
	char text[2 * ERROR_TEXT_MAX];

	(void)state;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	error_at(&err, text, 1, 1, "%s", text);
	assert_string_equal(err.text + ERROR_TEXT_MAX - sizeof "x...", "x...");
	assert_string_equal(err.file + ERROR_FILE_MAX - sizeof "x...", "x...");
	error_sys(&err, ENOENT, "%s", text);
	assert_string_equal(err.text + ERROR_TEXT_MAX -
				sizeof "x...: No such file or directory",
			    "x...: No such file or directory");
	/* What just fits was not cut. */
	text[ERROR_TEXT_MAX - 1] = '\0';
	error_set(&err, "%s", text);
	assert_string_equal(err.text, text);
}

static void nobody_has_to_want_the_error(void **state)
{
	(void)state;
	assert_int_equal(error_set(NULL, "x"), -1);
	assert_int_equal(error_sys(NULL, 1, "x"), -1);
	assert_int_equal(error_at(NULL, "f", 1, 1, "x"), -1);
	assert_int_equal(error_file(NULL, "f", 1, "x"), -1);
}

/* What is nobody's mistake must not be told as one. */
static void a_passing_lack_is_no_policy_error(void **state)
{
	static const int lacks[] = {EMFILE, ENFILE, ENOMEM, EAGAIN, ENOSPC,
				    EDQUOT, EROFS,  EFBIG,  EIO},
			 mistakes[] = {0, ENOENT, EACCES, ELOOP, ENOTDIR, EPERM};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof lacks / sizeof lacks[0]; i++) {
		error_file(&err, "f", lacks[i], "cannot open it");
		assert_int_equal(error_exit_code(&err), EXIT_SYSTEM);
	}
	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
		error_file(&err, "f", mistakes[i], "cannot open it");
		assert_int_equal(error_exit_code(&err), EXIT_POLICY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints_file_line_and_column),
	    cmocka_unit_test(leaves_out_what_is_not_known),
	    cmocka_unit_test(appends_what_the_system_said),
	    cmocka_unit_test(a_message_stays_one_printable_line),
	    cmocka_unit_test(long_text_is_cut_and_terminated),
	    cmocka_unit_test(what_was_cut_says_so),
	    cmocka_unit_test(nobody_has_to_want_the_error),
	    cmocka_unit_test(a_passing_lack_is_no_policy_error),
	};

	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
