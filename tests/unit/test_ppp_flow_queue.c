/* SPDX-License-Identifier: ISC */
/* Protects: what waits for the line comes out whole or is counted as lost, each flow in
 * order, and what has waited too long is lost or marked (RFC 8290). */
#include "tests/unit/flow_queue_fixture.h"

enum { SOAK_STEPS = 300000, SOAK_FLOWS = 40 };

static void what_comes_out_is_what_went_in(void **state)
{
	static const size_t sizes[] = {1,    20,   239,	 240,	241,  255,  256,
				       257,  495,  496,	 497,	1280, 1500, 4095,
				       4096, 4097, 9000, 65534, 65535};

	(void)state;
	is_empty();
	for (size_t i = 0; i < COUNT(sizes); i++) {
		const uint16_t protocol = i % 2 == 0 ? PROTOCOL_IP : PROTOCOL_IPV6;
		const struct frame frame = {protocol, packet, sizes[i]};

		make(ALICE, SERVER, PORT, (uint32_t)i, LARGE);
		flow_queue_add(&queue, &frame, 0);
		assert_int_equal(flow_queue_bytes(&queue), sizes[i]);
		assert_int_equal(flow_queue_packets(&queue), 1);
		memset(taken, 0, sizeof taken);
		assert_int_equal(take(0), sizes[i]);
		assert_int_equal(taken_protocol, protocol);
		assert_memory_equal(taken, packet, sizes[i]);
	}
	is_empty();
	assert_int_equal(queue.dropped, 0);
	flow_queue_add(&queue, &(const struct frame){PROTOCOL_IP, packet, 0}, 0);
	assert_int_equal(queue.dropped, 1);
	is_empty();
}

static void a_flow_keeps_its_order(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 500; i++)
		add(ALICE, SERVER, PORT + i % 5, i, LEAST + i, 0);
	for (uint32_t next[5] = {0, 1, 2, 3, 4}; take(0) > 0;) {
		const uint32_t flow = get16(taken + PORTS) - PORT;

		assert_int_equal(taken_serial(), next[flow]);
		next[flow] += 5;
	}
	is_empty();
	assert_int_equal(queue.dropped, 0);
}

/* RFC 8290 4.1.3: whoever fills the memory loses packets, its oldest. */
static void the_fattest_flow_makes_room(void **state)
{
	uint32_t first = UINT32_MAX, others = 0;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		add(ALICE + 1 + i, SERVER, PORT, i, PLAIN, 0);
	for (uint32_t i = 0; i < 100; i++)
		add(ALICE, SERVER, PORT, i, LARGE, 0);
	assert_true(queue.dropped > 0);
	while (take(0) > 0)
		if (taken_source() != ALICE)
			others++;
		else if (first == UINT32_MAX)
			first = taken_serial();
	assert_int_equal(others, 100);
	assert_int_equal(first, queue.dropped);
	is_empty();
}

/* A program that never has much waiting touches little memory, however long it runs. */
static void memory_is_used_again(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		add(ALICE + i % 3, SERVER, PORT, i, LEAST + (size_t)rand() % PLAIN, 0);
		if (i % 4 == 3)
			while (take(0) > 0)
				;
	}
	is_empty();
	assert_true(queue.store.fresh <= 4 * packet_store_blocks(LEAST + PLAIN));
	for (unsigned round = 0; round < 5; round++) {
		for (uint32_t i = 0; i < 20000; i++)
			add(ALICE + i % 50, SERVER, PORT, i, LEAST + (size_t)rand() % PLAIN,
			    0);
		assert_true(packet_store_room(&queue.store) <
			    packet_store_blocks(LEAST + PLAIN));
		while (take(0) > 0)
			;
		is_empty();
	}
}

/* What nobody waits for any more is dropped, but for the last packet. */
static void what_is_too_old_is_dropped(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		add(ALICE, SERVER, PORT, i, PLAIN, 0);
	add(BOB, SERVER, PORT, 0, PLAIN, 0);
	assert_int_equal(take(FLOW_QUEUE_OLDEST), PLAIN);
	assert_int_equal(taken_serial(), 9);
	assert_int_equal(take(FLOW_QUEUE_OLDEST), PLAIN);
	assert_int_equal(taken_source(), BOB);
	assert_int_equal(queue.dropped, 9);
	is_empty();
}

/* A download whose packets wait for 50 ms each; how many are marked, and how many lost. */
static void signals(uint16_t protocol, unsigned service)
{
	const struct frame frame = {protocol, packet, PLAIN};

	flow_queue_init(&queue, 1);
	make(ALICE, SERVER, PORT, 0, PLAIN);
	if (protocol == PROTOCOL_IPV6)
		put32(packet, 6U << 28 | service << 20 | 0x12345);
	else
		packet[1] = (uint8_t)service;
	for (int64_t now = 0; now < 1000 * MS; now += MS) {
		flow_queue_add(&queue, &frame, now);
		if (now >= 50 * MS)
			assert_int_equal(take(now), PLAIN);
	}
}

