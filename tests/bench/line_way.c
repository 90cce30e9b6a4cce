/* SPDX-License-Identifier: ISC */
#include "tests/bench/line_way.h"

#include <stdlib.h>

enum {
	BITS_PER_BYTE = 8,
	NS_PER_S = 1000 * 1000 * 1000,
};

/* A packet in the ring; its bytes follow. */
struct packet {
	/* until it is sent: when it came. Then: when it arrives. */
	int64_t when;
	size_t len, counted;
};

/* A packet is never split: a new one begins only where the longest has room. */
static const size_t longest = sizeof(struct packet) + LINE_PACKET_MAX;

bool line_way_init(struct line_way *way, int64_t rate, size_t limit, int64_t delay)
{
	*way = (struct line_way){.rate = rate, .limit = limit, .delay = delay};
	way->ring.bytes = calloc(1, LINE_HOLDS);
	return way->ring.bytes != NULL;
}

void line_way_free(struct line_way *way)
{
	free(way->ring.bytes);
	way->ring.bytes = NULL;
}

static struct packet *packet_at(const struct line_ring *ring, size_t offset)
{
	return (struct packet *)(ring->bytes + offset);
}

/* Where the packet after that one begins: they are aligned. */
static size_t after(const struct line_ring *ring, size_t offset)
{
	const size_t align = _Alignof(struct packet);
	const size_t size = sizeof(struct packet) + packet_at(ring, offset)->len;
	const size_t end = offset + (size + align - 1) / align * align;

	return end == ring->wrap ? 0 : end;
}

/*
 * Where the rest before the end is too short for the longest, the next one goes to the
 * beginning, and wrap says where that was.
 */
uint8_t *line_way_room(struct line_way *way)
{
	struct line_ring *ring = &way->ring;

	if (ring->count == 0) {
		ring->head = ring->next = ring->tail = ring->wrap = 0;
	} else if (ring->tail <= ring->head) {
		if (ring->head - ring->tail < longest)
			return NULL;
	} else if (LINE_HOLDS - ring->tail < longest) {
		if (ring->head < longest)
			return NULL;
		ring->wrap = ring->tail;
		if (ring->next == ring->tail)
			ring->next = 0;
		ring->tail = 0;
	}
	return (uint8_t *)(packet_at(ring, ring->tail) + 1);
}

static int64_t sending_time(const struct line_way *way, size_t bytes)
{
	return way->rate == 0 ? 0 : (int64_t)bytes * BITS_PER_BYTE * NS_PER_S / way->rate;
}

static void begin_sending(struct line_way *way, const struct packet *packet)
{
	if (way->free_at < packet->when)
		way->free_at = packet->when;
	way->free_at += sending_time(way, packet->counted);
	way->waiting -= packet->counted;
	way->sending = true;
}

/* What has been sent by now, one packet after the other, however late this is called. */
static void send_packets(struct line_way *way, int64_t now)
{
	struct line_ring *ring = &way->ring;

	while (ring->unsent > 0) {
		struct packet *packet = packet_at(ring, ring->next);

		if (!way->sending)
			begin_sending(way, packet);
		if (way->free_at > now)
			break;
		packet->when = way->free_at + way->delay;
		way->sending = false;
		ring->next = after(ring, ring->next);
		ring->unsent--;
	}
}

bool line_way_add(struct line_way *way, size_t len, size_t counted, int64_t now)
{
	struct line_ring *ring = &way->ring;

	send_packets(way, now);
	if (way->rate != 0 && ring->unsent > 0 && way->waiting + counted > way->limit) {
		way->dropped++;
		return false;
	}
	*packet_at(ring, ring->tail) = (struct packet){now, len, counted};
	ring->tail = after(ring, ring->tail);
	ring->count++;
	ring->unsent++;
	way->waiting += counted;
	return true;
}

const uint8_t *line_way_arrived(struct line_way *way, size_t *len, int64_t now)
{
	struct line_ring *ring = &way->ring;
	struct packet *first = packet_at(ring, ring->head);

	send_packets(way, now);
	if (ring->count == ring->unsent || first->when > now)
		return NULL;
	*len = first->len;
	return (const uint8_t *)(first + 1);
}

void line_way_take(struct line_way *way)
{
	struct line_ring *ring = &way->ring;

	ring->head = after(ring, ring->head);
	if (ring->head == 0)
		ring->wrap = 0;
	ring->count--;
}

int64_t line_way_wait(struct line_way *way, int64_t now)
{
	int64_t when;

	send_packets(way, now);
	if (way->ring.count == 0)
		return -1;
	when = way->ring.count > way->ring.unsent
		   ? packet_at(&way->ring, way->ring.head)->when
		   : way->free_at + way->delay;
	return when > now ? when - now : 0;
}

void line_way_set_rate(struct line_way *way, int64_t rate, int64_t now)
{
	const int64_t old = way->rate;

	send_packets(way, now);
	way->rate = rate;
	if (way->sending && rate == 0)
		way->free_at = now;
	else if (way->sending)
		way->free_at = now + (int64_t)((double)(way->free_at - now) * (double)old /
					       (double)rate);
}
