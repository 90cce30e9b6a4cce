/* SPDX-License-Identifier: ISC */
/* Protects: what the benchmarks' line does to packets is what it says: they leave in order
 * and whole, at the rate, after the delay, and are lost only where the FIFO is full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/bench/line_way.h"

enum {
	MS = 1000 * 1000,
	/* of a packet that the rate does not count */
	HEAD = 10,
	BYTES = 1000,
	/* at which such a packet takes a millisecond */
	RATE = 8 * 1000 * 1000,
	DELAY = 5 * MS,
	LIMIT = 5 * BYTES,
	ROUNDS = 200 * 1000,
	SOAK_LIMIT = 1 << 30,
};

static struct line_way way;

static int set_up(int64_t rate, size_t limit)
{
	assert_true(line_way_init(&way, rate, limit, DELAY));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	line_way_free(&way);
	return 0;
}

static bool add(size_t counted, int64_t now)
{
	uint8_t *room = line_way_room(&way);

	assert_non_null(room);
	memset(room, 0, HEAD + counted);
	return line_way_add(&way, HEAD + counted, counted, now);
}

/* The first packet arrives at that time, and not before. */
static void arrives_at(int64_t when)
{
	size_t len;

	assert_null(line_way_arrived(&way, &len, when - 1));
	assert_non_null(line_way_arrived(&way, &len, when));
	line_way_take(&way);
}

static void without_a_limit_there_is_the_delay(void **state)
{
	(void)state;
	set_up(0, 0);
	assert_int_equal(line_way_wait(&way, 0), -1);
	assert_true(add(BYTES, 0));
	assert_true(add(BYTES, MS));
	assert_int_equal(line_way_wait(&way, MS), DELAY - MS);
	arrives_at(DELAY);
	arrives_at(DELAY + MS);
	assert_int_equal(line_way_wait(&way, DELAY + MS), -1);
}

static void packets_leave_at_the_rate(void **state)
{
	(void)state;
	set_up(RATE, LIMIT);
	for (int i = 0; i < 3; i++)
		assert_true(add(BYTES, 0));
	/* After a pause the line is free: it has saved nothing up. */
	for (int i = 1; i <= 3; i++)
		arrives_at(i * MS + DELAY);
	assert_true(add(BYTES / 2, 100 * MS));
	arrives_at(100 * MS + MS / 2 + DELAY);
}

static void who_looks_late_sees_the_same(void **state)
{
	size_t len;

	(void)state;
	set_up(RATE, LIMIT);
	for (int i = 0; i < 3; i++)
		assert_true(add(BYTES, 0));
	/* The first look since: three packets have left by now, and one has just begun. */
	assert_true(add(BYTES, 3 * MS + 1));
	for (int i = 1; i <= 3; i++) {
		assert_non_null(line_way_arrived(&way, &len, 3 * MS + DELAY));
		assert_int_equal(len, HEAD + BYTES);
		line_way_take(&way);
	}
	arrives_at(4 * MS + 1 + DELAY);
}

static void the_fifo_has_a_length_in_bytes(void **state)
{
	(void)state;
	set_up(RATE, LIMIT);
	/* One that is being sent, and five that wait. */
	for (int i = 0; i < 6; i++)
		assert_true(add(BYTES, 0));
	assert_false(add(BYTES, 0));
	assert_false(add(1, 0));
	assert_int_equal(way.dropped, 2);
	/* The next one has begun, and there is room again, for so many bytes. */
	assert_false(add(BYTES + 1, MS));
	assert_true(add(BYTES / 2, MS));
	assert_true(add(BYTES / 2, MS));
	assert_false(add(1, MS));
	assert_int_equal(way.dropped, 4);
	for (int i = 1; i <= 6; i++)
		arrives_at(i * MS + DELAY);
	arrives_at(6 * MS + MS / 2 + DELAY);
	arrives_at(7 * MS + DELAY);
	assert_int_equal(line_way_wait(&way, 100 * MS), -1);
}

static void a_line_that_is_free_takes_any_packet(void **state)
{
	(void)state;
	set_up(RATE, 0);
	assert_true(add(BYTES, 0));
	assert_false(add(1, 0));
	assert_true(add(BYTES, MS));
	arrives_at(MS + DELAY);
	arrives_at(2 * MS + DELAY);
}

