/* SPDX-License-Identifier: ISC */
/* authorized_keys: what is read otherwise than sshd reads it hides a line from an audit. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "policy/tool/survey/authorized_keys.h"

static struct authorized_line line;
static struct error err;

/* What the first line gives. The text lies in an allocation of its own, so that a byte read
 * beyond it is seen. */
static int read_first(const char *text, size_t len)
{
	struct authorized_keys keys;
	char *copy = malloc(len + 1);
	int r;

	assert_non_null(copy);
	memcpy(copy + 1, text, len);
	authorized_keys_start(&keys, "f", copy + 1, len);
	r = authorized_keys_next(&keys, &line, &err);
	free(copy);
	return r;
}

static void assert_option(size_t i, const char *name, const char *value, unsigned column)
{
	assert_true(i < line.noptions);
	assert_string_equal(line.options[i].name, name);
	if (value == NULL)
		assert_null(line.options[i].value);
	else
		assert_string_equal(line.options[i].value, value);
	assert_int_equal(line.options[i].column, column);
}

#define GIVES(text, result) assert_int_equal(read_first(text, sizeof(text) - 1), result)

static void assert_refused(const char *text, size_t len, unsigned column)
{
	assert_int_equal(read_first(text, len), -1);
	assert_int_equal(err.line, 1);
	assert_int_equal(err.column, column);
	assert_string_equal(err.file, "f");
}

#define REFUSED(text, column) assert_refused(text, sizeof(text) - 1, column)

static void a_key_needs_no_options(void **state)
{
	(void)state;
	GIVES(" \tssh-ed25519 \t AAAA  alice at home\n", 1);
	assert_int_equal(line.noptions, 0);
	assert_string_equal(line.type, "ssh-ed25519");
	assert_string_equal(line.base64, "AAAA");
	assert_int_equal(line.key_column, 3);
	assert_string_equal(line.comment, "alice at home");
	GIVES("ssh-rsa", 1);
	assert_string_equal(line.base64, "");
	assert_string_equal(line.comment, "");
}

static void options_come_first(void **state)
{
	(void)state;
	GIVES(
	    "command=\"/bin/x alice\",restrict,From=\"10.0.0.0/8,!10.1.2.3\"\tssh-rsa AA c",
	    1);
	assert_int_equal(line.noptions, 3);
	assert_option(0, "command", "/bin/x alice", 1);
	assert_option(1, "restrict", NULL, 24);
	assert_option(2, "From", "10.0.0.0/8,!10.1.2.3", 33);
	assert_string_equal(line.type, "ssh-rsa");
	assert_string_equal(line.base64, "AA");
	assert_ptr_equal(authorized_option(&line, "from"), &line.options[2]);
	assert_ptr_equal(authorized_option(&line, "RESTRICT"), &line.options[1]);
	assert_null(authorized_option(&line, "pty"));
}

static void only_a_quote_is_escaped(void **state)
{
	(void)state;
	GIVES("a=\"say \\\"x\\\"\",b=\"\\\\n # \",c=\"\" t k", 1);
	assert_option(0, "a", "say \"x\"", 1);
	assert_option(1, "b", "\\\\n # ", 15);
	assert_option(2, "c", "", 26);
	assert_string_equal(line.type, "t");
}

/* A value must not end early, or a line would have options that sshd does not see. */
static void what_looks_like_a_key_in_a_value_is_none(void **state)
{
	(void)state;
	GIVES("command=\"x ssh-rsa AAAA\",pty ssh-ed25519 BBBB", 1);
	assert_option(0, "command", "x ssh-rsa AAAA", 1);
	assert_option(1, "pty", NULL, 26);
	assert_string_equal(line.type, "ssh-ed25519");
}

static void other_types_are_handed_on(void **state)
{
	(void)state;
	GIVES("restrict ssh-ed25519-cert-v01@openssh.com AAAA", 1);
	assert_string_equal(line.type, "ssh-ed25519-cert-v01@openssh.com");
	GIVES("command =\"x\" ssh-rsa AA", 1);
	assert_string_equal(line.type, "=\"x\"");
}

static void comments_and_empty_lines_are_passed_over(void **state)
{
	static const char text[] =
	    "\n  \t\n# command=\"x\n \t#\xc3\xa9\nssh-rsa AA #x \xc3\xa9\n\n#";
	struct authorized_keys keys;

	(void)state;
	authorized_keys_start(&keys, "f", text, sizeof text - 1);
	assert_int_equal(authorized_keys_next(&keys, &line, &err), 1);
	assert_int_equal(line.number, 5);
	assert_int_equal(authorized_keys_next(&keys, &line, &err), 0);
	assert_int_equal(authorized_keys_next(&keys, &line, &err), 0);
	GIVES("", 0);
}

