/* SPDX-License-Identifier: ISC */
/* Which host is tried next, and what a round of failures comes to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "local/gateways.h"

enum { NONE = PROFILE_HOSTS_MAX };

static struct gateways gateways;

static bool fails(enum blame blame, const char *text)
{
	static const enum exit_code codes[] = {
	    [BLAME_PROFILE] = EXIT_POLICY,
	    [BLAME_HOST] = EXIT_SYSTEM,
	    [BLAME_REMOTE] = EXIT_DENIED,
	    [BLAME_LINE] = EXIT_NO_HOST,
	};
	struct failure failure;

	failure_set(&failure, codes[blame], "%s", text);
	return gateways_fail(&gateways, &failure);
}

static void each_is_tried_once_in_the_order_of_the_file(void **state)
{
	(void)state;
	gateways_begin(&gateways, 3, NONE);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(i, gateways_current(&gateways));
		assert_int_equal(i < 2, fails(BLAME_LINE, "no"));
	}
	assert_string_equal("no; no; no", gateways.failure.text);
	assert_false(gateways.refused);
}

static void the_one_that_was_good_comes_first(void **state)
{
	static const size_t expected[] = {1, 0, 2};

	(void)state;
	gateways_begin(&gateways, 3, 1);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(expected[i], gateways_current(&gateways));
		fails(BLAME_LINE, "no");
	}
}

static void one_alone_is_a_round(void **state)
{
	(void)state;
	gateways_begin(&gateways, 1, NONE);
	assert_false(fails(BLAME_REMOTE, "denied"));
	assert_string_equal("denied", gateways.failure.text);
	assert_int_equal(EXIT_DENIED, gateways.failure.code);
	assert_int_equal(BLAME_REMOTE, gateways.failure.blame);
}

static void the_mildest_blame_decides(void **state)
{
	(void)state;
	gateways_begin(&gateways, 3, NONE);
	assert_true(fails(BLAME_REMOTE, "denied"));
	assert_true(fails(BLAME_LINE, "silent"));
	assert_false(fails(BLAME_HOST, "full"));
	assert_string_equal("denied; silent; full", gateways.failure.text);
	assert_int_equal(EXIT_NO_HOST, gateways.failure.code);
	assert_int_equal(BLAME_LINE, gateways.failure.blame);
	assert_true(gateways.refused);
}

static void a_fault_of_the_profile_ends_it_at_once(void **state)
{
	(void)state;
	gateways_begin(&gateways, 3, NONE);
	assert_true(fails(BLAME_LINE, "silent"));
	assert_false(fails(BLAME_PROFILE, "no key file"));
	assert_string_equal("no key file", gateways.failure.text);
	assert_int_equal(BLAME_PROFILE, gateways.failure.blame);
}

/* Its sshd has MaxSessions 1, perhaps: the others may have another. */
static void but_not_if_it_is_told_of_one_host(void **state)
{
	struct failure failure;

	(void)state;
	gateways_begin(&gateways, 2, NONE);
	failure_name(&failure, EXIT_POLICY, "the sshd of %s", "gw1", " allows one session");
	assert_true(gateways_fail(&gateways, &failure));
	assert_false(gateways_fail(&gateways, &failure));
	/* All of them: only a person can mend that. */
	assert_int_equal(BLAME_PROFILE, gateways.failure.blame);
	gateways_begin(&gateways, 2, NONE);
	assert_true(gateways_fail(&gateways, &failure));
	assert_false(fails(BLAME_REMOTE, "denied"));
	assert_int_equal(BLAME_REMOTE, gateways.failure.blame);
}

static void many_long_failures_end_in_a_cut(void **state)
{
	char text[FAILURE_TEXT_MAX];

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	gateways_begin(&gateways, PROFILE_HOSTS_MAX, NONE);
	for (size_t i = 0; i < PROFILE_HOSTS_MAX; i++)
		fails(BLAME_LINE, text);
	assert_int_equal(FAILURE_TEXT_MAX - 1, strlen(gateways.failure.text));
	assert_string_equal("...", gateways.failure.text + FAILURE_TEXT_MAX - 4);
}

