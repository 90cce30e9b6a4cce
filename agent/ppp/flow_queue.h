/* SPDX-License-Identifier: ISC */
/*
 * Packets that wait for the line, each flow in a queue of its own: FQ-CoDel (RFC 8290). A
 * flow that sends little is served before those that send much, these have equal shares by
 * bytes, and each of their queues is kept short by CoDel (codel.h). Pure: times are
 * microseconds that the caller passes in, and never go back. Nothing here allocates.
 *
 * It differs from RFC 8290 in this:
 * - Hosts take turns, and the flows of each host theirs, so that a host that floods from
 * ten thousand ports has the share of one. A flow's host is its source; or its target,
 * where that has far more flows: many that send to one.
 * - A flow has its place in a set of eight by its hash, as in sch_cake, so that flows
 * seldom share one. The flows of one host hold at most six places of a set and share these.
 * A flow that has shared one may find one of its own; then its packets can overtake earlier
 *   ones, once.
 * - When the memory is full, packets are lost one by one, not in batches, from the head of
 *   the fattest queue, which is known at any time, to a quarter of its size. A flow is as
 *   fat as its host would be if all its flows were like it.
 * - What has waited for FLOW_QUEUE_OLDEST is of no use to anyone and is dropped, but for
 * the last packet of a flow, from which its ends learn that the line is back.
 */
#ifndef SALLYPORT_AGENT_PPP_FLOW_QUEUE_H
#define SALLYPORT_AGENT_PPP_FLOW_QUEUE_H

#include "agent/ppp/codel.h"
#include "agent/ppp/flow_hash.h"
#include "agent/ppp/frame.h"
#include "agent/ppp/packet_store.h"
#include "agent/ppp/rota.h"

enum {
	FLOW_SETS = 128,
	FLOW_WAYS = 8,
	FLOW_COUNT = FLOW_SETS * FLOW_WAYS,
	/* places for sources, and as many for targets */
	FLOW_HOSTS = 512,
	/* microseconds */
	FLOW_QUEUE_OLDEST = 5 * 1000 * 1000,
	/* by so many sizes flows are told apart when the fattest is looked for */
	FLOW_SIZES = 64,
};

struct flow_host {
	struct turn turn; /* among hosts */
	struct rota flows;
	/* flows in this rota; and flows that are not idle and have this source, or this
	 * target, be they here or with their other host */
	unsigned members, load;
};

struct flow {
	struct turn turn; /* among its host's */
	struct flow_id id;
	struct flow_host *host;
	/* among flows of its size; a flow without packets has size 0, and no neighbours */
	unsigned size;
	struct flow *previous_in_size, *next_in_size;
	/* the first and last packet, by their numbers; 0: none */
	uint16_t first, last;
	uint16_t blocks;
	uint32_t bytes;
	struct codel codel;
};

struct flow_queue {
	uint64_t key;
	struct codel_pace pace;
	struct rota hosts;
	size_t bytes, packets;
	/* since the beginning: packets that are lost, for whatever reason, and that were
	 * marked instead */
	uint64_t dropped, marked;
	/* the flows of each size, and a bit for each that there are flows of */
	struct flow *sized[FLOW_SIZES];
	uint64_t sizes;
	struct flow_host sources[FLOW_HOSTS], targets[FLOW_HOSTS];
	struct flow flows[FLOW_COUNT];
	struct packet_store store;
};

/* Empty. random: nobody outside knows it. The store's memory is not touched. */
void flow_queue_init(struct flow_queue *queue, uint64_t random);

/*
 * What CoDel goes by (RFC 8289 4.2, 4.3), in microseconds: interval should be the longest
 * usual round trip, target what one packet takes on the line or a twentieth of that,
 * whichever is more. Both are brought between limits that work. Before: CODEL_TARGET,
 * CODEL_INTERVAL.
 */
void flow_queue_pace(struct flow_queue *queue, int64_t target, int64_t interval);

/* Copies a packet of IP or IPv6. When there is no room, packets of the fattest flow are
 * lost. One without bytes, or with more than FRAME_INFORMATION_MAX, is lost itself. */
void flow_queue_add(struct flow_queue *queue, const struct frame *frame, int64_t now);

/*
 * The packet whose turn it is; packets in front of it that CoDel drops are lost, and where
 * their sender knows ECN (RFC 3168) it is marked instead. Its length; 0 when the queue is
 * empty, and only then.
 */
size_t flow_queue_take(struct flow_queue *queue, int64_t now,
		       uint8_t packet[FRAME_INFORMATION_MAX], uint16_t *protocol);

/* The length of the packet whose turn it is, if its flow had none before: one that sends
 * little. 0: it is another's turn. flow_queue_take() gives that packet, unless CoDel drops
 * it and gives the next one of its flow. */
size_t flow_queue_few(struct flow_queue *queue);

size_t flow_queue_bytes(const struct flow_queue *queue);
size_t flow_queue_packets(const struct flow_queue *queue);
bool flow_queue_is_empty(const struct flow_queue *queue);

#endif
