/* SPDX-License-Identifier: ISC */
/* Protects: the window stays within bounds whatever the other end answers, and when. */
#include "tests/unit/window_fixture.h"

enum {
	/* as in window.c and window_judge.c */
	NOISE_MOST = 50 * MS,
	/* a mark for each frame, which may be a little shorter, and not more often */
	MARK_LEAST = 3 * FRAME / 4,
};

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % limit;
}

/* Of any order of magnitude. */
static int64_t random_size(unsigned bits)
{
	return (
	    int64_t)(((uint64_t)random_below(UINT32_MAX) << 20 ^ random_below(UINT32_MAX)) &
		     ((UINT64_C(1) << random_below(bits)) - 1));
}

static void assert_bounds(unsigned told)
{
	assert_true(window.size >= SIZE_LEAST && window.size <= SIZE_MOST);
	assert_true(window.mark_bytes >= MARK_LEAST && window.mark_bytes <= SIZE_MOST);
	assert_true(window.arrived <= window.sent && window.marked <= window.sent);
	assert_true(window.next - window.first <= WINDOW_MARKS);
	assert_true(window.noise >= 0 && window.noise <= NOISE_MOST);
	assert_true(window.least >= 0);
	assert_true(window.back_us >= 0 && window.back_us <= WAY_BACK_US_MAX);
	assert_true(told <= 1);
}

/* An answer as the peer likes: to the latest, to an older one, to any, twice. */
static void answer_something(void)
{
	const uint32_t back =
	    random_below(4) == 0 ? random_below(2 * WINDOW_MARKS) : random_below(4);
	const uint32_t samples = window.times.samples;
	const uint32_t clock = random_below(4) == 0
				   ? random_below(UINT32_MAX)
				   : (uint32_t)now - random_below(2 * WAY_BACK_US_MAX);
	const bool counts = window_answered(&window, number - back,
					    random_below(2) == 0 ? &clock : NULL, now);

	assert_int_equal(window.times.samples, samples + counts);
	assert_false(window_answered(&window, number - back, NULL, now));
}

static unsigned do_something(void)
{
	switch (random_below(9)) {
	case 0:
		now += random_size(random_below(20) == 0 ? 36 : 22);
		break;
	case 1:
		now -= random_below(50) == 0 ? random_size(30) : 0;
		break;
	case 2:
		answer_something();
		break;
	case 3:
		if (random_below(5000) == 0)
			window_restart(&window, now);
		break;
	case 4:
		return window_tick(&window, random_below(2) == 0, now) == WINDOW_GIVES_UP;
	case 5:
		if (window_wants_mark(&window, now) || random_below(50) == 0)
			window_marked(&window, ++number, random_below(2) == 0, now);
		break;
	case 6:
		if (window_wants_trial(&window)) {
			window_sent_control(&window, window_try(&window) ? WINDOW_TRIAL : 1,
					    now);
			window_marked(&window, ++number, false, now);
		}
		break;
	default:
		if (window_is_open(&window))
			window_sent(&window, (size_t)random_size(17), now);
	}
	return 0;
}

static void bounds_hold_whatever_happens(void **state)
{
	unsigned active = 0;
	const unsigned calls = 300000;

	(void)state;
	for (unsigned seed = 1; seed <= 8; seed++) {
		unsigned told = 0;

		random_state = seed;
		begin(NULL);
		for (unsigned i = 0; i < calls; i++) {
			told += do_something();
			assert_bounds(told);
			active += window.active;
			(void)window_deadline(&window);
		}
	}
	/* It did not only wait. */
	assert_in_range(active, calls, 8 * calls);
}

/*
 * The other end takes its time to make us slow, or answers at once to make us fast: at
 * least a frame goes each time, and no more than the largest window.
 */
static void a_liar_gets_within_bounds(void **state)
{
	static const int64_t times[] = {0, 1, 30 * SECOND};

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		begin(NULL);
		window_marked(&window, ++number, true, now);
		now += 10 * MS;
		assert_true(window_answered(&window, number, NULL, now));
		for (unsigned round = 0; round < 2000; round++) {
			const uint64_t before = window.sent;
			uint32_t clock;

			close_window();
			window_marked(&window, ++number, true, now);
			assert_in_range(window.sent - before, FRAME, SIZE_MOST + FRAME);
			now += times[i];
			clock = round % 2 == 0 ? (uint32_t)now - SECOND : (uint32_t)now;
			assert_true(window_answered(&window, number, &clock, now));
			assert_bounds(0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(bounds_hold_whatever_happens, begin),
	    cmocka_unit_test_setup(a_liar_gets_within_bounds, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
