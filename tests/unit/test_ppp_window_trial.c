/* SPDX-License-Identifier: ISC */
/* Protects: before much is on its way, a slow line is known for one, whatever comes
 * between, and none else is taken for one. */
#include "tests/unit/window_fixture.h"

enum {
	/* as in window.c, window_trial.c and window_law.h */
	WINDOW_FIRST = 10 * FRAME,
	TRIALS = 7,
	TRIALS_EACH = 3,
	OTHERS_MAX = 1024,
	SLOW_RATE = 3 * 1000 * 1000 / 8,
	ECHO = 26,
	TRIP = 20 * MS,
};

/* An echo, alone; its answer takes so long. */
static void ask(int64_t took)
{
	window_sent_control(&window, ECHO, now);
	window_marked(&window, ++number, false, now);
	now += took;
	assert_true(window_answered(&window, number, NULL, now));
}

/* What is due then, on a line of that rate; some took longer. */
static void try_line(uint64_t rate, int64_t longer)
{
	int64_t took = TRIP + longer;

	assert_true(window_wants_trial(&window));
	if (window_try(&window)) {
		window_sent_control(&window, WINDOW_TRIAL, now);
		took += (int64_t)((uint64_t)WINDOW_TRIAL * SECOND / rate);
	}
	assert_false(window_wants_trial(&window));
	ask(took);
}

/* All of them. */
static void try_all(uint64_t rate)
{
	ask(TRIP);
	for (unsigned i = 0; i < TRIALS; i++)
		try_line(rate, 0);
	assert_false(window_wants_trial(&window));
}

static void a_slow_line_gets_no_more_than_it_takes(void **state)
{
	const uint64_t rate = 64000;

	(void)state;
	try_all(rate);
	assert_in_range(window_rate(&window), rate * 9 / 10, rate * 11 / 10);
	assert_in_range(window.size, SIZE_LEAST, rate * TRIP / SECOND + 4 * FRAME);
	/* And one frame after the other. */
	window_sent(&window, FRAME, now);
	window_sent(&window, FRAME, now);
	assert_in_range(window_next(&window) - now, 10 * MS, 100 * MS);
}

static void a_fast_line_begins_as_tcp_does(void **state)
{
	(void)state;
	try_all(SLOW_RATE + SLOW_RATE / 10);
	assert_int_equal(window.size, WINDOW_FIRST);
	window_sent(&window, FRAME, now);
	window_sent(&window, FRAME, now);
	assert_true(window_next(&window) <= now);
}

/* Both ends try at the same time, or one of them is busy. */
static void the_quickest_trial_counts(void **state)
{
	(void)state;
	ask(TRIP);
	try_line(100 * SLOW_RATE, 30 * MS);
	assert_int_not_equal(window.size, WINDOW_FIRST);
	for (unsigned i = 0; i < TRIALS_EACH; i++)
		try_line(100 * SLOW_RATE, 0);
	assert_int_equal(window.size, WINDOW_FIRST);
	assert_false(window.slow);
}

/* The first echoes waited behind the other end's trial. */
static void a_shorter_way_is_seen_later(void **state)
{
	(void)state;
	ask(TRIP + 40 * MS);
	for (unsigned i = 0; i < TRIALS; i++)
		try_line(64000, i % TRIALS_EACH == 0 ? 0 : 40 * MS);
	assert_false(window.slow);
	ask(TRIP);
	assert_true(window.slow);
	assert_in_range(window_rate(&window), 60000, 70000);
}

static void packets_come_first(void **state)
{
	(void)state;
	assert_false(window_wants_trial(&window));
	ask(TRIP);
	assert_true(window_wants_trial(&window));
	window_sent(&window, OTHERS_MAX, now);
	assert_true(window_wants_trial(&window));
	window_sent(&window, 1, now);
	assert_false(window_wants_trial(&window));
}

/* One that discards nothing, and answers nothing. */
static void without_an_answer_there_is_no_other(void **state)
{
	(void)state;
	ask(TRIP);
	assert_true(window_try(&window));
	window_sent_control(&window, WINDOW_TRIAL, now);
	window_marked(&window, ++number, false, now);
	now += 3600 * (int64_t)SECOND;
	assert_false(window_wants_trial(&window));
	assert_int_equal(window.size, WINDOW_FIRST);
	/* Another link may have another end. */
	window_restart(&window, now);
	ask(TRIP);
	assert_true(window_wants_trial(&window));
}

/* An end that answers when it likes makes itself slow, until it does not. */
static void rounds_show_more(void **state)
{
	(void)state;
	try_all(1000);
	assert_int_equal(window.size, 11 * FRAME / 4 + 20);
	for (unsigned i = 0; i < 200; i++) {
		window_sent(&window, FRAME, now);
		window_marked(&window, ++number, true, now);
		now += TRIP / 10;
		assert_true(window_answered(&window, number, NULL, now));
	}
	assert_in_range(window_rate(&window), SLOW_RATE, UINT64_MAX);
	assert_false(window.slow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_slow_line_gets_no_more_than_it_takes, begin),
	    cmocka_unit_test_setup(a_fast_line_begins_as_tcp_does, begin),
	    cmocka_unit_test_setup(the_quickest_trial_counts, begin),
	    cmocka_unit_test_setup(a_shorter_way_is_seen_later, begin),
	    cmocka_unit_test_setup(packets_come_first, begin),
	    cmocka_unit_test_setup(without_an_answer_there_is_no_other, begin),
	    cmocka_unit_test_setup(rounds_show_more, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
