/* SPDX-License-Identifier: ISC */
/*
 * One direction of a line, of tests/bench/line.c: a router's FIFO in front of a rate, and a
 * delay behind it. Values in, values out: the caller reads and writes packets, and passes
 * the time.
 */
#ifndef TESTS_BENCH_LINE_WAY_H
#define TESTS_BENCH_LINE_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* the longest packet with whatever header its reader puts before it */
	LINE_PACKET_MAX = 65535 + 64,
	/* bytes that a direction holds, waiting and under way: 5 Gbit/s for 100 ms */
	LINE_HOLDS = 64 * 1024 * 1024,
};

/* Offsets in bytes; struct line_ring and the fields of struct line_way are the module's
 * own. */
struct line_ring {
	uint8_t *bytes;
	size_t head, next, tail, wrap;
	/* packets, and those of them that have not left the FIFO's end */
	size_t count, unsent;
};

struct line_way {
	/* bits per second, 0: no limit */
	int64_t rate;
	/* bytes that may wait for the rate */
	size_t limit;
	/* from the last bit sent to the packet's arrival, in nanoseconds */
	int64_t delay;

	struct line_ring ring;
	/* bytes that wait; of the packet that is being sent none does */
	size_t waiting;
	/* when the packet that is being sent, or was sent last, has left; in nanoseconds */
	int64_t free_at;
	bool sending;
	/* packets that found the FIFO full */
	uint64_t dropped;
};

/*
 * Sets one up. False if there is no memory for what it holds; otherwise line_way_free()
 * frees that. Times are nanoseconds of a clock that does not go back.
 */
bool line_way_init(struct line_way *way, int64_t rate, size_t limit, int64_t delay);
void line_way_free(struct line_way *way);

/*
 * Where LINE_PACKET_MAX bytes of the next packet can be written, or NULL while the way
 * holds all that it can.
 */
uint8_t *line_way_room(struct line_way *way);

/*
 * The packet that was written there comes in: len bytes, of which the rate and the limit
 * count the last `counted`. False if the FIFO is full, and the packet lost. An empty FIFO
 * takes any.
 */
bool line_way_add(struct line_way *way, size_t len, size_t counted, int64_t now);

/*
 * The first packet, if it has arrived at the other end: its bytes, which are there until
 * line_way_take(). Otherwise NULL.
 */
const uint8_t *line_way_arrived(struct line_way *way, size_t *len, int64_t now);
void line_way_take(struct line_way *way);

/* Nanoseconds until line_way_arrived() should be asked again; -1 if the line is empty. */
int64_t line_way_wait(struct line_way *way, int64_t now);

/* Of the packet that is being sent, the rest has the new rate. */
void line_way_set_rate(struct line_way *way, int64_t rate, int64_t now);

#endif
