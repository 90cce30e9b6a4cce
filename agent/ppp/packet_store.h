/* SPDX-License-Identifier: ISC */
/*
 * Packets of 1 byte to 64 KiB in a memory of fixed size: chains of blocks. What was freed
 * last is used first, and blocks that were never used stay untouched: a program that never
 * has much waiting has little of this memory. Nothing here allocates.
 */
#ifndef SALLYPORT_AGENT_PPP_PACKET_STORE_H
#define SALLYPORT_AGENT_PPP_PACKET_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/ppp/frame.h"

enum {
	PACKET_STORE_SIZE = 4 * 1024 * 1024,
	PACKET_BLOCK = 256,
	PACKET_BLOCKS = PACKET_STORE_SIZE / PACKET_BLOCK,
};
_Static_assert(PACKET_BLOCKS <= UINT16_MAX, "a block's number has 16 bits");

/* At the beginning of a packet's first block; its bytes follow. A block's number is 1 or
 * more; 0 is none. */
struct stored_packet {
	/* for whoever stores it: since when, and the packet behind it */
	int64_t since;
	uint16_t next;
	uint16_t protocol, len;
	uint16_t last_block;
	uint8_t bytes[];
};

struct packet_store {
	/* freed last; blocks behind fresh were never used */
	uint16_t free, fresh;
	uint16_t used;
	/* the block behind each one of a packet, or of the free ones */
	uint16_t next[PACKET_BLOCKS];
	_Alignas(64) uint8_t blocks[PACKET_BLOCKS][PACKET_BLOCK];
};

/* Empty; the blocks are not touched. */
void packet_store_init(struct packet_store *store);
/* How many blocks a packet of len bytes takes, and how many there are. */
size_t packet_store_blocks(size_t len);
size_t packet_store_room(const struct packet_store *store);
/* Stores a packet for which there is room, of 1 to FRAME_INFORMATION_MAX bytes. Its number.
 */
uint16_t packet_store_put(struct packet_store *store, const struct frame *frame);
/* One that is stored. Of its bytes PACKET_BLOCK - sizeof(struct stored_packet) are there.
 */
struct stored_packet *packet_store_get(struct packet_store *store, uint16_t number);
/* Copies it to out. Returns its length. */
size_t packet_store_copy(struct packet_store *store, uint16_t number, uint8_t *out);
void packet_store_free(struct packet_store *store, uint16_t number);

#endif
