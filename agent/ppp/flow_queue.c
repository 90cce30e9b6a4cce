/* SPDX-License-Identifier: ISC */
#include "agent/ppp/flow_queue.h"

#include <string.h>

#include "agent/ppp/congestion_mark.h"

enum {
	/* places of a set that one host's flows may hold; only these are shared */
	WAYS_OF_A_HOST = FLOW_WAYS - 2,
	/* a target has far more flows than a source: so many times as many */
	FAR_MORE = 3,
	/* flow_queue_pace(): microseconds */
	INTERVAL_MIN = 10 * 1000,
	INTERVAL_MAX = 5 * 1000 * 1000,
	TARGET_MIN = 1000,
	/* so many times target is interval, at least */
	TARGETS_MIN = 2,
	/* blocks: numbers below are sizes themselves, each power of two above has four */
	SIZES_EXACT = 8,
	SIZES_EXACT_BITS = 3,
	SIZES_EACH = 4,
	SIZES_EACH_BITS = 2,
	HIGHEST_BIT = 31,
	HIGHEST_BIT_64 = 63,
};

void flow_queue_init(struct flow_queue *queue, uint64_t random)
{
	memset(queue, 0, offsetof(struct flow_queue, store));
	packet_store_init(&queue->store);
	queue->key = random;
	flow_queue_pace(queue, CODEL_TARGET, CODEL_INTERVAL);
}

static int64_t between(int64_t value, int64_t least, int64_t most)
{
	if (value < least)
		return least;
	return value > most ? most : value;
}

void flow_queue_pace(struct flow_queue *queue, int64_t target, int64_t interval)
{
	queue->pace.interval = between(interval, INTERVAL_MIN, INTERVAL_MAX);
	queue->pace.target =
	    between(target, TARGET_MIN, queue->pace.interval / TARGETS_MIN);
}

/* Flows by size, so that the fattest is known without looking for it. */

static unsigned size_of(const struct flow *flow)
{
	uint32_t blocks = flow->blocks * (uint32_t)flow->host->members;
	unsigned highest;

	if (blocks > UINT16_MAX)
		blocks = UINT16_MAX;
	if (blocks < SIZES_EXACT)
		return blocks;
	highest = HIGHEST_BIT - (unsigned)__builtin_clz(blocks);
	return SIZES_EXACT + (highest - SIZES_EXACT_BITS) * SIZES_EACH +
	       (blocks >> (highest - SIZES_EACH_BITS)) % SIZES_EACH;
}

static void leave_size(struct flow_queue *queue, struct flow *flow)
{
	if (flow->previous_in_size != NULL)
		flow->previous_in_size->next_in_size = flow->next_in_size;
	else
		queue->sized[flow->size] = flow->next_in_size;
	if (flow->next_in_size != NULL)
		flow->next_in_size->previous_in_size = flow->previous_in_size;
	if (queue->sized[flow->size] == NULL)
		queue->sizes &= ~(UINT64_C(1) << flow->size);
}

static void enter_size(struct flow_queue *queue, struct flow *flow)
{
	flow->previous_in_size = NULL;
	flow->next_in_size = queue->sized[flow->size];
	if (flow->next_in_size != NULL)
		flow->next_in_size->previous_in_size = flow;
	queue->sized[flow->size] = flow;
	queue->sizes |= UINT64_C(1) << flow->size;
}

static void resize(struct flow_queue *queue, struct flow *flow, size_t blocks)
{
	unsigned size;

	flow->blocks = (uint16_t)blocks;
	size = size_of(flow);
	if (size == flow->size)
		return;
	if (flow->size > 0)
		leave_size(queue, flow);
	flow->size = size;
	if (size > 0)
		enter_size(queue, flow);
}

/* There is one. */
static struct flow *fattest(const struct flow_queue *queue)
{
	return queue->sized[HIGHEST_BIT_64 - __builtin_clzll(queue->sizes)];
}

/* Packets of a flow. */

