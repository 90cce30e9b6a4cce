/* SPDX-License-Identifier: ISC */
/* Protects: how much is on its way follows from the answers to marks, each counted once,
 * and stays within bounds whatever the other end answers. */
#include "tests/unit/window_fixture.h"

enum {
	/* as in window.c and window_judge.c */
	MARK_AFTER = 250 * MS,
	CLOSED_MARK_AFTER = 1 * MS,
	SILENCE = 2 * SECOND,
	SILENCES = 15,
	UNANSWERED = 3,
};

/* One now; its number. */
static uint32_t mark(void)
{
	window_marked(&window, ++number, true, now);
	return number;
}

/* Sent then, answered now. */
static void answer(int64_t sent, int64_t came)
{
	now = START + sent;
	window_sent(&window, 1, now);
	(void)mark();
	now = START + came;
	assert_true(window_answered(&window, number, NULL, now));
}

/* The window holds from the first answer on. */
static void become_active(void)
{
	answer(0, 10 * MS);
	assert_true(window.active);
}

/* --- marks */

static void a_mark_is_due_for_bytes(void **state)
{
	(void)state;
	assert_false(window_wants_mark(&window, now));
	/* However long there was nothing to be marked. */
	assert_false(window_wants_mark(&window, now + 3600 * (int64_t)SECOND));
	window_sent(&window, window.mark_bytes - 1, now);
	assert_false(window_wants_mark(&window, now));
	window_sent(&window, 1, now);
	assert_true(window_wants_mark(&window, now));
	(void)mark();
	assert_false(window_wants_mark(&window, now));
}

static void a_mark_is_due_after_a_while(void **state)
{
	(void)state;
	window_sent(&window, 100, now);
	assert_false(window_wants_mark(&window, now + MARK_AFTER - 1));
	assert_true(window_wants_mark(&window, now + MARK_AFTER));
}

/* Otherwise nothing would open it. */
static void the_last_bytes_of_a_closed_window_get_a_mark(void **state)
{
	(void)state;
	become_active();
	window_sent(&window, window.size - FRAME, now);
	(void)mark();
	assert_true(window_is_open(&window));
	window_sent(&window, 100, now);
	assert_false(window_is_open(&window));
	assert_false(window_wants_mark(&window, now));
	assert_int_equal(window_deadline(&window), now + CLOSED_MARK_AFTER);
	assert_true(window_wants_mark(&window, now + CLOSED_MARK_AFTER));
}

static void no_more_marks_than_can_be_kept(void **state)
{
	(void)state;
	for (unsigned i = 0; i < WINDOW_MARKS; i++) {
		window_sent(&window, SIZE_MOST, now);
		assert_true(window_wants_mark(&window, now));
		(void)mark();
	}
	window_sent(&window, SIZE_MOST, now);
	assert_false(window_wants_mark(&window, now + 3600 * (int64_t)SECOND));
	/* An echo that is sent all the same takes the place of the oldest. */
	(void)mark();
	assert_false(window_answered(&window, number - WINDOW_MARKS, NULL, now));
	assert_true(window_answered(&window, number - WINDOW_MARKS + 1, NULL, now));
	assert_int_equal(window.times.samples, 1);
	window_sent(&window, SIZE_MOST, now);
	assert_true(window_wants_mark(&window, now));
}

static void an_answer_counts_once_and_only_to_its_mark(void **state)
{
	uint32_t asked;

	(void)state;
	/* Nothing was asked. */
	for (uint32_t i = 0; i < 1000; i++)
		assert_false(window_answered(&window, i, NULL, now));
	window_sent(&window, 1000, now);
	asked = mark();
	now += 10 * MS;
	/* The same identifier, and another number; and one that will be asked. */
	assert_false(window_answered(&window, asked + 256, NULL, now));
	assert_false(window_answered(&window, asked + 1, NULL, now));
	assert_int_equal(window_on_way(&window), 1000);
	assert_true(window_answered(&window, asked, NULL, now));
	assert_int_equal(window_on_way(&window), 0);
	now += 10 * MS;
	assert_false(window_answered(&window, asked, NULL, now));
	assert_int_equal(window.times.samples, 1);
	assert_int_equal(window.times.last, 10 * MS);
}

