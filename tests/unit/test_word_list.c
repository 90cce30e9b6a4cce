/* SPDX-License-Identifier: ISC */
#include "tests/unit/unit.h"

#include "policy/tool/audit/pam_text.h"
#include "policy/tool/audit/word_list.h"

static void a_word_is_in_a_list_as_a_whole(void **state)
{
	(void)state;
	assert_true(word_list_has("mru mtu", " ", "mru"));
	assert_true(word_list_has("mru mtu", " ", "mtu"));
	assert_true(word_list_has("  mru   mtu ", " ", "mtu"));
	assert_true(word_list_has("alice:bob", ":", "bob"));
	assert_false(word_list_has("mru mtu", " ", "mr"));
	assert_false(word_list_has("mru mtu", " ", "mtus"));
	assert_false(word_list_has("mru mtu", " ", "mru mtu"));
	assert_false(word_list_has("mru mtu", " ", ""));
	assert_false(word_list_has("", " ", ""));
	assert_false(word_list_has("alice bob", ":", "bob"));
}

static void case_counts_unless_it_is_folded(void **state)
{
	(void)state;
	assert_false(word_list_has("yes true", " ", "Yes"));
	assert_true(word_list_has_folded("yes true", " ", "Yes"));
	assert_false(word_list_has_folded("yes true", " ", "Ye"));
}

static void a_value_of_pams_stands_behind_its_name(void **state)
{
	(void)state;
	assert_string_equal(pam_value("file=/etc/peers", "file"), "/etc/peers");
	assert_string_equal(pam_value("file=", "file"), "");
	assert_null(pam_value("file", "file"));
	assert_null(pam_value("files=/etc/peers", "file"));
	assert_null(pam_value("accessfile=/etc/peers", "file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_word_is_in_a_list_as_a_whole),
	    cmocka_unit_test(case_counts_unless_it_is_folded),
	    cmocka_unit_test(a_value_of_pams_stands_behind_its_name),
	};

	return cmocka_run_group_tests_name("word_list", tests, NULL, NULL);
}