static void where_ecn_is_known_packets_are_marked(void **state)
{
	(void)state;
	for (unsigned service = 0xb8; service <= 0xbb; service++) {
		const bool capable = service % 4 != 0;

		signals(PROTOCOL_IP, service);
		assert_true((capable ? queue.marked : queue.dropped) > 10);
		assert_int_equal(capable ? queue.dropped : queue.marked, 0);
		signals(PROTOCOL_IPV6, service);
		assert_true((capable ? queue.marked : queue.dropped) > 10);
		assert_int_equal(capable ? queue.dropped : queue.marked, 0);
	}
}

/* The caller may say anything. */
static void any_pace_works(void **state)
{
	static const int64_t values[] = {INT64_MIN, -1, 0, 1, 5000, 1000000, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++)
		for (size_t j = 0; j < COUNT(values); j++) {
			flow_queue_pace(&queue, values[i], values[j]);
			assert_true(queue.pace.target >= MS);
			assert_true(queue.pace.interval >= 2 * queue.pace.target);
			assert_true(queue.pace.interval <= 5000 * MS);
		}
	flow_queue_pace(&queue, 30 * MS, 600 * MS);
	assert_true(queue.pace.target == 30 * MS && queue.pace.interval == 600 * MS);
}

/* The model of a soak: lengths of the packets that wait, by number; and each flow's last.
 */
static struct {
	size_t waits[SOAK_STEPS];
	uint32_t added, out, last[SOAK_FLOWS];
} soak;

static void soak_add(int64_t now)
{
	const uint32_t flow = (uint32_t)rand() % SOAK_FLOWS;
	const size_t most = rand() % 50 == 0 ? LARGE : PLAIN;
	const size_t len = LEAST + (size_t)rand() % (most - LEAST + 1);

	soak.waits[soak.added] = len;
	add(ALICE + flow % 7, SERVER + flow % 3, flow, soak.added++, len, now);
}

static void soak_take(int64_t now)
{
	const uint64_t dropped = queue.dropped;
	const size_t few = rand() % 2 == 0 ? flow_queue_few(&queue) : 0, len = take(now);
	const uint32_t serial = taken_serial(), flow = get16(taken + PORTS);

	if (len == 0) {
		assert_true(flow_queue_is_empty(&queue));
		return;
	}
	assert_true(few == 0 || few == len || queue.dropped > dropped);
	assert_true(serial < soak.added && soak.waits[serial] == len);
	soak.waits[serial] = 0;
	assert_true(soak.last[flow] <= serial);
	soak.last[flow] = serial;
	make(taken_source(), get32(taken + IPV4_TARGET), flow, serial, len);
	assert_memory_equal(taken, packet, len);
	soak.out++;
}

/* Loads, times and paces as they come: each packet comes out once, whole and in its flow's
 * order, or it is counted. */
static void every_packet_is_accounted_for(void **state)
{
	int64_t now = 0;
	int adds = 50;

	(void)state;
	for (unsigned i = 0; i < SOAK_STEPS; i++) {
		if (i % 3000 == 0)
			adds = 20 + rand() % 70;
		if (i % 5000 == 0)
			flow_queue_pace(&queue, rand() % 100000, rand() % 1000000);
		now += rand() % (i % 20000 == 0 ? 6000 * MS : MS);
		if (rand() % 100 < adds)
			soak_add(now);
		else
			soak_take(now);
		assert_int_equal(soak.out + queue.dropped + flow_queue_packets(&queue),
				 soak.added);
	}
	while (!flow_queue_is_empty(&queue))
		soak_take(now);
	assert_int_equal(soak.out + queue.dropped, soak.added);
	assert_true(soak.out > SOAK_STEPS / 10 && queue.dropped > SOAK_STEPS / 100);
	is_empty();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(what_comes_out_is_what_went_in, begin),
	    cmocka_unit_test_setup(a_flow_keeps_its_order, begin),
	    cmocka_unit_test_setup(the_fattest_flow_makes_room, begin),
	    cmocka_unit_test_setup(memory_is_used_again, begin),
	    cmocka_unit_test_setup(what_is_too_old_is_dropped, begin),
	    cmocka_unit_test_setup(where_ecn_is_known_packets_are_marked, begin),
	    cmocka_unit_test_setup(any_pace_works, begin),
	    cmocka_unit_test_setup(every_packet_is_accounted_for, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
