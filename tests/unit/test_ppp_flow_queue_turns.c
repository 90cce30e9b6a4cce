/* SPDX-License-Identifier: ISC */
/* Protects: no flow and no host is served at another's expense, and who sends little comes
 * first (RFC 8290). */
#include "tests/unit/flow_queue_fixture.h"

enum { FLOOD_FLOWS = 10000, FLOOD_PACKETS = 60000 };

/* A call beside a download waits for no more than the packet that is being sent. */
static void a_sparse_flow_is_served_first(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 400; i++)
		add(ALICE, SERVER, PORT, i, PLAIN, 0);
	for (uint32_t i = 0; i < 50; i++) {
		/* as many as a call's distance lasts */
		for (unsigned j = 0; j < 4; j++)
			assert_int_equal(take(0), PLAIN);
		add(BOB, SERVER, PORT, i, SMALL, 0);
		assert_int_equal(take(0), SMALL);
		assert_int_equal(taken_serial(), i);
	}
}

/* Three senders that always have something waiting, of packets that differ as much as they
 * can: they get the same, to a packet of the largest size. */
static void shares_are_equal_by_bytes(void **state)
{
	static const size_t sizes[] = {LARGE, SMALL, PLAIN};
	size_t bytes[COUNT(sizes)] = {0}, len;

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (unsigned j = 0; j < 8; j++)
			add(ALICE + (uint32_t)i, SERVER, PORT, (uint32_t)i, sizes[i], 0);
	for (unsigned i = 0; i < 200000; i++) {
		len = take(0);
		bytes[taken_serial()] += len;
		add(taken_source(), SERVER, PORT, taken_serial(), len, 0);
		for (size_t j = 1; j < COUNT(sizes); j++)
			assert_true(bytes[j] + LARGE + PLAIN >= bytes[0] &&
				    bytes[0] + LARGE + PLAIN >= bytes[j]);
	}
	assert_true(bytes[0] > 100 * (size_t)LARGE);
	assert_int_equal(queue.dropped, 0);
}

/* Which may pass a closed window. */
static void who_sends_little_is_known(void **state)
{
	(void)state;
	assert_int_equal(flow_queue_few(&queue), 0);
	for (uint32_t i = 0; i < 4; i++)
		add(ALICE, SERVER, PORT, i, PLAIN, 0);
	assert_int_equal(flow_queue_few(&queue), PLAIN);
	assert_int_equal(take(0), PLAIN);
	/* It has more. */
	assert_int_equal(flow_queue_few(&queue), 0);
	add(ALICE, SERVER, PORT + 1, 0, SMALL, 0);
	assert_int_equal(flow_queue_few(&queue), SMALL);
	/* Looking changes nothing. */
	assert_int_equal(flow_queue_few(&queue), SMALL);
	assert_int_equal(take(0), SMALL);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(flow_queue_few(&queue), 0);
		assert_int_equal(take(0), PLAIN);
	}
	is_empty();
}

/* Another flow, or another host, that went before it. */
static void who_has_nothing_left_is_in_nobodys_way(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 4; i++)
		add(ALICE, SERVER, PORT, i, PLAIN, 0);
	assert_int_equal(take(0), PLAIN);
	for (unsigned i = 1; i < 4; i++) {
		add(ALICE, SERVER, PORT + i, 0, SMALL, 0);
		assert_int_equal(flow_queue_few(&queue), SMALL);
		assert_int_equal(take(0), SMALL);
	}
	for (unsigned i = 0; i < 3; i++) {
		add(BOB + i, (uint32_t)SERVER + 1 + i, PORT, 0, SMALL, 0);
		assert_int_equal(flow_queue_few(&queue), SMALL);
		assert_int_equal(take(0), SMALL);
	}
	assert_int_equal(flow_queue_few(&queue), 0);
	assert_int_equal(take(0), PLAIN);
}

/*
 * Six times what the line carries, as a packet of about 800 bytes takes a millisecond. A
 * call of another host loses nothing and waits for two packets at most.
 */
static void flood(uint32_t (*source)(uint32_t i), uint32_t (*target)(uint32_t i),
		  uint32_t (*port)(uint32_t i))
{
	uint32_t sent = 0, came = 0, since = 0;

	flow_queue_init(&queue, (uint64_t)rand());
	for (uint32_t i = 0; i < FLOOD_PACKETS; i++) {
		const uint32_t n = (uint32_t)rand() % FLOOD_FLOWS;
		const int64_t now = (int64_t)(i / 6) * MS;

		add(source(n), target(n), port(n), i, SMALL + (size_t)rand() % PLAIN, now);
		if (i % 6 != 0)
			continue;
		if (i % 120 == 0) {
			add(BOB, SERVER, PORT, sent++, SMALL, now);
			since = i;
		}
		assert_true(take(now) > 0);
		if (taken_source() == BOB)
			assert_int_equal(taken_serial(), came++);
		assert_true(came == sent || (sent - came == 1 && i - since <= 2 * 6));
	}
	assert_true(sent > 400 && queue.dropped > FLOOD_PACKETS / 2);
}

static uint32_t the_same(uint32_t i)
{
	(void)i;
	return 0x0a010101;
}

static uint32_t another(uint32_t i)
{
	return 0x0a020000 + i;
}

static uint32_t the_server(uint32_t i)
{
	(void)i;
	return SERVER;
}

static void a_flood_is_one_host_among_others(void **state)
{
	(void)state;
	flood(the_same, the_same, the_same);
	flood(the_same, the_same, another);
	flood(another, the_same, the_same);
	flood(the_same, another, another);
	/* also where the call's other end is what is flooded */
	flood(the_same, the_server, another);
}

/* Each queue of the flood is shorter than the download's, but its host has far more. */
static void a_flood_makes_room_for_a_download(void **state)
{
	uint32_t i = 0, came = 0;

	(void)state;
	for (; queue.dropped < 1000; i++)
		add(the_same(i), SERVER, i % FLOOD_FLOWS, i, SMALL, 0);
	for (uint32_t n = 0; n < 100; n++) {
		add(BOB, SERVER, PORT, n, PLAIN, 0);
		add(the_same(i), SERVER, i % FLOOD_FLOWS, i, SMALL, 0);
		i++;
	}
	while (take(0) > 0)
		if (taken_source() == BOB)
			assert_int_equal(taken_serial(), came++);
	assert_int_equal(came, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_sparse_flow_is_served_first, begin),
	    cmocka_unit_test_setup(who_sends_little_is_known, begin),
	    cmocka_unit_test_setup(who_has_nothing_left_is_in_nobodys_way, begin),
	    cmocka_unit_test_setup(shares_are_equal_by_bytes, begin),
	    cmocka_unit_test_setup(a_flood_is_one_host_among_others, begin),
	    cmocka_unit_test_setup(a_flood_makes_room_for_a_download, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
