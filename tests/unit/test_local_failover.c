/* SPDX-License-Identifier: ISC */
/* With which gateway a round begins, and when the next one is tried at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "local/failover.h"

enum { NOW = 1000000 };

static const struct report report = {.foreground = true, .quiet = true, .parent = -1};
static struct profile profile;
static struct failover failover;
static struct retry retry;
static struct failure failure;

static int set_up(void **state)
{
	(void)state;
	profile = (struct profile){
	    .hosts = {{.name = "one"}, {.name = "two"}, {.name = "three"}}, .nhosts = 3};
	retry = (struct retry){0};
	failover_forget(&failover, &profile);
	return 0;
}

/* A good link of that host was lost. */
static bool lost(const char *host, enum blame blame)
{
	assert_true(retry_was_up(&retry, NOW - RETRY_GOOD_MS, NOW));
	failover_was_up(&failover, host, true);
	failure_set(&failure, EXIT_LINK, "lost");
	failure_blame(&failure, blame);
	return failover_goes_on(&failover, &profile, &failure, true, &report);
}

static bool failed(void)
{
	failure_set(&failure, EXIT_LINK, "no");
	return failover_goes_on(&failover, &profile, &failure, false, &report);
}

static void begin(int64_t later)
{
	failover_begin(&failover, &profile, &retry, NOW + later);
}

static void assert_next(const char *host)
{
	assert_string_equal(host, profile.hosts[gateways_current(&failover.gateways)].name);
}

static void the_first_is_tried_and_then_the_others(void **state)
{
	(void)state;
	assert_next("one");
	assert_true(failed());
	assert_next("two");
	assert_true(failed());
	assert_next("three");
	assert_false(failed());
	assert_string_equal("no; no; no", failure.text);
	begin(0);
	assert_next("one");
}

static void a_link_that_the_line_took_is_wanted_back_from_its_gateway(void **state)
{
	(void)state;
	assert_true(failed());
	assert_false(lost("two", BLAME_LINE));
	assert_string_equal("lost", failure.text);
	begin(500);
	assert_next("two");
	assert_true(failed());
	assert_next("one");
	assert_true(failed());
	assert_next("three");
	assert_false(failed());
	/* After some minutes, in the order of the profile. */
	begin(RETRY_HASTE_MS - 1);
	assert_next("two");
	begin(RETRY_HASTE_MS);
	assert_next("one");
}

static void one_that_says_no_is_left_at_once(void **state)
{
	(void)state;
	assert_true(lost("two", BLAME_REMOTE));
	assert_next("one");
	assert_true(failed());
	assert_next("three");
	assert_false(failed());
	assert_string_equal("lost; no; no", failure.text);
}

/* As one whose PPP breaks after some seconds. */
static void a_link_that_was_no_good_one_has_failed(void **state)
{
	(void)state;
	failover_was_up(&failover, "one", false);
	assert_true(failed());
	assert_next("two");
}

static void a_gateway_that_is_gone_from_the_profile_is_forgotten(void **state)
{
	(void)state;
	assert_false(lost("two", BLAME_LINE));
	strcpy(profile.hosts[1].name, "four");
	begin(0);
	assert_next("one");
}

static void the_fastest_is_measured_anew_but_not_all_the_time(void **state)
{
	static const uint8_t order[PROFILE_HOSTS_MAX] = {2, 1, 0};

	(void)state;
	profile.prefer = PREFER_FASTEST;
	memcpy(failover.order, order, sizeof order);
	failover.measured = NOW;
	begin(0);
	assert_true(failover.gateways.measured);
	assert_next("three");
	assert_false(lost("two", BLAME_LINE));
	begin(0);
	assert_next("three");
	begin(FAILOVER_MEASURED_MS);
	assert_false(failover.gateways.measured);
	assert_next("one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(the_first_is_tried_and_then_the_others, set_up),
	    cmocka_unit_test_setup(
		a_link_that_the_line_took_is_wanted_back_from_its_gateway, set_up),
	    cmocka_unit_test_setup(one_that_says_no_is_left_at_once, set_up),
	    cmocka_unit_test_setup(a_link_that_was_no_good_one_has_failed, set_up),
	    cmocka_unit_test_setup(a_gateway_that_is_gone_from_the_profile_is_forgotten,
				   set_up),
	    cmocka_unit_test_setup(the_fastest_is_measured_anew_but_not_all_the_time,
				   set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
