/* SPDX-License-Identifier: ISC */
/* Files of pppd's options: an option that the audit does not see, pppd still does. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "policy/tool/audit/ppp_words.h"

/* All words of a text, each with its line: "LINE:WORD|…". */
static const char *words_of(const char *text)
{
	static char all[4 * PPP_WORD_MAX];
	struct ppp_words words = {.at = text, .line = 1};
	size_t used = 0;

	all[0] = '\0';
	while (ppp_words_next(&words))
		used += (size_t)snprintf(all + used, sizeof all - used, "%s%u:%s",
					 used == 0 ? "" : "|", words.word_line, words.word);
	return all;
}

static void plain(void **state)
{
	(void)state;
	assert_string_equal(words_of(""), "");
	assert_string_equal(words_of(" \t\r\n\n"), "");
	assert_string_equal(words_of("lock"), "1:lock");
	assert_string_equal(words_of("mtu 1500\n\tlock\r\nauth"),
			    "1:mtu|1:1500|2:lock|3:auth");
}

static void comments(void **state)
{
	(void)state;
	assert_string_equal(words_of("# plugin x\nlock # plugin y\n#"), "2:lock");
	/* Only at a word's beginning. */
	assert_string_equal(words_of("a#b c"), "1:a#b|1:c");
	assert_string_equal(words_of("lock #"), "1:lock");
}

static void quotes_and_backslashes(void **state)
{
	(void)state;
	assert_string_equal(words_of("\"a b\" 'c \"d'"), "1:a b|1:c \"d");
	assert_string_equal(words_of("pl'ug'in x\\ y"), "1:plugin|1:x y");
	assert_string_equal(words_of("\"# no\ncomment\" x"), "1:# no\ncomment|2:x");
	assert_string_equal(words_of("\\# \\\"x"), "1:#|1:\"x");
	assert_string_equal(words_of("\"\" x"), "1:|1:x");
	assert_string_equal(words_of("'not ended"), "1:not ended");
	assert_string_equal(words_of("x\\"), "1:x\\");
	assert_string_equal(words_of("\"a\\\"b\" c"), "1:a\"b|1:c");
}

static void long_words_are_cut(void **state)
{
	static char text[3 * PPP_WORD_MAX];
	struct ppp_words words = {.at = text, .line = 1};

	(void)state;
	memset(text, 'x', sizeof text - 1);
	memcpy(text + sizeof text - 3, " y", 3);
	assert_true(ppp_words_next(&words));
	assert_int_equal(strlen(words.word), PPP_WORD_MAX - 1);
	assert_true(ppp_words_next(&words));
	assert_string_equal(words.word, "y");
	assert_false(ppp_words_next(&words));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain),
	    cmocka_unit_test(comments),
	    cmocka_unit_test(quotes_and_backslashes),
	    cmocka_unit_test(long_words_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
