/* SPDX-License-Identifier: ISC */
/* Protects: what answers wait on their way back is neither taken for a queue of this end's
 * nor for a slower line, when the other end tells; and who sends little gets past a closed
 * window. */
#include "tests/unit/window_fixture.h"

enum {
	PACKET = 1500,
	MARKED = 64,
	/* one way, and bytes a second */
	WAY = 20 * MS,
	RATE = 2 * 1000 * 1000,
	/* as in way_back.c */
	DRIFT = 5000,
};

/* What is on its way of marks, the oldest first. */
static struct {
	uint32_t number;
	int64_t sent_at, arrives_at;
} marks[MARKED];
static unsigned first, next;
/* when the line will have taken all that was sent, and when the last answer came; bytes,
 * and the longest that one of them has waited for the line */
static int64_t line_at, answers_at, longest;
static uint64_t carried;
/* What a connection within has on its way at most; 0: there is always more. */
static uint64_t connection;

static bool has_more(void)
{
	return connection == 0 || window_on_way(&window) + PACKET <= connection;
}

static bool waits(void)
{
	return connection == 0 ||
	       (has_more() && !(window_is_open(&window) && window_next(&window) <= now));
}

static void fill(void)
{
	while (has_more() && window_is_open(&window) && window_next(&window) <= now) {
		line_at = (line_at > now ? line_at : now) + PACKET * SECOND / RATE;
		carried += PACKET;
		longest = line_at - now > longest ? line_at - now : longest;
		window_sent(&window, PACKET, now);
		if (!window_wants_mark(&window, now))
			continue;
		window_marked(&window, ++number, waits(), now);
		marks[next % MARKED].number = number;
		marks[next % MARKED].sent_at = now;
		marks[next++ % MARKED].arrives_at = line_at + WAY;
	}
}

static int64_t full(int64_t at)
{
	(void)at;
	return 150 * MS;
}

static int64_t fuller(int64_t at)
{
	return 3 * full(at);
}

/* The other end's clock is not known. */
static int64_t full_untold(int64_t at)
{
	return full(at);
}

/* The way back takes so much longer, which is told: microseconds, at that time. */
static void run(int64_t until, int64_t (*back)(int64_t at))
{
	carried = 0;
	longest = 0;
	for (; now < until; now += MS) {
		while (first != next) {
			const int64_t left = marks[first % MARKED].arrives_at;
			int64_t comes = left + WAY + back(left);
			uint32_t clock;

			/* in order */
			comes = comes > answers_at ? comes : answers_at;
			if (comes > now)
				break;
			answers_at = comes;
			clock = (uint32_t)left;
			window_answered(&window, marks[first++ % MARKED].number,
					back == full_untold ? NULL : &clock, now);
		}
		fill();
	}
}

static int64_t empty(int64_t at)
{
	(void)at;
	return 0;
}

/* Between 0 and 100 ms, in a second each, as a queue that fills and empties. */
static int64_t varies(int64_t at)
{
	const int64_t phase = at % (2 * SECOND);

	return (phase < SECOND ? phase : 2 * SECOND - phase) / 10;
}

static void first_answer(void)
{
	uint32_t clock;

	first = next = 0;
	line_at = answers_at = 0;
	connection = 0;
	window_sent(&window, 1, now);
	window_marked(&window, ++number, false, now);
	clock = (uint32_t)(now + WAY);
	now += 2 * WAY;
	window_answered(&window, number, &clock, now);
}

static void run_steady(void)
{
	first_answer();
	run(START + 5 * (int64_t)SECOND, empty);
	assert_true(window.active && !window.starting);
}

/* In 5 seconds, hundredths of what the line carries. */
static uint64_t share(void)
{
	return carried * 100 / (5 * (uint64_t)RATE);
}

static void a_way_back_that_fills_takes_nothing_from_the_way_there(void **state)
{
	(void)state;
	run_steady();
	run(START + 10 * (int64_t)SECOND, full);
	run(START + 15 * (int64_t)SECOND, full);
	assert_true(share() >= 90);
	/* What is taken for drift waits on the line. */
	assert_true(longest <= 50 * MS + 10 * SECOND / DRIFT);
	assert_in_range(window_rate(&window), RATE * 9 / 10, RATE * 11 / 10);
}

static void one_that_varies_is_no_noise_and_no_rate(void **state)
{
	(void)state;
	run_steady();
	run(START + 10 * (int64_t)SECOND, varies);
	run(START + 15 * (int64_t)SECOND, varies);
	assert_true(share() >= 90);
	assert_true(longest <= 100 * MS);
	assert_true(window.noise <= 5 * MS);
	assert_in_range(window_rate(&window), RATE * 9 / 10, RATE * 11 / 10);
}

/* Its size is looked for anew, with room for far more than a connection within has. */
static void search_anew(uint64_t most)
{
	run_steady();
	connection = 20 * 1000;
	run(START + 5500 * (int64_t)MS, empty);
	window.starting = true;
	window.size = 400 * 1000;
	window.mark_bytes = window.size / 8;
	connection = most;
}