static void a_new_rate_is_for_what_has_not_left(void **state)
{
	(void)state;
	set_up(RATE, LIMIT);
	assert_true(add(BYTES, 0));
	assert_true(add(BYTES, 0));
	assert_true(add(BYTES, 0));
	/* Half of the second one takes a hundred times as long. */
	line_way_set_rate(&way, RATE / 100, MS + MS / 2);
	arrives_at(MS + DELAY);
	arrives_at(MS + MS / 2 + 50 * MS + DELAY);
	/* And a quarter of the third has gone when the rate comes back. */
	line_way_set_rate(&way, RATE, MS + MS / 2 + 75 * MS);
	arrives_at(MS + MS / 2 + 75 * MS + 3 * MS / 4 + DELAY);
}

static void without_its_limit_all_leaves_at_once(void **state)
{
	(void)state;
	set_up(RATE, LIMIT);
	for (int i = 0; i < 3; i++)
		assert_true(add(BYTES, 0));
	line_way_set_rate(&way, 0, MS / 2);
	for (int i = 0; i < 3; i++)
		arrives_at(MS / 2 + DELAY);
}

/* A line without a limit on its FIFO is full when it holds what it can, and loses nothing.
 */
static void it_says_when_it_is_full(void **state)
{
	size_t held = 0, len;

	(void)state;
	set_up(RATE, SOAK_LIMIT);
	while (line_way_room(&way) != NULL) {
		assert_true(add(LINE_PACKET_MAX - HEAD, 0));
		held++;
	}
	assert_in_range(held, LINE_HOLDS / LINE_PACKET_MAX / 2,
			LINE_HOLDS / LINE_PACKET_MAX);
	for (; held > 0; held--) {
		assert_non_null(line_way_arrived(&way, &len, INT64_MAX));
		line_way_take(&way);
	}
	assert_non_null(line_way_room(&way));
}

/* Its length and what follows from that are its contents. */
static void add_one_of(uint32_t which, int64_t now)
{
	const size_t counted =
	    sizeof which + (size_t)rand() % (LINE_PACKET_MAX - HEAD - sizeof which);
	uint8_t *room = line_way_room(&way);

	if (room == NULL)
		return;
	memcpy(room, &which, sizeof which);
	memset(room + sizeof which, (uint8_t)counted, HEAD + counted - sizeof which);
	assert_true(line_way_add(&way, HEAD + counted, counted, now));
}

static bool take_one(int64_t now, uint32_t *which)
{
	size_t len;
	const uint8_t *packet = line_way_arrived(&way, &len, now);

	if (packet == NULL)
		return false;
	memcpy(which, packet, sizeof *which);
	assert_int_equal(packet[sizeof *which], (uint8_t)(len - HEAD));
	assert_int_equal(packet[len - 1], (uint8_t)(len - HEAD));
	line_way_take(&way);
	return true;
}

/* Many times around the ring, by turns nearly empty and full. */
static void packets_stay_whole_and_in_order(void **state)
{
	uint32_t next = 0, came, expected = 0;
	int64_t now = 0;

	(void)state;
	/* Half of the time it is given more than it carries. */
	set_up(100 * (int64_t)RATE, SOAK_LIMIT);
	for (int i = 0; i < ROUNDS; i++) {
		const bool crowded = i / (ROUNDS / 8) % 2 == 0;
		const size_t before = way.ring.count;

		add_one_of(next, now);
		next += way.ring.count > before;
		now += rand() % (crowded ? MS / 2 : 2 * MS);
		while (take_one(now, &came))
			assert_int_equal(came, expected++);
	}
	while (take_one(INT64_MAX, &came))
		assert_int_equal(came, expected++);
	assert_int_equal(expected, next);
	assert_true(next > ROUNDS / 2);
	assert_int_equal(way.waiting, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(without_a_limit_there_is_the_delay, tear_down),
	    cmocka_unit_test_teardown(packets_leave_at_the_rate, tear_down),
	    cmocka_unit_test_teardown(who_looks_late_sees_the_same, tear_down),
	    cmocka_unit_test_teardown(the_fifo_has_a_length_in_bytes, tear_down),
	    cmocka_unit_test_teardown(a_line_that_is_free_takes_any_packet, tear_down),
	    cmocka_unit_test_teardown(a_new_rate_is_for_what_has_not_left, tear_down),
	    cmocka_unit_test_teardown(without_its_limit_all_leaves_at_once, tear_down),
	    cmocka_unit_test_teardown(it_says_when_it_is_full, tear_down),
	    cmocka_unit_test_teardown(packets_stay_whole_and_in_order, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
