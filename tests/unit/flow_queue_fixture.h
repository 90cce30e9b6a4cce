/* SPDX-License-Identifier: ISC */
/* One queue, and packets of UDP that go into it and come out. */
#ifndef SALLYPORT_TESTS_UNIT_FLOW_QUEUE_FIXTURE_H
#define SALLYPORT_TESTS_UNIT_FLOW_QUEUE_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/flow_queue.h"
#include "agent/ppp/ip_header.h"
#include "agent/ppp/ppp.h"
#include "tests/unit/unit.h"

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
};

static struct flow_queue queue;
static uint8_t packet[FRAME_INFORMATION_MAX], taken[FRAME_INFORMATION_MAX];
static uint16_t taken_protocol;

/* The same in each run. */
static unsigned seed = 1;

static inline int begin(void **state)
{
	(void)state;
	srand(seed);
	flow_queue_init(&queue, UINT64_C(0x0123456789abcdef));
	return 0;
}

/* A packet of UDP with that number, and bytes that follow from it. */
static inline void make(uint32_t source, uint32_t target, unsigned port, uint32_t serial,
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

static inline void add(uint32_t source, uint32_t target, unsigned port, uint32_t serial,
		       size_t len, int64_t now)
{
	const struct frame frame = {PROTOCOL_IP, packet, len};

	make(source, target, port, serial, len);
	flow_queue_add(&queue, &frame, now);
}

static inline size_t take(int64_t now)
{
	return flow_queue_take(&queue, now, taken, &taken_protocol);
}

static inline uint32_t taken_source(void)
{
	return get32(taken + IPV4_SOURCE);
}

static inline uint32_t taken_serial(void)
{
	return get32(taken + SERIAL);
}

static inline void is_empty(void)
{
	assert_int_equal(take(0), 0);
	assert_true(flow_queue_is_empty(&queue));
	assert_int_equal(flow_queue_packets(&queue), 0);
	assert_int_equal(flow_queue_bytes(&queue), 0);
	assert_int_equal(packet_store_room(&queue.store), PACKET_BLOCKS - 1);
}

#endif
