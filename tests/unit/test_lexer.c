/* SPDX-License-Identifier: ISC */
/* Lines and words: which bytes may stand where, and where an error points. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "policy/language/lexer.h"

static struct lexed_line line;
static struct error err;

/* The text is copied to the end of its own allocation, so that valgrind or a sanitizer sees
 * the first byte read beyond it. */
static int lex(const char *text, size_t len, unsigned *lines)
{
	char *copy = malloc(len + 1);
	struct lexer lexer;
	int r;

	assert_non_null(copy);
	/* cppcheck-suppress uninitvar ; every caller passes a string */
	memcpy(copy + 1, text, len);
	lexer_start(&lexer, "f", copy + 1, len);
	*lines = 0;
	while ((r = lexer_next(&lexer, &line, &err)) > 0)
		(*lines)++;
	free(copy);
	return r;
}

static void assert_refused(const char *text, size_t len, unsigned at_line, unsigned column)
{
	unsigned lines;

	assert_int_equal(lex(text, len, &lines), -1);
	assert_int_equal(err.line, at_line);
	assert_int_equal(err.column, column);
	assert_string_equal(err.file, "f");
}

#define REFUSED(text, at_line, column)                                                     \
	assert_refused(text, sizeof(text) - 1, at_line, column)

static void words_are_parted_by_blanks_and_tabs(void **state)
{
	static const char text[] = "\n  \t\n# only\n  Route\t10.0.0.0/8  a#b #c d\n";
	struct lexer lexer;

	(void)state;
	lexer_start(&lexer, "f", text, sizeof text - 1);
	assert_int_equal(lexer_next(&lexer, &line, &err), 1);
	assert_int_equal(line.number, 4);
	assert_int_equal(line.nwords, 3);
	assert_string_equal(line.words[0].text, "Route");
	assert_int_equal(line.words[0].column, 3);
	assert_string_equal(line.words[1].text, "10.0.0.0/8");
	assert_int_equal(line.words[1].column, 9);
	assert_string_equal(line.words[2].text, "a#b");
	assert_int_equal(lexer_next(&lexer, &line, &err), 0);
	assert_int_equal(lexer_next(&lexer, &line, &err), 0);
}

static void the_last_line_may_lack_its_feed(void **state)
{
	unsigned lines;

	(void)state;
	assert_int_equal(lex("a b\nc d", 7, &lines), 0);
	assert_int_equal(lines, 2);
	assert_string_equal(line.words[1].text, "d");
	assert_int_equal(lex("", 0, &lines), 0);
	assert_int_equal(lines, 0);
	assert_int_equal(lex("#", 1, &lines), 0);
	assert_int_equal(lines, 0);
}

static void refuses_bytes_that_hide_something(void **state)
{
	(void)state;
	REFUSED("a b\0c\n", 1, 4);
	REFUSED("a b\r\n", 1, 4);
	REFUSED("a\nb\x1b[1m\n", 2, 2);
	REFUSED("a \x7f\n", 1, 3);
	REFUSED("a\v\n", 1, 2);
	REFUSED("a \xc3\xa4\n", 1, 3);
	REFUSED("a \xa0\n", 1, 3);
	REFUSED("\xef\xbb\xbf"
		"a\n",
		1, 1);
	REFUSED("\xef\xbb\xbf# a\n", 1, 1);
	REFUSED("\xff\xfe"
		"a\0",
		1, 1);
}

static void comments_may_be_in_any_language_but_not_hide_anything(void **state)
{
	unsigned lines;

	(void)state;
	assert_int_equal(lex("# \xc3\xa4\xef\xbb\xbf\n", 8, &lines), 0);
	REFUSED("# a\r\n", 1, 4);
	REFUSED("# a\0\n", 1, 4);
	REFUSED("# \x1b[2J\n", 1, 3);
}

static void a_line_has_a_greatest_length(void **state)
{
	static char text[POLICY_LINE_MAX + 3];
	unsigned lines;

	(void)state;
	memset(text, 'x', sizeof text);
	text[0] = '\n';
	text[POLICY_LINE_MAX + 1] = '\n';
	assert_int_equal(lex(text, POLICY_LINE_MAX + 2, &lines), 0);
	assert_int_equal(lines, 1);
	assert_int_equal(lex(text, POLICY_LINE_MAX + 1, &lines), 0);
	text[POLICY_LINE_MAX + 1] = 'x';
	assert_refused(text, POLICY_LINE_MAX + 2, 2, POLICY_LINE_MAX + 1);
	text[1] = '#';
	assert_refused(text, sizeof text, 2, POLICY_LINE_MAX + 1);
}

static void a_line_has_a_greatest_number_of_words(void **state)
{
	char text[2 * POLICY_WORDS_MAX + 2];
	unsigned lines;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = i % 2 == 0 ? 'x' : ' ';
	assert_int_equal(lex(text, 2 * POLICY_WORDS_MAX, &lines), 0);
	assert_int_equal(line.nwords, POLICY_WORDS_MAX);
	assert_refused(text, 2 * POLICY_WORDS_MAX + 1, 1, 2 * POLICY_WORDS_MAX + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_are_parted_by_blanks_and_tabs),
	    cmocka_unit_test(the_last_line_may_lack_its_feed),
	    cmocka_unit_test(refuses_bytes_that_hide_something),
	    cmocka_unit_test(comments_may_be_in_any_language_but_not_hide_anything),
	    cmocka_unit_test(a_line_has_a_greatest_length),
	    cmocka_unit_test(a_line_has_a_greatest_number_of_words),
	};

	return cmocka_run_group_tests_name("lexer", tests, NULL, NULL);
}