static void only_a_permutation_is_an_order(void **state)
{
	static const uint8_t good[] = {2, 0, 1}, twice[] = {0, 1, 1}, far[] = {0, 1, 3},
			     huge[] = {0, 1, 255};

	(void)state;
	assert_true(gateways_is_order(good, 3));
	assert_false(gateways_is_order(twice, 3));
	assert_false(gateways_is_order(far, 3));
	assert_false(gateways_is_order(huge, 3));
}

static void a_measured_order_is_for_those_that_are_left(void **state)
{
	static const uint8_t order[PROFILE_HOSTS_MAX] = {2, 0, 1};

	(void)state;
	gateways_begin(&gateways, 3, NONE);
	gateways_arrange(&gateways, order);
	assert_int_equal(2, gateways_current(&gateways));
	gateways_begin(&gateways, 3, NONE);
	assert_true(fails(BLAME_LINE, "no"));
	gateways_arrange(&gateways, order);
	assert_int_equal(2, gateways_current(&gateways));
	assert_true(fails(BLAME_LINE, "no"));
	assert_int_equal(1, gateways_current(&gateways));
	assert_false(fails(BLAME_LINE, "no"));
}

/* A slow line gets all of its time in the end. */
static void a_silent_one_does_not_have_the_whole_timeout(void **state)
{
	(void)state;
	gateways_begin(&gateways, 1, NONE);
	assert_int_equal(30, gateways_patience(&gateways, 30, 0));
	gateways_begin(&gateways, 2, NONE);
	assert_int_equal(GATEWAYS_PATIENCE_S, gateways_patience(&gateways, 30, 0));
	assert_int_equal(2 * GATEWAYS_PATIENCE_S, gateways_patience(&gateways, 30, 1));
	assert_int_equal(30, gateways_patience(&gateways, 30, 3));
	assert_int_equal(30, gateways_patience(&gateways, 30, UINT32_MAX));
	assert_int_equal(2, gateways_patience(&gateways, 2, 0));
}

static void a_failure_names_its_gateway_once(void **state)
{
	struct failure failure;

	(void)state;
	failure_set(&failure, EXIT_PROTOCOL, "the remote has other addresses");
	failure_blame(&failure, BLAME_HOST);
	gateways_name(&failure, "gw1");
	gateways_name(&failure, "gw1");
	assert_string_equal("gw1: the remote has other addresses", failure.text);
	assert_int_equal(EXIT_PROTOCOL, failure.code);
	assert_int_equal(BLAME_HOST, failure.blame);
	failure_name(&failure, EXIT_NO_HOST, "%s does not answer", "gw1", "");
	gateways_name(&failure, "gw1");
	assert_string_equal("gw1 does not answer", failure.text);
	failure_set(&failure, EXIT_POLICY, "no key file");
	gateways_name(&failure, "gw1");
	assert_string_equal("no key file", failure.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_is_tried_once_in_the_order_of_the_file),
	    cmocka_unit_test(the_one_that_was_good_comes_first),
	    cmocka_unit_test(one_alone_is_a_round),
	    cmocka_unit_test(the_mildest_blame_decides),
	    cmocka_unit_test(a_fault_of_the_profile_ends_it_at_once),
	    cmocka_unit_test(but_not_if_it_is_told_of_one_host),
	    cmocka_unit_test(many_long_failures_end_in_a_cut),
	    cmocka_unit_test(only_a_permutation_is_an_order),
	    cmocka_unit_test(a_measured_order_is_for_those_that_are_left),
	    cmocka_unit_test(a_silent_one_does_not_have_the_whole_timeout),
	    cmocka_unit_test(a_failure_names_its_gateway_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
