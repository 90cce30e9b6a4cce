/* SPDX-License-Identifier: ISC */
#include "agent/ppp/packet_store.h"

#include <string.h>

enum { FIRST_BLOCK = PACKET_BLOCK - sizeof(struct stored_packet) };

void packet_store_init(struct packet_store *store)
{
	store->free = store->fresh = store->used = 0;
}

size_t packet_store_blocks(size_t len)
{
	return len <= FIRST_BLOCK
		   ? 1
		   : 1 + (len - FIRST_BLOCK + PACKET_BLOCK - 1) / PACKET_BLOCK;
}

/* Number 0 is none. */
size_t packet_store_room(const struct packet_store *store)
{
	return PACKET_BLOCKS - 1 - (size_t)store->used;
}

struct stored_packet *packet_store_get(struct packet_store *store, uint16_t number)
{
	return (struct stored_packet *)store->blocks[number];
}

static uint16_t take_block(struct packet_store *store)
{
	uint16_t block = store->free;

	store->used++;
	if (block != 0)
		store->free = store->next[block];
	else
		block = ++store->fresh;
	return block;
}

/* What is left of a packet, but no more than there is room for in a block. */
static size_t copy(uint8_t *to, const uint8_t *from, size_t left, size_t room)
{
	if (left >= room) {
		memcpy(to, from, room);
		return room;
	}
	memcpy(to, from, left);
	return left;
}

uint16_t packet_store_put(struct packet_store *store, const struct frame *frame)
{
	const uint16_t number = take_block(store);
	struct stored_packet *packet = packet_store_get(store, number);
	size_t at = copy(packet->bytes, frame->information, frame->len, FIRST_BLOCK);
	uint16_t last = number;

	packet->protocol = frame->protocol;
	packet->len = (uint16_t)frame->len;
	packet->next = 0;
	for (size_t part; at < frame->len; at += part) {
		const uint16_t block = take_block(store);

		part = copy(store->blocks[block], frame->information + at, frame->len - at,
			    PACKET_BLOCK);
		store->next[last] = block;
		last = block;
	}
	store->next[last] = 0;
	packet->last_block = last;
	return number;
}

size_t packet_store_copy(struct packet_store *store, uint16_t number, uint8_t *out)
{
	const struct stored_packet *packet = packet_store_get(store, number);
	size_t at = copy(out, packet->bytes, packet->len, FIRST_BLOCK);
	uint16_t block = store->next[number];

	for (size_t part; at < packet->len; at += part, block = store->next[block]) {
		part = copy(out + at, store->blocks[block], packet->len - at, PACKET_BLOCK);
	}
	return packet->len;
}

/* In its order, so that the next packet goes through the same memory. */
void packet_store_free(struct packet_store *store, uint16_t number)
{
	const struct stored_packet *packet = packet_store_get(store, number);

	store->used -= (uint16_t)packet_store_blocks(packet->len);
	store->next[packet->last_block] = store->free;
	store->free = number;
}
