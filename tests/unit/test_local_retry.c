/* SPDX-License-Identifier: ISC */
/* When a link is tried again, and whose fault ends that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdint.h>

#include "local/retry.h"

enum { LONG_AGO = 1000, ROUNDS = 100 };

/* Half to one and a half of it. */
static void assert_around(int64_t expected, int64_t pause)
{
	assert_in_range(pause, expected / 2, expected + expected / 2);
}

static void a_line_is_tried_at_doubling_pauses(void **state)
{
	struct retry retry = {0};

	(void)state;
	for (int64_t expected = RETRY_LINE_MS; expected < RETRY_LINE_MAX_MS; expected *= 2)
		assert_around(expected,
			      retry_pause(&retry, BLAME_LINE, LONG_AGO, 1u << 31));
	for (int i = 0; i < ROUNDS; i++)
		assert_around(RETRY_LINE_MAX_MS,
			      retry_pause(&retry, BLAME_LINE, LONG_AGO, UINT32_MAX));
}

static void a_remote_that_says_no_is_asked_less_often(void **state)
{
	static const enum blame blames[] = {BLAME_REMOTE, BLAME_HOST};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct retry retry = {0};

		for (int64_t expected = RETRY_REMOTE_MS; expected < RETRY_REMOTE_MAX_MS;
		     expected *= 2)
			assert_around(expected,
				      retry_pause(&retry, blames[i], LONG_AGO, 0));
		for (int j = 0; j < ROUNDS; j++)
			assert_around(RETRY_REMOTE_MAX_MS,
				      retry_pause(&retry, blames[i], LONG_AGO, 7));
	}
}

static void clients_do_not_come_back_at_once(void **state)
{
	struct retry one = {0}, other = {0};

	(void)state;
	assert_int_equal(RETRY_LINE_MS / 2, retry_pause(&one, BLAME_LINE, LONG_AGO, 0));
	assert_in_range(retry_pause(&other, BLAME_LINE, LONG_AGO, UINT32_MAX),
			RETRY_LINE_MS * 3 / 2 - 1, RETRY_LINE_MS * 3 / 2);
}

/* Also in haste, and where the other gateway is only silent. */
static void one_of_several_that_says_no_is_not_asked_more_often(void **state)
{
	(void)state;
	for (uint32_t random = 0; random < 1u << 31; random += 1u << 28) {
		struct retry retry = {0};
		const int64_t alone = retry_pause(&retry, BLAME_REMOTE, LONG_AGO, random);

		assert_int_equal(alone, retry_politely(RETRY_HASTE_PAUSE_MS, random));
		assert_int_equal(alone, retry_politely(alone, random));
		assert_int_equal(RETRY_LINE_MAX_MS,
				 retry_politely(RETRY_LINE_MAX_MS, random));
	}
}

static void a_link_that_was_good_is_wanted_back_in_haste(void **state)
{
	struct retry retry = {.failures = 9, .of_line = 9};
	int64_t now = 1000000;

	(void)state;
	assert_false(retry_in_haste(&retry, now));
	assert_true(retry_was_up(&retry, now - RETRY_GOOD_MS, now));
	assert_int_equal(0, retry.failures);
	while (now < 1000000 + RETRY_HASTE_MS) {
		assert_true(retry_in_haste(&retry, now));
		assert_around(RETRY_HASTE_PAUSE_MS,
			      retry_pause(&retry, BLAME_LINE, now, 1u << 30));
		now += 1000;
	}
	assert_false(retry_in_haste(&retry, now));
	/* The many failures in haste do not make it wait the longest time then. */
	for (int64_t expected = RETRY_LINE_MS; expected < RETRY_LINE_MAX_MS; expected *= 2)
		assert_around(expected, retry_pause(&retry, BLAME_LINE, now, 1u << 31));
	assert_around(RETRY_LINE_MAX_MS, retry_pause(&retry, BLAME_LINE, now, 1u << 31));
}

/* The host of a gateway that starts anew refuses connections, and then logins. */
static void the_line_and_the_remote_do_not_add_up(void **state)
{
	struct retry retry = {0};

	(void)state;
	retry_was_up(&retry, LONG_AGO, LONG_AGO + RETRY_GOOD_MS);
	for (int i = 0; i < ROUNDS; i++)
		retry_pause(&retry, BLAME_LINE, LONG_AGO + RETRY_GOOD_MS, 0);
	assert_around(RETRY_REMOTE_MS,
		      retry_pause(&retry, BLAME_REMOTE, LONG_AGO + RETRY_GOOD_MS, 0));
	assert_int_equal(ROUNDS + 1, retry.failures);
	/* But each grows when they take turns. */
	for (int i = 0; i < ROUNDS; i++) {
		retry_pause(&retry, BLAME_LINE, INT64_MAX, 0);
		retry_pause(&retry, BLAME_REMOTE, INT64_MAX, 0);
	}
	assert_around(RETRY_LINE_MAX_MS, retry_pause(&retry, BLAME_LINE, INT64_MAX, 0));
	assert_around(RETRY_REMOTE_MAX_MS, retry_pause(&retry, BLAME_REMOTE, INT64_MAX, 0));
}

