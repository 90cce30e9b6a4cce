/* SPDX-License-Identifier: ISC */
/* Protects: how long an end stays silent before the other gives it up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/core/login.h"
#include "agent/core/plan.h"
#include "policy/language/legacy.h"

/* pppd's last sign of life comes right after it has looked: in the next interval it does
 * not ask, and one interval after the last of its questions it gives up. */
static void a_silent_line_is_given_up_within_its_keepalive(void **state)
{
	(void)state;
	for (unsigned keepalive = KEEPALIVE_MIN; keepalive <= KEEPALIVE_MAX; keepalive++) {
		const unsigned interval = plan_echo_interval(keepalive);
		const unsigned failures = plan_echo_failures(keepalive);

		assert_true(interval >= 1 && failures >= ECHO_FAILURES);
		assert_true(interval * (failures + 2) <= keepalive);
		/* It has all the time that there is, and is asked no more often than that
		 * takes. */
		assert_true(interval * (failures + 2) + interval > keepalive);
		assert_true((interval + 1) * (ECHO_FAILURES + 2) > keepalive);
	}
	assert_int_equal(plan_echo_interval(0), 1);
	assert_int_equal(plan_echo_failures(0), ECHO_FAILURES);
	assert_int_equal(plan_echo_interval(KEEPALIVE_DEFAULT), 3);
	assert_int_equal(plan_echo_failures(KEEPALIVE_DEFAULT), 3);
	assert_int_equal(plan_echo_interval(9), 1);
	assert_int_equal(plan_echo_failures(9), 7);
	/* What the HOWTO's clients may say. */
	assert_int_equal(plan_echo_interval(KEEPALIVE_LEGACY), 10);
	assert_int_equal(plan_echo_failures(KEEPALIVE_LEGACY), 3);
}

static void a_client_chooses_its_keepalive_within_bounds(void **state)
{
	struct request request = {.verb = VERB_PPPD};

	(void)state;
	assert_int_equal(login_keepalive(&request), KEEPALIVE_DEFAULT);
	request.keepalive = KEEPALIVE_MIN;
	assert_int_equal(login_keepalive(&request), KEEPALIVE_MIN);
	request.keepalive = KEEPALIVE_HELD_MAX;
	assert_int_equal(login_keepalive(&request), KEEPALIVE_HELD_MAX);
	request.keepalive = KEEPALIVE_HELD_MAX + 1;
	assert_int_equal(login_keepalive(&request), KEEPALIVE_HELD_MAX);
	request.keepalive = KEEPALIVE_MAX;
	assert_int_equal(login_keepalive(&request), KEEPALIVE_HELD_MAX);
	request = (struct request){.verb = VERB_PPPD, .legacy = true};
	assert_int_equal(login_keepalive(&request), KEEPALIVE_LEGACY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_silent_line_is_given_up_within_its_keepalive),
	    cmocka_unit_test(a_client_chooses_its_keepalive_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
