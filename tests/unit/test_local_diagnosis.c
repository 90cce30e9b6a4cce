/* SPDX-License-Identifier: ISC */
/* What a person is told: the sentences of `up` taken apart, and what the command exits
 * with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "local/diagnosis.h"

static void splits(const char *from, const char *text, const char *cure)
{
	char got[FAILURE_TEXT_MAX], said[FINDING_CURE_MAX];

	snprintf(got, sizeof got, "%s", from);
	diagnosis_split(got, said);
	assert_string_equal(got, text);
	assert_string_equal(said, cure);
}

static void what_to_do_is_cut_off_the_end_of_a_sentence(void **state)
{
	(void)state;
	splits("the host key of gw is not known to RunAs: log in once [\"No key\"]",
	       "the host key of gw is not known to RunAs [\"No key\"]", "log in once");
	splits("the name gw:2 cannot be resolved: check Host",
	       "the name gw:2 cannot be resolved", "check Host");
}

static void what_is_no_advice_stays(void **state)
{
	(void)state;
	splits("RunAs: there is no user x", "RunAs: there is no user x", "");
	splits("cannot open the file here: No such file or directory",
	       "cannot open the file here: No such file or directory", "");
	splits("the ready line is not usable: \"x: do that\"",
	       "the ready line is not usable: \"x: do that\"", "");
	splits("the program cannot be run here (a: b)",
	       "the program cannot be run here (a: b)", "");
	splits("", "", "");
	splits(": ", ": ", "");
}

static void nothing_of_what_others_said_is_advice(void **state)
{
	(void)state;
	splits("it closed the connection [\"do: rm -rf /\"]",
	       "it closed the connection [\"do: rm -rf /\"]", "");
}

static void the_id_of_the_log_is_found(void **state)
{
	char id[AGENT_ID_MAX];

	(void)state;
	assert_true(diagnosis_find_id("denied [\"sallyport: denied (id 45262cbd)\"]", id));
	assert_string_equal(id, "45262cbd");
	assert_false(diagnosis_find_id("its log says why under the id: ask", id));
	assert_false(diagnosis_find_id("(id 12; rm)", id));
}

static struct diagnosis quiet(void)
{
	static struct diagnosis diagnosis;

	diagnosis = (struct diagnosis){.name = "office", .json = true};
	return diagnosis;
}

static void it_exits_as_up_would_for_the_first_failure(void **state)
{
	static struct diagnosis diagnosis;
	struct failure failure = {.text = ""};

	(void)state;
	diagnosis = quiet();
	diagnosis_ok(&diagnosis, STEP_PROFILE, 1, "fine");
	assert_int_equal(diagnosis_code(&diagnosis), EXIT_DONE);
	failure_set(&failure, EXIT_NO_HOST, "away");
	diagnosis_failure(&diagnosis, STEP_TCP, 1, "gw", &failure);
	failure_set(&failure, EXIT_DENIED, "no");
	diagnosis_failure(&diagnosis, STEP_LOGIN, 1, "gw", &failure);
	assert_int_equal(diagnosis_code(&diagnosis), EXIT_NO_HOST);
	assert_true(diagnosis_has_failed(&diagnosis, STEP_NAME, STEP_TCP));
	assert_false(diagnosis_has_failed(&diagnosis, STEP_PROFILE, STEP_NAME));
	diagnosis.has_link = true;
	assert_int_equal(diagnosis_code(&diagnosis), EXIT_IMPAIRED);
}

static void a_failure_is_not_lost_for_want_of_room(void **state)
{
	static struct diagnosis diagnosis;
	struct failure failure = {.text = ""};

	(void)state;
	diagnosis = quiet();
	for (int i = 0; i < FINDINGS_MAX + 10; i++)
		diagnosis_ok(&diagnosis, STEP_TCP, 1, "fine");
	failure_set(&failure, EXIT_LINK, "lost");
	diagnosis_failure(&diagnosis, STEP_LINK, 1, "", &failure);
	assert_int_equal(diagnosis_code(&diagnosis), EXIT_LINK);
	assert_int_equal(diagnosis.count, FINDINGS_MAX);
}

static void every_step_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (enum link_step a = STEP_PROFILE; a < STEPS; a++) {
		assert_string_not_equal(step_word(a), "unknown");
		for (enum link_step b = STEP_PROFILE; b < a; b++)
			assert_string_not_equal(step_word(a), step_word(b));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_to_do_is_cut_off_the_end_of_a_sentence),
	    cmocka_unit_test(what_is_no_advice_stays),
	    cmocka_unit_test(nothing_of_what_others_said_is_advice),
	    cmocka_unit_test(the_id_of_the_log_is_found),
	    cmocka_unit_test(it_exits_as_up_would_for_the_first_failure),
	    cmocka_unit_test(a_failure_is_not_lost_for_want_of_room),
	    cmocka_unit_test(every_step_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
