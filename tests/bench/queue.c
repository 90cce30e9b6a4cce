/* SPDX-License-Identifier: ISC */
/*
 * queue [ROUNDS]
 *
 * Measures the queue of packets for the line (agent/ppp/flow_queue.h): what it takes to add
 * a packet and take it out again, of several sizes, with few and many flows, while little
 * or much waits, and when it is full, so that with each packet that comes others are
 * dropped. Each is done once in each round; prints medians.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/flow_queue.h"
#include "agent/ppp/ip_header.h"
#include "agent/ppp/ppp.h"

enum {
	ROUNDS_DEFAULT = 11,
	ROUNDS_MAX = 1000,
	LARGE = FRAME_INFORMATION_MAX,
	PLAIN = 1400,
	SMALL = 100,
	UDP = 17,
	/* of packets, in one measurement */
	AMOUNT = 32 * 1024 * 1024,
	PACKETS_MAX = 200 * 1000,
	NANO = 1000 * 1000 * 1000,
};

static const struct load {
	const char *name;
	size_t len;
	uint32_t flows;
	/* packets that wait all the time; or as many as there is room for */
	unsigned waiting;
	bool full;
} loads[] = {
    {"64 KiB", LARGE, 1, 0, false},
    {"64 KiB, 20 wait, of 4 flows", LARGE, 4, 20, false},
    {"1400 B", PLAIN, 1, 0, false},
    {"1400 B, 1000 wait, of 20 flows", PLAIN, 20, 1000, false},
    {"100 B", SMALL, 1, 0, false},
    {"100 B, 1000 wait, of 20 flows", SMALL, 20, 1000, false},
    {"100 B, full, of 10000 flows", SMALL, 10000, 0, true},
    {"1400 B, full, of 10000 flows", PLAIN, 10000, 0, true},
    {"1400 B, full, of 1 flow", PLAIN, 1, 0, true},
};

enum { LOADS = sizeof loads / sizeof loads[0] };

static struct flow_queue queue;
static uint8_t packet[LARGE], taken[LARGE];
static double results[LOADS][ROUNDS_MAX];

static void fail(const char *what)
{
	fprintf(stderr, "queue: %s\n", what);
	exit(EXIT_FAILURE);
}

static void add(const struct load *load, uint32_t n)
{
	const struct frame frame = {PROTOCOL_IP, packet, load->len};

	put32(packet + IPV4_SOURCE, 0x0a000000 + n % load->flows);
	flow_queue_add(&queue, &frame, 0);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Nanoseconds a packet. When the queue is full, one of four comes out. */
static double measure(const struct load *load)
{
	const uint32_t count =
	    AMOUNT / load->len < PACKETS_MAX ? AMOUNT / (uint32_t)load->len : PACKETS_MAX;
	uint16_t protocol;
	uint32_t n = 0;
	double begin;

	memset(packet, 0, sizeof packet);
	packet[0] = 0x45;
	packet[IPV4_PROTOCOL] = UDP;
	flow_queue_init(&queue, (uint64_t)rand());
	while (load->full ? queue.dropped == 0 : n < load->waiting)
		add(load, n++);
	begin = now();
	for (uint32_t i = 0; i < count; i++) {
		add(load, n++);
		if (!load->full || i % 4 == 0)
			if (flow_queue_take(&queue, 0, taken, &protocol) != load->len)
				fail("another packet came out");
	}
	begin = now() - begin;
	if (load->full == (queue.dropped == 0))
		fail("packets were dropped that should not be, or none were");
	return begin * NANO / count;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : ROUNDS_DEFAULT;

	if (rounds == 0 || rounds > ROUNDS_MAX)
		fail("1 to 1000 rounds");
	for (size_t r = 0; r < rounds; r++)
		for (size_t l = 0; l < LOADS; l++)
			results[l][r] = measure(&loads[l]);
	printf("%-34s %10s %10s\n", "", "ns/packet", "MB/s");
	for (size_t l = 0; l < LOADS; l++) {
		const double *middle = &results[l][rounds / 2];

		qsort(results[l], rounds, sizeof(double), compare);
		printf("%-34s %10.0f %10.0f\n", loads[l].name, *middle,
		       (double)loads[l].len * 1000 / *middle);
	}
	return EXIT_SUCCESS;
}
