/* SPDX-License-Identifier: ISC */
/* Paths in one spelling: a trailing slash or a dot must not make a good file look
 * untrusted. */
#include "tests/unit/unit.h"

#include <string.h>
#include <unistd.h>

#include "policy/language/path.h"

static char out[PATH_TEXT_MAX];

static void takes_out_what_says_nothing(void **state)
{
	static const char *const pairs[][2] = {
	    {"peers", "peers"},
	    {"peers/", "peers"},
	    {"peers//alice", "peers/alice"},
	    {"./peers", "peers"},
	    {"peers/.", "peers"},
	    {"a/./b", "a/b"},
	    {".", "."},
	    {"", "."},
	    {"./", "."},
	    {"/", "/"},
	    {"//", "/"},
	    {"/etc/./x//", "/etc/x"},
	    {"../peers", "../peers"},
	    {"a/../b", "a/../b"},
	    {".a/b.", ".a/b."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		assert_int_equal(path_tidy(pairs[i][0], out), 0);
		assert_string_equal(out, pairs[i][1]);
	}
}

static void joins(void **state)
{
	(void)state;
	assert_int_equal(path_join(".", "peers", out), 0);
	assert_string_equal(out, "peers");
	assert_int_equal(path_join("", "/etc/sallyport", out), 0);
	assert_string_equal(out, "/etc/sallyport");
	assert_int_equal(path_join("/", "etc", out), 0);
	assert_string_equal(out, "/etc");
}

static void finds_where_a_path_is(void **state)
{
	(void)state;
	assert_int_equal(chdir("/usr"), 0);
	assert_int_equal(path_absolute(".", out), 0);
	assert_string_equal(out, "/usr");
	assert_int_equal(path_absolute("./bin/", out), 0);
	assert_string_equal(out, "/usr/bin");
	assert_int_equal(path_absolute("/etc/", out), 0);
	assert_string_equal(out, "/etc");
}

static void refuses_what_does_not_fit(void **state)
{
	static char path[PATH_TEXT_MAX + 2];

	(void)state;
	memset(path, 'x', PATH_TEXT_MAX);
	assert_int_equal(path_tidy(path, out), -1);
	path[PATH_TEXT_MAX - 2] = '\0';
	assert_int_equal(path_tidy(path, out), 0);
	assert_int_equal(strlen(out), PATH_TEXT_MAX - 2);
	assert_int_equal(path_absolute(path, out), -1);
	assert_int_equal(path_join("dir", path, out), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_out_what_says_nothing),
	    cmocka_unit_test(joins),
	    cmocka_unit_test(finds_where_a_path_is),
	    cmocka_unit_test(refuses_what_does_not_fit),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