static void append_packet(struct flow_queue *queue, struct flow *flow, uint16_t number)
{
	const size_t len = packet_store_get(&queue->store, number)->len;

	if (flow->first == 0)
		flow->first = number;
	else
		packet_store_get(&queue->store, flow->last)->next = number;
	flow->last = number;
	flow->bytes += (uint32_t)len;
	resize(queue, flow, flow->blocks + packet_store_blocks(len));
	queue->bytes += len;
	queue->packets++;
}

/* The first one of a flow that has some; it is still stored. */
static uint16_t remove_packet(struct flow_queue *queue, struct flow *flow)
{
	const uint16_t number = flow->first;
	const struct stored_packet *packet = packet_store_get(&queue->store, number);

	flow->first = packet->next;
	flow->bytes -= packet->len;
	resize(queue, flow, flow->blocks - packet_store_blocks(packet->len));
	queue->bytes -= packet->len;
	queue->packets--;
	return number;
}

static void drop(struct flow_queue *queue, uint16_t number)
{
	packet_store_free(&queue->store, number);
	queue->dropped++;
}

/* Flows and hosts. */

static struct flow_host *source_of(struct flow_queue *queue, const struct flow_id *id)
{
	return &queue->sources[id->source % FLOW_HOSTS];
}

static struct flow_host *target_of(struct flow_queue *queue, const struct flow_id *id)
{
	return &queue->targets[id->target % FLOW_HOSTS];
}

/* Whose share a flow is to have. */
static struct flow_host *host_of(struct flow_queue *queue, const struct flow_id *id)
{
	struct flow_host *source = source_of(queue, id), *target = target_of(queue, id);

	return target->load >= FAR_MORE * (source->load + 1) ? target : source;
}

/* An idle place, if the host may have one more in this set. The last places are for flows
 * of hosts that have none yet: they are never shared. */
static struct flow *find_place(struct flow *set, const struct flow_host *host)
{
	unsigned held = 0;

	for (unsigned i = 0; i < FLOW_WAYS; i++)
		held += set[i].turn.place != TURN_IDLE && set[i].host == host;
	for (unsigned i = 0; i < FLOW_WAYS && held < WAYS_OF_A_HOST; i++) {
		struct flow *flow = &set[held == 0 ? FLOW_WAYS - 1 - i : i];

		if (flow->turn.place == TURN_IDLE)
			return flow;
	}
	return NULL;
}

static void begin_flow(struct flow_queue *queue, struct flow *flow,
		       const struct flow_id *id, struct flow_host *host)
{
	/* The same flow as before: what CoDel knows of it still holds. */
	if (flow->id.flow != id->flow)
		memset(&flow->codel, 0, sizeof flow->codel);
	flow->id = *id;
	flow->host = host;
	source_of(queue, id)->load++;
	target_of(queue, id)->load++;
	host->members++;
	rota_join(&host->flows, &flow->turn);
	if (host->turn.place == TURN_IDLE)
		rota_join(&queue->hosts, &host->turn);
}

/* The flow of a packet, which is not idle. */
static struct flow *find_flow(struct flow_queue *queue, const struct flow_id *id)
{
	struct flow *set = &queue->flows[id->flow % FLOW_SETS * FLOW_WAYS], *flow;
	struct flow_host *host;

	for (unsigned i = 0; i < FLOW_WAYS; i++)
		if (set[i].id.flow == id->flow && set[i].turn.place != TURN_IDLE)
			return &set[i];
	host = host_of(queue, id);
	flow = find_place(set, host);
	if (flow != NULL) {
		begin_flow(queue, flow, id, host);
		return flow;
	}
	flow = &set[id->flow / FLOW_SETS % WAYS_OF_A_HOST];
	if (flow->turn.place == TURN_IDLE)
		begin_flow(queue, flow, id, host);
	return flow;
}

/* The flow whose turn it is has no packets. */
static void rest_flow(struct flow_queue *queue, struct flow *flow)
{
	rota_rest(&flow->host->flows, &flow->turn);
	if (flow->turn.place != TURN_IDLE)
		return;
	flow->host->members--;
	source_of(queue, &flow->id)->load--;
	target_of(queue, &flow->id)->load--;
}

