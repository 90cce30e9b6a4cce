/* SPDX-License-Identifier: ISC */
/* One keyword of a peer's file gets another value, and all else stays as it is. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/peers/peer_text.h"

static void becomes(const char *text, const char *keyword, const char *value,
		    const char *expected)
{
	const struct word_row row = {.words = {value}, .count = value != NULL};
	char *made = NULL;
	size_t len;
	FILE *out = open_memstream(&made, &len);

	peer_text_set(text, keyword_find(&scope_peer, keyword), &row, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(made, expected);
	free(made);
}

static void one_line_takes_the_place_of_all_of_that_keyword(void **state)
{
	(void)state;
	becomes("# about\nOffer a b # c\nAllow status\n\n  oFFER\td\nEnd\n# x\n", "Offer",
		"e", "# about\nOffer     e\nAllow status\n\nEnd\n# x\n");
	becomes("Mru 1500\nEnd\n", "Mru", "1400", "Mru       1400\nEnd\n");
}

static void a_new_one_stands_before_the_end(void **state)
{
	(void)state;
	becomes("Allow status\nEnd\n", "Mru", "1400",
		"Allow status\nMru       1400\nEnd\n");
	becomes("Allow status\n\tend # here\n", "Mru", "1400",
		"Allow status\nMru       1400\n\tend # here\n");
}

static void another_keyword_that_begins_so_and_a_comment_stay(void **state)
{
	(void)state;
	becomes("Address6 a b\n#Address c d\n# Address\nAddressX\nEnd\n", "Address", "e",
		"Address6 a b\n#Address c d\n# Address\nAddressX\nAddress   e\nEnd\n");
}

static void without_a_value_it_is_gone(void **state)
{
	(void)state;
	becomes("Route a\nMru 1\nRoute b\nEnd\n", "Route", NULL, "Mru 1\nEnd\n");
	becomes("Mru 1\nEnd\n", "Route", NULL, "Mru 1\nEnd\n");
}

static void a_key_that_is_set_ends_the_hand_in(void **state)
{
	static const char awaited[] =
	    "Key none\nHandInKey t b\nhandinuntil u\n#HandInKey x\nMru 1\nEnd\n";

	(void)state;
	becomes(awaited, "Key", "SHA256:x",
		"Key       SHA256:x\n#HandInKey x\nMru 1\nEnd\n");
	becomes(awaited, "Key", "none",
		"Key       none\nHandInKey t b\nhandinuntil u\n#HandInKey x\nMru 1\nEnd\n");
	becomes(awaited, "HandInKey", NULL, "Key none\n#HandInKey x\nMru 1\nEnd\n");
	becomes(awaited, "HandInUntil", NULL, "Key none\n#HandInKey x\nMru 1\nEnd\n");
	becomes(awaited, "HandInUntil", "v",
		"Key none\nHandInKey t b\nHandInUntil v\n#HandInKey x\nMru 1\nEnd\n");
}

static void what_is_no_word_there_is_refused(void **state)
{
	static const char *const none[] = {"",	   "#",	   "#any", "a b",
					   "a\tb", "a\nb", "\x7f", "\xc3\xa4"};

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_false(peer_text_is_word(none[i]));
	assert_true(peer_text_is_word("10.2.0.0/16"));
	assert_true(peer_text_is_word("a#b"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_line_takes_the_place_of_all_of_that_keyword),
	    cmocka_unit_test(a_new_one_stands_before_the_end),
	    cmocka_unit_test(another_keyword_that_begins_so_and_a_comment_stay),
	    cmocka_unit_test(without_a_value_it_is_gone),
	    cmocka_unit_test(a_key_that_is_set_ends_the_hand_in),
	    cmocka_unit_test(what_is_no_word_there_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