/* The line keeps order, so that what is before an answered mark has arrived. */
static void an_answer_stands_for_all_before_it(void **state)
{
	uint32_t first, second, third;

	(void)state;
	window_sent(&window, 1000, now);
	first = mark();
	window_sent(&window, 2000, now);
	second = mark();
	window_sent(&window, 4000, now);
	third = mark();
	now += 10 * MS;
	assert_true(window_answered(&window, second, NULL, now));
	assert_int_equal(window_on_way(&window), 4000);
	/* Late, and out of order: it tells nothing any more, and takes nothing back. */
	assert_false(window_answered(&window, first, NULL, now));
	assert_int_equal(window_on_way(&window), 4000);
	assert_true(window_answered(&window, third, NULL, now));
	assert_int_equal(window_on_way(&window), 0);
}

/* --- rates */

static void a_rate_is_what_arrived_in_a_round_trip(void **state)
{
	(void)state;
	window_sent(&window, 10000, now);
	(void)mark();
	now += 100 * MS;
	assert_true(window_answered(&window, number, NULL, now));
	/* 10000 bytes in 100 ms */
	assert_int_equal(window_rate(&window), 100000);
	/* Half a second of nothing is not the line's. */
	now += SECOND / 2;
	window_sent(&window, 30000, now);
	(void)mark();
	now += 100 * MS;
	assert_true(window_answered(&window, number, NULL, now));
	assert_int_equal(window_rate(&window), 300000);
}

/* Answers that come in a bunch do not make the line faster than it was written to. */
static void a_bunch_of_answers_is_no_rate(void **state)
{
	uint32_t first, second, third;

	(void)state;
	window_sent(&window, 1000, now);
	first = mark();
	now += 50 * MS;
	window_sent(&window, 4000, now);
	second = mark();
	now += 50 * MS;
	assert_true(window_answered(&window, first, NULL, now));
	assert_int_equal(window_rate(&window), 10000);
	now += 50 * MS;
	window_sent(&window, 5000, now);
	third = mark();
	assert_true(window_answered(&window, second, NULL, now));
	now += 1 * MS;
	assert_true(window_answered(&window, third, NULL, now));
	/* 5000 and 4000 bytes behind the first mark in 150 ms: since that was sent */
	assert_int_equal(window_rate(&window), 9000 * 1000 / 150);
}

/* What there was to send is no news of the line, unless it is more than was known. */
static void a_line_that_is_not_full_shows_no_lower_rate(void **state)
{
	(void)state;
	window_sent(&window, 100000, now);
	(void)mark();
	now += 100 * MS;
	assert_true(window_answered(&window, number, NULL, now));
	for (unsigned i = 0; i < 10 * WINDOW_ROUNDS; i++) {
		window_sent(&window, 100, now);
		window_marked(&window, ++number, false, now);
		now += 100 * MS;
		assert_true(window_answered(&window, number, NULL, now));
	}
	assert_int_equal(window_rate(&window), 1000000);
	window_sent(&window, 200000, now);
	window_marked(&window, ++number, false, now);
	now += 100 * MS;
	assert_true(window_answered(&window, number, NULL, now));
	assert_int_equal(window_rate(&window), 2000000);
}

/* --- times */

static void the_first_answer_is_all_that_is_known(void **state)
{
	(void)state;
	answer(7 * MS, 19 * MS);
	assert_int_equal(window.times.samples, 1);
	assert_int_equal(window.times.last, 12 * MS);
	assert_int_equal(window.times.smoothed, 12 * MS);
	assert_int_equal(window.times.least, 12 * MS);
	assert_int_equal(window.least, 12 * MS);
}