/* By now it is its other host's. Nothing is gained by it: both come behind the others. */
static void move_flow(struct flow_queue *queue, struct flow *flow, struct flow_host *host)
{
	rota_leave(&flow->host->flows, &flow->turn);
	flow->host->members--;
	flow->host = host;
	host->members++;
	rota_join_old(&host->flows, &flow->turn);
	if (host->turn.place == TURN_IDLE)
		rota_join_old(&queue->hosts, &host->turn);
}

void flow_queue_add(struct flow_queue *queue, const struct frame *frame, int64_t now)
{
	struct flow_id id;
	struct flow *flow;
	uint16_t number;

	if (frame->len == 0 || frame->len > FRAME_INFORMATION_MAX) {
		queue->dropped++;
		return;
	}
	while (packet_store_room(&queue->store) < packet_store_blocks(frame->len))
		drop(queue, remove_packet(queue, fattest(queue)));
	id = flow_hash(queue->key, frame);
	flow = find_flow(queue, &id);
	number = packet_store_put(&queue->store, frame);
	packet_store_get(&queue->store, number)->since = now;
	append_packet(queue, flow, number);
}

/* The next packet of a flow that is not lost, marked if it is to be; 0: it has none. */
static uint16_t next_packet(struct flow_queue *queue, struct flow *flow, int64_t now)
{
	while (flow->first != 0) {
		const uint16_t number = remove_packet(queue, flow);
		struct stored_packet *packet = packet_store_get(&queue->store, number);
		const int64_t waited = now - packet->since;
		const bool signal =
		    codel_signals(&flow->codel, &queue->pace, waited, flow->bytes, now);

		if (waited < FLOW_QUEUE_OLDEST || flow->first == 0) {
			if (!signal)
				return number;
			if (congestion_mark(packet->protocol, packet->bytes, packet->len)) {
				queue->marked++;
				return number;
			}
		}
		drop(queue, number);
	}
	return 0;
}

/* The flow of that host's whose turn it is; NULL: none has packets. */
static struct flow *flow_of_host(struct flow_queue *queue, struct flow_host *host)
{
	struct turn *turn;

	while ((turn = rota_next(&host->flows)) != NULL) {
		struct flow *flow = (struct flow *)turn;
		struct flow_host *other = host_of(queue, &flow->id);

		if (flow->first == 0)
			rest_flow(queue, flow);
		else if (other != host)
			move_flow(queue, flow, other);
		else
			return flow;
	}
	return NULL;
}

/* The flow whose turn it is; NULL: the queue is empty. */
static struct flow *next_flow(struct flow_queue *queue)
{
	struct turn *turn;

	while ((turn = rota_next(&queue->hosts)) != NULL) {
		struct flow *flow = flow_of_host(queue, (struct flow_host *)turn);

		if (flow != NULL)
			return flow;
		rota_rest(&queue->hosts, turn);
	}
	return NULL;
}

size_t flow_queue_take(struct flow_queue *queue, int64_t now,
		       uint8_t packet[FRAME_INFORMATION_MAX], uint16_t *protocol)
{
	struct flow *flow;

	while ((flow = next_flow(queue)) != NULL) {
		const uint16_t number = next_packet(queue, flow, now);
		size_t len;

		if (number == 0)
			continue;
		*protocol = packet_store_get(&queue->store, number)->protocol;
		len = packet_store_copy(&queue->store, number, packet);
		packet_store_free(&queue->store, number);
		flow->turn.deficit -= (int32_t)len;
		flow->host->turn.deficit -= (int32_t)len;
		return len;
	}
	return 0;
}

size_t flow_queue_few(struct flow_queue *queue)
{
	const struct flow *flow = next_flow(queue);

	return flow != NULL && flow->turn.place == TURN_NEW
		   ? packet_store_get(&queue->store, flow->first)->len
		   : 0;
}

size_t flow_queue_bytes(const struct flow_queue *queue)
{
	return queue->bytes;
}

size_t flow_queue_packets(const struct flow_queue *queue)
{
	return queue->packets;
}

bool flow_queue_is_empty(const struct flow_queue *queue)
{
	return queue->packets == 0;
}
