/* SPDX-License-Identifier: ISC */
/* Protects: what waits for the line comes out whole or is counted as lost, each flow in
 * order, and none at another's expense (RFC 8290). */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/flow_queue.h"
#include "agent/ppp/ip_header.h"
#include "agent/ppp/ppp.h"

enum {
	MS = 1000,
	UDP = 17,
	/* headers of IP and UDP, and the number of a packet */
	PORTS = IPV4_HEADER,
	SERIAL = IPV4_HEADER + 8,
	LEAST = SERIAL + 4,
	SMALL = 100,
	PLAIN = 1400,
	LARGE = FRAME_INFORMATION_MAX,
	ALICE = 0x0a000001,
	BOB = 0x0a000002,
	SERVER = 0xc0000201,
	PORT = 5000,
	FLOOD_FLOWS = 10000,
	FLOOD_PACKETS = 60000,
	SOAK_STEPS = 300000,
	SOAK_FLOWS = 40,
};

static struct flow_queue queue;
static uint8_t packet[FRAME_INFORMATION_MAX], taken[FRAME_INFORMATION_MAX];
static uint16_t taken_protocol;

/* The same in each run. */
static unsigned seed = 1;

static int begin(void **state)
{
	(void)state;
	srand(seed);
	flow_queue_init(&queue, UINT64_C(0x0123456789abcdef));
	return 0;
}

/* A packet of UDP with that number, and bytes that follow from it. */
static void make(uint32_t source, uint32_t target, unsigned port, uint32_t serial,
		 size_t len)
{
	memset(packet, 0, LEAST);
	packet[0] = 0x45;
	put16(packet + IPV4_LENGTH, len);
	packet[IPV4_TTL] = 64;
	packet[IPV4_PROTOCOL] = UDP;
	put32(packet + IPV4_SOURCE, source);
	put32(packet + IPV4_TARGET, target);
	put16(packet + PORTS, port);
	put16(packet + PORTS + 2, port);
	put32(packet + SERIAL, serial);
	for (size_t i = LEAST; i < len; i++)
		packet[i] = (uint8_t)(serial + i);
}

static void add(uint32_t source, uint32_t target, unsigned port, uint32_t serial,
		size_t len, int64_t now)
{
	const struct frame frame = {PROTOCOL_IP, packet, len};

	make(source, target, port, serial, len);
	flow_queue_add(&queue, &frame, now);
}

static size_t take(int64_t now)
{
	return flow_queue_take(&queue, now, taken, &taken_protocol);
}

static uint32_t taken_source(void)
{
	return get32(taken + IPV4_SOURCE);
}

static uint32_t taken_serial(void)
{
	return get32(taken + SERIAL);
}

static void is_empty(void)
{
	assert_int_equal(take(0), 0);
	assert_true(flow_queue_is_empty(&queue));
	assert_int_equal(flow_queue_packets(&queue), 0);
	assert_int_equal(flow_queue_bytes(&queue), 0);
	assert_int_equal(packet_store_room(&queue.store), PACKET_BLOCKS - 1);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(what_comes_out_is_what_went_in, begin),
	    cmocka_unit_test_setup(a_flow_keeps_its_order, begin),
	    cmocka_unit_test_setup(a_sparse_flow_is_served_first, begin),
	    cmocka_unit_test_setup(who_sends_little_is_known, begin),
	    cmocka_unit_test_setup(who_has_nothing_left_is_in_nobodys_way, begin),
	    cmocka_unit_test_setup(shares_are_equal_by_bytes, begin),
	    cmocka_unit_test_setup(the_fattest_flow_makes_room, begin),
	    cmocka_unit_test_setup(memory_is_used_again, begin),
	    cmocka_unit_test_setup(a_flood_is_one_host_among_others, begin),
	    cmocka_unit_test_setup(a_flood_makes_room_for_a_download, begin),
	    cmocka_unit_test_setup(what_is_too_old_is_dropped, begin),
	    cmocka_unit_test_setup(where_ecn_is_known_packets_are_marked, begin),
	    cmocka_unit_test_setup(any_pace_works, begin),
	    cmocka_unit_test_setup(every_packet_is_accounted_for, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
