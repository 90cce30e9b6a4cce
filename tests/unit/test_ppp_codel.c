/* SPDX-License-Identifier: ISC */
/* Protects: CoDel signals when RFC 8289 says so, and never to the last packet of a queue.
 */
#include "tests/unit/unit.h"

#include "agent/ppp/codel.h"

enum {
	MS = 1000,
	LONG_WAIT = 20 * MS,
	MUCH = 100 * CODEL_LEFT,
	SIGNALS = 8,
	/* a packet leaves so often */
	STEP = 100,
};

static const struct codel_pace pace = {CODEL_TARGET, CODEL_INTERVAL};

/* When it signals next, if packets go on to wait so long; each is asked about. */
static int64_t next_signal(struct codel *codel, int64_t *now)
{
	do
		*now += STEP;
	while (!codel_signals(codel, &pace, LONG_WAIT, MUCH, *now));
	return *now;
}

/* RFC 8289 5.5: 100 ms divided by the square roots of 1, 2, 3…: these are their sums, in
 * microseconds. */
static void signals_come_as_the_control_law_says(void **state)
{
	static const int64_t since_first[SIGNALS] = {0,	     100000, 170710, 228445,
						     278445, 323166, 363990, 401787};
	struct codel codel = {0};
	int64_t now = 5000 * MS, first;

	(void)state;
	first = next_signal(&codel, &now);
	/* Above the target for a whole interval, beginning with the first packet. */
	assert_int_equal(first, 5000 * MS + STEP + CODEL_INTERVAL);
	for (unsigned i = 1; i < SIGNALS; i++) {
		const int64_t late = next_signal(&codel, &now) - first - since_first[i];

		assert_true(late >= -(int64_t)i && late <= STEP);
	}
}

/* When packets leave seldom, what is due is made up for by one after the other. */
static void what_is_due_is_made_up_for(void **state)
{
	struct codel codel = {0};
	int64_t now = 1000 * MS;
	unsigned signals = 0;

	(void)state;
	next_signal(&codel, &now);
	now += 280 * MS;
	while (codel_signals(&codel, &pace, LONG_WAIT, MUCH, now))
		signals++;
	assert_int_equal(signals, 4);
}

static void one_short_wait_ends_it(void **state)
{
	struct codel codel = {0};
	int64_t now = 1000 * MS, again;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		next_signal(&codel, &now);
	again = now += STEP;
	assert_false(codel_signals(&codel, &pace, CODEL_TARGET - 1, MUCH, now));
	assert_false(codel.dropping);
	/* It has to stand for a whole interval again. */
	assert_int_equal(next_signal(&codel, &now), again + STEP + CODEL_INTERVAL);
}

/* RFC 8289 5.4: soon again, it goes on as often as it did; later, it begins anew. */
static void it_remembers_for_sixteen_intervals(void **state)
{
	struct codel codel = {0};
	int64_t now = 1000 * MS;

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		next_signal(&codel, &now);
	assert_int_equal(codel.count, 6);
	assert_false(codel_signals(&codel, &pace, 0, MUCH, now));
	next_signal(&codel, &now);
	assert_int_equal(codel.count, 5);
	for (unsigned i = 0; i < 6; i++)
		next_signal(&codel, &now);
	assert_false(codel_signals(&codel, &pace, 0, MUCH, now));
	now += 17 * CODEL_INTERVAL;
	next_signal(&codel, &now);
	assert_int_equal(codel.count, 1);
}

static void the_last_packet_is_left_alone(void **state)
{
	struct codel codel = {0};

	(void)state;
	for (int64_t now = 0; now < 1000 * MS; now += STEP)
		assert_false(codel_signals(&codel, &pace, LONG_WAIT, CODEL_LEFT, now));
}

/* Of a packet that waits for less than the target nobody hears, for any length of time. */
static void a_short_queue_is_left_alone(void **state)
{
	struct codel codel = {0};

	(void)state;
	for (int64_t now = 0; now < 1000 * MS; now += STEP)
		assert_false(codel_signals(&codel, &pace, CODEL_TARGET - 1, MUCH, now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signals_come_as_the_control_law_says),
	    cmocka_unit_test(what_is_due_is_made_up_for),
	    cmocka_unit_test(one_short_wait_ends_it),
	    cmocka_unit_test(it_remembers_for_sixteen_intervals),
	    cmocka_unit_test(the_last_packet_is_left_alone),
	    cmocka_unit_test(a_short_queue_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