static void later_ones_are_smoothed(void **state)
{
	(void)state;
	answer(0, 8 * MS);
	answer(10 * MS, 26 * MS);
	assert_int_equal(window.times.last, 16 * MS);
	assert_int_equal(window.times.smoothed, 9 * MS);
	assert_int_equal(window.times.least, 8 * MS);
	answer(30 * MS, 31 * MS);
	assert_int_equal(window.times.smoothed, 8 * MS);
	assert_int_equal(window.times.least, 1 * MS);
	for (int i = 1; i < 200; i++)
		answer(i * 100 * MS, (i * 100 + 40) * MS);
	assert_in_range(window.times.smoothed, 39 * MS, 40 * MS);
	assert_int_equal(window.times.least, 1 * MS);
	assert_int_equal(window.times.samples, 202);
}

static void no_number_is_absurd(void **state)
{
	const int64_t week = INT64_C(7) * 24 * 3600 * SECOND;

	(void)state;
	/* The longest that is counted. */
	answer(0, week);
	answer(week, 2 * week);
	assert_int_equal(window.times.last, UINT32_MAX);
	assert_int_equal(window.times.smoothed, UINT32_MAX);
	assert_int_equal(window.times.least, UINT32_MAX);
	assert_in_range(window.size, SIZE_LEAST, SIZE_MOST);
	/* No time at all. */
	answer(2 * week, 2 * week);
	assert_int_equal(window.times.least, 0);
	assert_in_range(window.least, 1, week);
	assert_in_range(window.size, SIZE_LEAST, SIZE_MOST);
	window.times.samples = UINT32_MAX;
	answer(2 * week, 2 * week + 1);
	assert_int_equal(window.times.samples, UINT32_MAX);
}

static void a_clock_that_goes_back_is_harmless(void **state)
{
	(void)state;
	become_active();
	window_sent(&window, 1000, now);
	(void)mark();
	/* Neither measured nor counted. */
	assert_false(window_answered(&window, number, NULL, now - 1));
	assert_int_equal(window.times.samples, 1);
	assert_int_equal(window_on_way(&window), 1000);
	now -= 3600 * (int64_t)SECOND;
	assert_false(window_wants_mark(&window, now));
	assert_int_equal(window_tick(&window, true, now), WINDOW_NOTHING);
	window_sent(&window, 1000, now);
	(void)mark();
	now += 10 * MS;
	assert_true(window_answered(&window, number, NULL, now));
	assert_int_equal(window_on_way(&window), 0);
	assert_in_range(window.size, SIZE_LEAST, SIZE_MOST);
}

/* --- nobody answers */

static void nothing_is_bounded_before_the_first_answer(void **state)
{
	(void)state;
	window_sent(&window, 10 * (size_t)SIZE_MOST, now);
	assert_true(window_is_open(&window));
	assert_int_equal(window_deadline(&window), INT64_MAX);
	(void)mark();
	now += 10 * MS;
	window_sent(&window, SIZE_MOST, now);
	assert_true(window_answered(&window, number, NULL, now));
	assert_false(window_is_open(&window));
}

static void a_silent_line_gets_a_frame_now_and_then(void **state)
{
	(void)state;
	become_active();
	close_window();
	(void)mark();
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(window_deadline(&window), now + SILENCE);
		assert_int_equal(window_tick(&window, false, now + SILENCE - 1),
				 WINDOW_NOTHING);
		assert_false(window_is_open(&window));
		now += SILENCE;
		assert_int_equal(window_tick(&window, false, now), WINDOW_NOTHING);
		assert_true(window_is_open(&window));
		window_sent(&window, FRAME, now);
		(void)mark();
		assert_false(window_is_open(&window));
	}
	/* And then it answers. */
	now += 10 * MS;
	assert_true(window_answered(&window, number, NULL, now));
	assert_true(window.active);
}