static void a_bad_line_is_told_and_the_next_one_read(void **state)
{
	static const char text[] = "restrict\nssh-rsa AA\ncommand=x ssh-rsa AA\n";
	struct authorized_keys keys;

	(void)state;
	authorized_keys_start(&keys, "f", text, sizeof text - 1);
	assert_int_equal(authorized_keys_next(&keys, &line, &err), -1);
	assert_int_equal(err.line, 1);
	assert_int_equal(authorized_keys_next(&keys, &line, &err), 1);
	assert_int_equal(line.number, 2);
	assert_int_equal(authorized_keys_next(&keys, &line, &err), -1);
	assert_int_equal(err.line, 3);
	assert_int_equal(line.number, 3);
	assert_int_equal(authorized_keys_next(&keys, &line, &err), 0);
}

static void what_is_unclear_is_refused(void **state)
{
	(void)state;
	REFUSED("restrict", 9);
	REFUSED("restrict ", 10);
	REFUSED("restrict, ssh-rsa AA", 10);
	REFUSED(",restrict ssh-rsa AA", 1);
	REFUSED("restrict,,pty ssh-rsa AA", 10);
	REFUSED("command=x ssh-rsa AA", 9);
	REFUSED("command=\"x ssh-rsa AA", 9);
	REFUSED("command=\"x\\\" ssh-rsa AA", 9);
	REFUSED("command=\"x\"pty ssh-rsa AA", 12);
	REFUSED("command=\"x\"\"y\" ssh-rsa AA", 12);
	REFUSED("a\\\"b ssh-rsa AA", 2);
	REFUSED("=\"x\" ssh-rsa AA", 1);
	REFUSED("pty", 4);
}

/* sshd takes them, and an editor on Windows makes them. */
static void a_line_may_end_as_on_windows(void **state)
{
	(void)state;
	GIVES("# x\r\n\r\nssh-rsa AA\r\n", 1);
	assert_string_equal(line.base64, "AA");
	assert_int_equal(line.number, 3);
	GIVES("ssh-rsa AA x\r", 1);
	GIVES("\r", 0);
}

static void bytes_that_no_line_has(void **state)
{
	(void)state;
	REFUSED("ssh-rsa AA\0 x\n", 11);
	REFUSED("ssh-rsa AA\rx\n", 11);
	REFUSED("ssh-rsa AA\r\r\n", 11);
	REFUSED("ssh-rsa AA \x7f\n", 12);
	REFUSED("# \x1b[2K\n", 3);
	REFUSED("\xef\xbb\xbfssh-rsa AA\n", 1);
	REFUSED("command=\"\xc3\xa9\" ssh-rsa AA", 10);
	REFUSED("ssh-rsa A\xc3\xa9", 10);
}

static void limits(void **state)
{
	static char text[AUTHORIZED_LINE_MAX + 2];
	char *at = text;

	(void)state;
	memset(text, '#', sizeof text);
	assert_int_equal(read_first(text, AUTHORIZED_LINE_MAX), 0);
	assert_refused(text, AUTHORIZED_LINE_MAX + 1, AUTHORIZED_LINE_MAX + 1);
	for (size_t i = 0; i <= AUTHORIZED_OPTIONS_MAX; i++, at += 2)
		memcpy(at, "a,", 2);
	memcpy(at - 1, " t k", sizeof " t k");
	assert_int_equal(read_first(text + 2, (size_t)(at - text) + 1), 1);
	assert_int_equal(line.noptions, AUTHORIZED_OPTIONS_MAX);
	assert_int_equal(read_first(text, (size_t)(at - text) + 3), -1);
	assert_string_equal(err.text, "too many options");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_needs_no_options),
	    cmocka_unit_test(options_come_first),
	    cmocka_unit_test(only_a_quote_is_escaped),
	    cmocka_unit_test(what_looks_like_a_key_in_a_value_is_none),
	    cmocka_unit_test(other_types_are_handed_on),
	    cmocka_unit_test(comments_and_empty_lines_are_passed_over),
	    cmocka_unit_test(a_bad_line_is_told_and_the_next_one_read),
	    cmocka_unit_test(what_is_unclear_is_refused),
	    cmocka_unit_test(bytes_that_no_line_has),
	    cmocka_unit_test(a_line_may_end_as_on_windows),
	    cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests_name("authorized_keys", tests, NULL, NULL);
}