/* Nothing waits here, and more waits on the line than should. */
static void a_window_that_all_fits_into_may_be_too_large(void **state)
{
	(void)state;
	search_anew(200 * 1000);
	run(START + 6 * (int64_t)SECOND, empty);
	run(START + 11 * (int64_t)SECOND, empty);
	assert_false(window.starting);
	assert_true(share() >= 90);
	assert_true(longest <= 30 * MS);
}

/* Then nothing of ours waits. */
static void a_longer_way_is_no_window_that_is_too_large(void **state)
{
	(void)state;
	search_anew(20 * 1000);
	run(START + 6 * (int64_t)SECOND, full_untold);
	assert_true(window.starting);
}

/* It cannot make the least round trip less than an answer took. */
static void what_is_told_shows_no_shorter_way(void **state)
{
	uint32_t clock;

	(void)state;
	run_steady();
	/* For so long that the least is looked for anew. */
	for (unsigned i = 0; i < 20 * SECOND / (50 * MS); i++) {
		window_sent(&window, PACKET, now);
		window_marked(&window, ++number, true, now);
		now += 50 * MS;
		clock = (uint32_t)now - SECOND;
		assert_true(window_answered(&window, number, &clock, now));
		assert_true(window.least >= 2 * WAY);
		assert_int_equal(window.times.last, 50 * MS);
	}
}

/* An echo, and its answer, which waits so long on its way back. */
static void ask(int64_t waits_back)
{
	uint32_t clock;

	window_sent(&window, PACKET, now);
	window_marked(&window, ++number, true, now);
	clock = (uint32_t)(now + WAY);
	now += 2 * WAY + waits_back;
	assert_true(window_answered(&window, number, &clock, now));
}

/* One answer that met nothing does not make the window small. */
static void what_answers_wait_is_smoothed(void **state)
{
	(void)state;
	run_steady();
	for (unsigned i = 0; i < 50; i++)
		ask(100 * MS);
	ask(0);
	assert_in_range(window.back_us, 70 * MS, 80 * MS);
	for (unsigned i = 0; i < 50; i++)
		ask(0);
	assert_int_equal(window.back_us, 0);
}

/* As where the other end does not answer each echo. */
static void what_was_not_answered_is_not_known_to_have_arrived(void **state)
{
	const struct window_mark *mark;

	(void)state;
	run_steady();
	for (unsigned i = 0; i < 3; i++) {
		window_sent(&window, PACKET, now++);
		window_marked(&window, ++number, true, now++);
	}
	mark = &window.marks[(window.next - 1) % WINDOW_MARKS];
	now += window.least;
	assert_true(window_answered(&window, number, NULL, now));
	assert_int_equal(window.round_bytes, mark->sent - mark->arrived);
}

/* From the beginning: more than three times what the line carries has to be on its way. */
static void a_search_goes_beyond_a_way_back_that_is_full(void **state)
{
	(void)state;
	first_answer();
	run(START + 6 * (int64_t)SECOND, fuller);
	run(START + 7 * (int64_t)SECOND, fuller);
	assert_true(carried >= RATE / 2);
}

/* And one that was not asked for, or comes again, tells nothing. */
static void no_answer_waits_for_longer_than_it_took_beyond_the_least(void **state)
{
	struct window before;
	uint32_t clock;

	(void)state;
	run_steady();
	window_sent(&window, PACKET, now);
	window_marked(&window, ++number, true, now);
	clock = (uint32_t)now - SECOND;
	before = window;
	assert_false(window_answered(&window, number + 1, &clock, now));
	assert_memory_equal(&window, &before, sizeof window);
	now += window.least + 30 * MS;
	assert_true(window_answered(&window, number, &clock, now));
	/* A new one counts a quarter. */
	assert_int_equal(window.back_us, (3 * before.back_us + 30 * MS) / 4);
	before = window;
	assert_false(window_answered(&window, number, &clock, now));
	assert_memory_equal(&window, &before, sizeof window);
}

static void who_sends_little_need_not_wait_for_an_answer(void **state)
{
	uint64_t room;

	(void)state;
	run_steady();
	close_window();
	assert_false(window_is_open(&window));
	assert_true(window_spares(&window, 100));
	room = window.size + window.size / 8 - window_on_way(&window);
	assert_true(window_spares(&window, room));
	assert_false(window_spares(&window, room + 1));
	window_sent(&window, room, now);
	assert_false(window_spares(&window, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_way_back_that_fills_takes_nothing_from_the_way_there,
				   begin),
	    cmocka_unit_test_setup(one_that_varies_is_no_noise_and_no_rate, begin),
	    cmocka_unit_test_setup(a_window_that_all_fits_into_may_be_too_large, begin),
	    cmocka_unit_test_setup(a_longer_way_is_no_window_that_is_too_large, begin),
	    cmocka_unit_test_setup(what_is_told_shows_no_shorter_way, begin),
	    cmocka_unit_test_setup(what_answers_wait_is_smoothed, begin),
	    cmocka_unit_test_setup(a_search_goes_beyond_a_way_back_that_is_full, begin),
	    cmocka_unit_test_setup(what_was_not_answered_is_not_known_to_have_arrived,
				   begin),
	    cmocka_unit_test_setup(no_answer_waits_for_longer_than_it_took_beyond_the_least,
				   begin),
	    cmocka_unit_test_setup(who_sends_little_need_not_wait_for_an_answer, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