/* One that sends and does not answer will not begin to. */
static void whoever_sends_and_does_not_answer_is_given_up(void **state)
{
	(void)state;
	become_active();
	for (unsigned round = 0; round < 2; round++) {
		unsigned told = 0;

		close_window();
		(void)mark();
		for (unsigned i = 0; i < SILENCES; i++) {
			now += SILENCE;
			assert_int_equal(told, 0);
			told += window_tick(&window, true, now) == WINDOW_GIVES_UP;
		}
		/* Told once, and given up each time. */
		assert_int_equal(told, round == 0);
		assert_false(window.active);
		window_sent(&window, SIZE_MOST, now);
		assert_true(window_is_open(&window));
		assert_int_equal(window_deadline(&window), INT64_MAX);
		/* Until it does. */
		(void)mark();
		now += 10 * MS;
		assert_true(window_answered(&window, number, NULL, now));
		assert_true(window.active);
	}
}

static void whoever_never_answers_is_given_up(void **state)
{
	unsigned told = 0;

	(void)state;
	/* Nothing was asked. */
	assert_int_equal(window_tick(&window, true, now + 3600 * (int64_t)SECOND),
			 WINDOW_NOTHING);
	window_sent(&window, 1000, now);
	(void)mark();
	now += UNANSWERED * SILENCE;
	assert_int_equal(window_tick(&window, true, now), WINDOW_NOTHING);
	now++;
	/* Nothing is heard: there is no line. */
	assert_int_equal(window_tick(&window, false, now), WINDOW_NOTHING);
	for (unsigned i = 0; i < 10; i++) {
		told += window_tick(&window, true, now) == WINDOW_GIVES_UP;
		now += SILENCE;
	}
	assert_int_equal(told, 1);
	assert_true(window_is_open(&window));
}

static void what_was_on_its_way_is_forgotten_with_its_link(void **state)
{
	uint32_t asked;

	(void)state;
	become_active();
	close_window();
	asked = mark();
	window_restart(&window, now);
	assert_int_equal(window_on_way(&window), 0);
	assert_true(window_is_open(&window));
	assert_false(window.active);
	assert_false(window_answered(&window, asked, NULL, now + MS));
	assert_int_equal(window.times.samples, 1);
	assert_false(window_wants_mark(&window, now + SECOND));
	assert_int_equal(window_deadline(&window), INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_mark_is_due_for_bytes, begin),
	    cmocka_unit_test_setup(a_mark_is_due_after_a_while, begin),
	    cmocka_unit_test_setup(the_last_bytes_of_a_closed_window_get_a_mark, begin),
	    cmocka_unit_test_setup(no_more_marks_than_can_be_kept, begin),
	    cmocka_unit_test_setup(an_answer_counts_once_and_only_to_its_mark, begin),
	    cmocka_unit_test_setup(an_answer_stands_for_all_before_it, begin),
	    cmocka_unit_test_setup(a_rate_is_what_arrived_in_a_round_trip, begin),
	    cmocka_unit_test_setup(a_bunch_of_answers_is_no_rate, begin),
	    cmocka_unit_test_setup(a_line_that_is_not_full_shows_no_lower_rate, begin),
	    cmocka_unit_test_setup(the_first_answer_is_all_that_is_known, begin),
	    cmocka_unit_test_setup(later_ones_are_smoothed, begin),
	    cmocka_unit_test_setup(no_number_is_absurd, begin),
	    cmocka_unit_test_setup(a_clock_that_goes_back_is_harmless, begin),
	    cmocka_unit_test_setup(nothing_is_bounded_before_the_first_answer, begin),
	    cmocka_unit_test_setup(a_silent_line_gets_a_frame_now_and_then, begin),
	    cmocka_unit_test_setup(whoever_sends_and_does_not_answer_is_given_up, begin),
	    cmocka_unit_test_setup(whoever_never_answers_is_given_up, begin),
	    cmocka_unit_test_setup(what_was_on_its_way_is_forgotten_with_its_link, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
