/* SPDX-License-Identifier: ISC */
/* Protects: what is thought to have waited on its way back has done so, whatever the clocks
 * are, and whatever the other end says. */
#include "agent/ppp/way_back.h"
#include "tests/unit/unit.h"

enum { MS = 1000, SECOND = 1000 * MS, HOUR = 3600 };

static struct way_back way;
static int64_t now;

static int begin(void **state)
{
	(void)state;
	way = (struct way_back){0};
	now = 1000 * (int64_t)SECOND;
	return 0;
}

/* An answer whose way back took so long, of a clock that is so much ahead; the way there
 * takes no time. */
static int64_t came(int64_t took, uint32_t ahead)
{
	return way_back_take(&way, (uint32_t)(now - took) + ahead, took, now);
}

static void the_quickest_answer_has_not_waited(void **state)
{
	(void)state;
	assert_int_equal(came(50 * MS, 77), 0);
	assert_int_equal(came(20 * MS, 77), 0);
	assert_int_equal(came(30 * MS, 77), 10 * MS);
	assert_int_equal(came(20 * MS, 77), 0);
	assert_int_equal(came(120 * MS, 77), 100 * MS);
}

/* 2^32 microseconds are over after an hour and some, at either end. */
static void clocks_may_begin_anew(void **state)
{
	static const uint32_t aheads[] = {0, 1, INT32_MAX, UINT32_MAX / 2 + 2, UINT32_MAX};

	for (size_t i = 0; i < COUNT(aheads); i++) {
		begin(state);
		(void)came(20 * MS, aheads[i]);
		for (unsigned seconds = 0; seconds < 3 * HOUR; seconds += 10) {
			now += 10 * SECOND;
			assert_int_equal(came(20 * MS, aheads[i]), 0);
			assert_in_range(came(40 * MS, aheads[i]), 18 * MS, 20 * MS);
		}
	}
}

/* Clocks go apart by up to a fifth of a millisecond in a second, in either direction;
 * answers come so often, or so seldom. */
static void clocks_may_drift(void **state)
{
	static const int64_t every[] = {MS, 7 * MS, SECOND};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(every); i++) {
		const int64_t parts = SECOND / every[i / 2];
		int64_t ahead = 0;

		begin(state);
		for (int64_t at = 0; at < 600 * parts; at++) {
			now += every[i / 2];
			ahead += i % 2 == 0 ? 190 : -190;
			assert_in_range(came(20 * MS, (uint32_t)(ahead / parts)), 0, MS);
		}
	}
}

/* So a way that stays longer is the usual one after some time. */
static void a_longer_way_is_known_after_a_while(void **state)
{
	int64_t waited = 0;

	(void)state;
	(void)came(20 * MS, 0);
	for (unsigned i = 0; i < 10; i++) {
		now += SECOND;
		waited = came(30 * MS, 0);
	}
	assert_in_range(waited, 7 * MS, 9 * MS);
	for (unsigned i = 0; i < 50; i++) {
		now += SECOND;
		waited = came(30 * MS, 0);
	}
	assert_int_equal(waited, 0);
}

static void what_was_long_ago_is_forgotten(void **state)
{
	(void)state;
	(void)came(20 * MS, 0);
	now += 61 * SECOND;
	assert_int_equal(came(400 * MS, 0), 0);
}

/* Then its clock stood still. */
static void the_other_host_may_have_slept(void **state)
{
	static const int64_t slept[] = {100 * MS, SECOND, 30 * SECOND,
					INT64_C(3600) * SECOND};

	for (size_t i = 0; i < COUNT(slept); i++) {
		const uint32_t ahead = (uint32_t)-slept[i];

		begin(state);
		(void)came(20 * MS, 0);
		now += SECOND;
		assert_in_range(came(70 * MS, ahead), 0, 70 * MS);
		/* What took no longer than any has not waited. */
		now += SECOND;
		assert_int_equal(
		    way_back_take(&way, (uint32_t)(now - 20 * MS) + ahead, 0, now), 0);
		now += SECOND;
		assert_in_range(came(50 * MS, ahead), 29 * MS, 30 * MS);
	}
}

/* No answer waits for longer than it took beyond the least. */
static void what_the_other_end_says_is_bounded(void **state)
{
	uint32_t clock = 1;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		const int64_t most = clock % (2 * WAY_BACK_US_MAX);
		int64_t waited;

		clock = clock * 1664525 + 1013904223;
		now += clock % MS;
		waited = way_back_take(&way, clock, most, now);
		assert_in_range(waited, 0, most);
		assert_in_range(waited, 0, WAY_BACK_US_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(the_quickest_answer_has_not_waited, begin),
	    cmocka_unit_test_setup(clocks_may_begin_anew, begin),
	    cmocka_unit_test_setup(clocks_may_drift, begin),
	    cmocka_unit_test_setup(a_longer_way_is_known_after_a_while, begin),
	    cmocka_unit_test_setup(what_was_long_ago_is_forgotten, begin),
	    cmocka_unit_test_setup(the_other_host_may_have_slept, begin),
	    cmocka_unit_test_setup(what_the_other_end_says_is_bounded, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
