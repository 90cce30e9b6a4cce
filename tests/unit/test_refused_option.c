/* SPDX-License-Identifier: ISC */
/* What a message names when getopt_long(3) refuses an option: what was given, on one line.
 */
#include "tests/unit/unit.h"

#include <getopt.h>

#include "policy/language/refused_option.h"

enum { SHOWN_MAX = 64, ARGUMENTS_MAX = 8 };

static const struct option options[] = {
    {"quiet", no_argument, NULL, 'q'},
    {"json", no_argument, NULL, 256},
    {"wait", required_argument, NULL, 'w'},
    {NULL, 0, NULL, 0},
};

/* What is shown of the words, which begin behind the program's name. */
static const char *shown(char *const words[ARGUMENTS_MAX], char buf[SHOWN_MAX])
{
	char *argv[ARGUMENTS_MAX + 1] = {(char[]){"program"}};
	int argc = 1, given;

	for (; words[argc - 1] != NULL; argc++)
		argv[argc] = words[argc - 1];
	opterr = 0;
	optind = 0;
	while ((given = getopt_long(argc, argv, ":qw:", options, NULL)) != -1)
		if (given == '?' || given == ':')
			return refused_option(argv, options, buf, SHOWN_MAX);
	return "nothing";
}

static void what_was_given_is_shown(void **state)
{
	static const struct {
		char *words[ARGUMENTS_MAX];
		const char *expected;
	} cases[] = {
	    {{"--bogus"}, "\"--bogus\""},
	    {{"--json=x"}, "\"--json=x\""},
	    {{"--quiet=x"}, "\"--quiet=x\""},
	    {{"--qu=x"}, "\"--qu=x\""},
	    {{"--wait"}, "\"--wait\""},
	    {{"-w"}, "\"-w\""},
	    {{"-x"}, "\"-x\""},
	    {{"-qx"}, "\"-x\""},
	    /* getopt_long(3) is still at the word with the letter, or behind it. */
	    {{"-q", "-xq"}, "\"-x\""},
	    {{"--quiet", "-xq"}, "\"-x\""},
	    {{"--bogus", "-xq"}, "\"--bogus\""},
	    {{"office", "-x"}, "\"-x\""},
	    {{"office", "-xq"}, "\"-x\""},
	    /* Bytes for a terminal. */
	    {{"--\033[2J"}, "\"--\\x1b[2J\""},
	    {{"-\033"}, "\"-\\x1b\""},
	    {{"office", "-\033q"}, "\"-\\x1b\""},
	    {{"-\377"}, "\"-\\xff\""},
	};
	char buf[SHOWN_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(shown(cases[i].words, buf), cases[i].expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_given_is_shown),
	};

	return cmocka_run_group_tests_name("refused option", tests, NULL, NULL);
}