static void a_change_of_the_network_ends_a_pause_of_the_line(void **state)
{
	(void)state;
	assert_int_equal(RETRY_LEAST_MS, retry_least(BLAME_LINE, RETRY_LINE_MAX_MS));
	assert_int_equal(RETRY_REMOTE_MS, retry_least(BLAME_REMOTE, RETRY_REMOTE_MS));
	assert_int_equal(RETRY_REMOTE_MS, retry_least(BLAME_HOST, RETRY_REMOTE_MS));
	assert_int_equal(RETRY_REMOTE_MAX_MS / RETRY_LEAST_PART,
			 retry_least(BLAME_REMOTE, RETRY_REMOTE_MAX_MS));
}

/* After a night without a network, the first one that is there gets more than one attempt
 * a minute. */
static void another_network_is_tried_at_short_pauses_again(void **state)
{
	struct retry retry = {0};
	int64_t now = LONG_AGO;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		retry_pause(&retry, BLAME_LINE, now, 0);
		retry_pause(&retry, BLAME_REMOTE, now, 0);
	}
	retry_network_changed(&retry, now);
	assert_int_equal(0, retry.rounds);
	for (int64_t expected = RETRY_LINE_MS; expected < RETRY_LINE_MAX_MS; expected *= 2)
		assert_around(expected, retry_pause(&retry, BLAME_LINE, now, 1u << 31));
	/* One that comes and goes does not keep them short. */
	for (; now < LONG_AGO + RETRY_ANEW_MS; now += RETRY_ANEW_MS / 10) {
		retry_network_changed(&retry, now);
		assert_around(RETRY_LINE_MAX_MS,
			      retry_pause(&retry, BLAME_LINE, now, 1u << 31));
	}
	retry_network_changed(&retry, now);
	assert_around(RETRY_LINE_MS, retry_pause(&retry, BLAME_LINE, now, 1u << 31));
	/* A remote that says no says it on any network. */
	assert_around(RETRY_REMOTE_MAX_MS,
		      retry_pause(&retry, BLAME_REMOTE, now, 1u << 31));
}

static void a_link_that_comes_and_goes_is_no_good_one(void **state)
{
	struct retry retry = {.failures = 5};

	(void)state;
	assert_false(retry_was_up(&retry, LONG_AGO, LONG_AGO + RETRY_GOOD_MS - 1));
	assert_int_equal(5, retry.failures);
	assert_false(retry_in_haste(&retry, LONG_AGO + RETRY_GOOD_MS));
}

static void only_a_person_mends_a_profile(void **state)
{
	(void)state;
	assert_false(retry_helps(BLAME_PROFILE));
	assert_true(retry_helps(BLAME_HOST));
	assert_true(retry_helps(BLAME_REMOTE));
	assert_true(retry_helps(BLAME_LINE));
}

static void a_code_says_whose_fault_it_is(void **state)
{
	static const struct {
		enum exit_code code;
		enum blame blame;
	} rows[] = {
	    {EXIT_POLICY, BLAME_PROFILE},  {EXIT_NO_PPP, BLAME_PROFILE},
	    {EXIT_DENIED, BLAME_REMOTE},   {EXIT_BUSY, BLAME_REMOTE},
	    {EXIT_PROTOCOL, BLAME_REMOTE}, {EXIT_NO_HOST, BLAME_LINE},
	    {EXIT_LINK, BLAME_LINE},	   {EXIT_SYSTEM, BLAME_HOST},
	    {EXIT_INTERNAL, BLAME_HOST},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(rows[i].blame, blame_of_code(rows[i].code));
}

static void each_has_a_word(void **state)
{
	enum blame back;

	(void)state;
	for (unsigned i = 0; i < BLAME_KINDS; i++) {
		assert_true(blame_parse(blame_word((enum blame)i), &back));
		assert_int_equal(i, back);
	}
	assert_false(blame_parse("nobody", &back));
	assert_false(blame_parse("", &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_is_tried_at_doubling_pauses),
	    cmocka_unit_test(a_remote_that_says_no_is_asked_less_often),
	    cmocka_unit_test(clients_do_not_come_back_at_once),
	    cmocka_unit_test(one_of_several_that_says_no_is_not_asked_more_often),
	    cmocka_unit_test(a_link_that_was_good_is_wanted_back_in_haste),
	    cmocka_unit_test(the_line_and_the_remote_do_not_add_up),
	    cmocka_unit_test(a_change_of_the_network_ends_a_pause_of_the_line),
	    cmocka_unit_test(another_network_is_tried_at_short_pauses_again),
	    cmocka_unit_test(a_link_that_comes_and_goes_is_no_good_one),
	    cmocka_unit_test(only_a_person_mends_a_profile),
	    cmocka_unit_test(a_code_says_whose_fault_it_is),
	    cmocka_unit_test(each_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
