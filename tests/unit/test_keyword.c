/* SPDX-License-Identifier: ISC */
/* The tables: complete, without a keyword twice, and helpful about the one that was meant.
 */
#include "tests/unit/unit.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "policy/language/keyword.h"

static const struct scope *const scopes[] = {&scope_agent, &scope_peer, &scope_profile};

static void no_keyword_is_in_a_table_twice(void **state)
{
	(void)state;
	for (size_t s = 0; s < COUNT(scopes); s++)
		for (size_t i = 0; i < scopes[s]->count; i++)
			for (size_t j = 0; j < i; j++)
				assert_int_not_equal(
				    strcasecmp(scopes[s]->keywords[i].name,
					       scopes[s]->keywords[j].name),
				    0);
}

static void every_keyword_is_found_and_explained(void **state)
{
	char expected[KEYWORD_EXPECTED_MAX];

	(void)state;
	for (size_t s = 0; s < COUNT(scopes); s++) {
		for (size_t i = 0; i < scopes[s]->count; i++) {
			const struct keyword *k = &scopes[s]->keywords[i];

			assert_ptr_equal(keyword_find(scopes[s], k->name), k);
			assert_true(strlen(keyword_expected(k, expected)) > 4);
			assert_int_equal(k->help[strlen(k->help) - 1], '.');
			assert_true(isupper((unsigned char)k->help[0]));
		}
	}
}

static void keywords_ignore_case(void **state)
{
	(void)state;
	assert_ptr_equal(keyword_find(&scope_peer, "ADDRESS6"),
			 keyword_find(&scope_peer, "address6"));
	assert_non_null(keyword_find(&scope_agent, "launchas"));
	assert_null(keyword_find(&scope_agent, "launch"));
	assert_null(keyword_find(&scope_agent, ""));
}

static void words_are_listed_as_a_person_would(void **state)
{
	char text[KEYWORD_EXPECTED_MAX];

	(void)state;
	assert_string_equal(keyword_expected(keyword_find(&scope_agent, "LaunchAs"), text),
			    "auto, account or root");
	assert_string_equal(keyword_expected(keyword_find(&scope_agent, "Hooks"), text),
			    "no or yes");
	assert_string_equal(keyword_expected(keyword_find(&scope_peer, "Sessions"), text),
			    "a number from 1 to 8");
}

static void the_nearest_keyword_is_near(void **state)
{
	char name[64];

	(void)state;
	assert_string_equal(keyword_nearest(&scope_peer, "Routes")->name, "Route");
	assert_string_equal(keyword_nearest(&scope_peer, "adress")->name, "Address");
	assert_string_equal(keyword_nearest(&scope_peer, "Experis")->name, "Expires");
	assert_null(keyword_nearest(&scope_peer, "Include"));
	memset(name, 'R', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_null(keyword_nearest(&scope_peer, name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_keyword_is_in_a_table_twice),
	    cmocka_unit_test(every_keyword_is_found_and_explained),
	    cmocka_unit_test(keywords_ignore_case),
	    cmocka_unit_test(words_are_listed_as_a_person_would),
	    cmocka_unit_test(the_nearest_keyword_is_near),
	};

	return cmocka_run_group_tests_name("keyword", tests, NULL, NULL);
}
