/* SPDX-License-Identifier: ISC */
/* sudoers: a rule that is overlooked gives the account what nobody believes that it has. */
#include "tests/unit/collected.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/survey/sudoers.h"

/* "LINE:TEXT|…" */
static const char *lines_of(const char *text)
{
	struct sudoers_line line;
	unsigned number = 1;
	bool lost = false;

	collect_none();
	while (sudoers_next(&text, &number, &line, &lost)) {
		collect("%u:%s|", line.line, line.text);
		free(line.text);
	}
	assert_false(lost);
	assert_int_equal(*text, '\0');
	return collected;
}

static void logical_lines(void **state)
{
	(void)state;
	assert_string_equal(lines_of(""), "");
	assert_string_equal(lines_of("\n \n\t\n"), "");
	assert_string_equal(lines_of("a ALL\n\n  b\tALL  \nc"), "1:a ALL|3:b ALL|4:c|");
	assert_string_equal(lines_of("a, \\\nb, \\\n c ALL\nd"), "1:a,  b,   c ALL|4:d|");
	assert_string_equal(lines_of("a\\"), "1:a|");
	assert_string_equal(lines_of("a \\\n"), "1:a|");
	assert_string_equal(lines_of("\\\n\\\nx"), "1:x|");
}

static void comments(void **state)
{
	(void)state;
	assert_string_equal(lines_of("# a\nb # c\n#\n"), "2:b|");
	/* The line's end is the comment's, whatever stands there. */
	assert_string_equal(lines_of("# a \\\nslave ALL"), "2:slave ALL|");
	/* A uid and a gid are none; nor is an escaped one. */
	assert_string_equal(lines_of("#999 ALL\n%#7 ALL # x"), "1:#999 ALL|2:%#7 ALL|");
	assert_string_equal(lines_of("a ALL=/bin/x \\#y # z"), "1:a ALL=/bin/x \\#y|");
	assert_string_equal(lines_of("#include x\n#includedir y\n#included"),
			    "1:#include x|2:#includedir y|");
}

static void includes(void **state)
{
	bool directory = true;

	(void)state;
	assert_string_equal(sudoers_include("@include x", &directory), "x");
	assert_false(directory);
	assert_string_equal(sudoers_include("#include  /etc/x", &directory), "/etc/x");
	assert_string_equal(sudoers_include("@includedir /etc/d", &directory), "/etc/d");
	assert_true(directory);
	assert_string_equal(sudoers_include("#includedir\td", &directory), "d");
	assert_null(sudoers_include("@includes x", &directory));
	assert_null(sudoers_include("include x", &directory));
	assert_null(sudoers_include("#999 ALL", &directory));
	assert_null(sudoers_include("", &directory));
}

static void take(void *context, const char *name, size_t len, bool negated)
{
	(void)context;
	collect("%s%.*s|", negated ? "!" : "", (int)len, name);
}

/* The names of a list, then what follows it. */
static const char *list_of(const char *text)
{
	collect_none();
	collect("> %s", sudoers_list(text, take, NULL));
	return collected;
}

static void lists(void **state)
{
	(void)state;
	assert_string_equal(list_of("slave ALL=ALL"), "slave|> ALL=ALL");
	assert_string_equal(list_of("a,b , c\t,d ALL"), "a|b|c|d|> ALL");
	assert_string_equal(list_of("a, !b, ! c, !!d ALL"), "a|!b|!c|d|> ALL");
	assert_string_equal(list_of("\"a b\",%g ALL"), "a b|%g|> ALL");
	assert_string_equal(list_of("a : B = c"), "a|> : B = c");
	assert_string_equal(list_of("a=b"), "a|> =b");
	assert_string_equal(list_of(""), "> ");
	assert_string_equal(list_of("a,"), "a|> ");
	assert_string_equal(list_of("\"a"), "a|> ");
}

static void mentions(void **state)
{
	(void)state;
	assert_true(sudoers_mentions("Defaults:slave !tty", "slave"));
	assert_true(sudoers_mentions("slave", "slave"));
	assert_true(sudoers_mentions("slaves, (slave)", "slave"));
	assert_false(sudoers_mentions("slaves, /home/slave/x, en-slave, slave.x", "slave"));
	assert_false(sudoers_mentions("", "slave"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(logical_lines), cmocka_unit_test(comments),
	    cmocka_unit_test(includes),	     cmocka_unit_test(lists),
	    cmocka_unit_test(mentions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
