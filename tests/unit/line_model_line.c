/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "tests/unit/line_inside.h"
#include "tests/unit/unit.h"

enum { SLOT_US = 5000, MILLION = 1000000 };

static const int64_t REVERSE_PERIOD = 2 * MODEL_SECOND;
/* It begins anew soon. */
static const uint32_t PEER_CLOCK = UINT32_MAX - 10 * 1000 * 1000;
static const int64_t PROCESSOR_TIME = 2 * MODEL_MS;

struct line_inside inside;

static uint32_t random_next(void)
{
	inside.random ^= inside.random << 13;
	inside.random ^= inside.random >> 17;
	inside.random ^= inside.random << 5;
	return inside.random;
}

bool fifo_is_empty(const struct fifo *fifo)
{
	return fifo->head == fifo->tail;
}

void fifo_push(struct fifo *fifo, const struct packet *packet, int64_t at)
{
	if (fifo->tail - fifo->head >= PACKETS)
		abort();
	fifo->packets[fifo->tail % PACKETS] = *packet;
	fifo->packets[fifo->tail++ % PACKETS].at = at;
}

struct packet *fifo_first(struct fifo *fifo)
{
	return &fifo->packets[fifo->head % PACKETS];
}

int64_t fifo_first_at(struct fifo *fifo)
{
	return fifo_is_empty(fifo) ? INT64_MAX : fifo_first(fifo)->at;
}

/* No earlier than what went before. */
static int64_t in_order(int64_t *last, int64_t at)
{
	if (at > *last)
		*last = at;
	return *last;
}

int64_t line_trip(void)
{
	return model.setup->trip_us * MODEL_US;
}

/* --- the line */

void line_start(void)
{
	struct fifo *fifos[] = {&inside.queue,	    &inside.way,     &inside.acks,
				&inside.other_acks, &inside.answers, &inside.losses,
				&inside.again};

	for (size_t i = 0; i < COUNT(fifos); i++)
		fifos[i]->head = fifos[i]->tail = 0;
	inside.written = inside.given = inside.whole = inside.taken = 0;
	inside.way_at = inside.acks_at = inside.answers_at = inside.losses_at = 0;
	inside.step = model.setup->step_count - 1;
	inside.step_end = 0;
	inside.random = model.setup->seed != 0 ? model.setup->seed : 1;
}

static const struct line_step *step_at(int64_t time)
{
	const struct line_setup *setup = model.setup;

	while (time >= inside.step_end) {
		inside.step = (inside.step + 1) % setup->step_count;
		inside.step_end += setup->steps[inside.step].us * MODEL_US;
		if (inside.step + 1 == setup->step_count && !setup->repeat)
			inside.step_end = INT64_MAX;
	}
	return &setup->steps[inside.step];
}

/* When the line has carried so many bytes from now on. */
static int64_t carried_at(uint64_t bytes)
{
	int64_t at = model.now;
	double left = (double)bytes * (double)MODEL_SECOND;

	for (;;) {
		const double rate = (double)step_at(at)->rate;
		double room;

		if (inside.step_end == INT64_MAX)
			return rate > 0 ? at + (int64_t)(left / rate) + 1 : INT64_MAX;
		room = rate * (double)(inside.step_end - at);
		if (left <= room)
			return at + (int64_t)(left / rate) + 1;
		left -= room;
		at = inside.step_end;
	}
}

static void serve_first(void)
{
	if (!fifo_is_empty(&inside.queue))
		fifo_first(&inside.queue)->at =
		    carried_at(fifo_first(&inside.queue)->bytes);
}

static int64_t drain_time(void)
{
	const double rate = (double)model.setup->steps[inside.step].rate;

	return rate > 0
		   ? (int64_t)((double)(model.queue_bytes * (uint64_t)MODEL_SECOND) / rate)
		   : MODEL_SECOND;
}

static bool is_lost(const struct packet *packet)
{
	const struct line_setup *setup = model.setup;

	if (setup->queue_bytes != 0 && !fifo_is_empty(&inside.queue) &&
	    model.queue_bytes + packet->bytes > setup->queue_bytes)
		return true;
	return setup->loss_ppm != 0 && packet->flow == 0 &&
	       random_next() % MILLION < setup->loss_ppm;
}

void line_put(struct packet *packet)
{
	struct model_flow *flow = &model.flows[packet->flow];

	packet->order = flow->sent;
	model_flow_sent(flow, packet->bytes, model.now, line_trip());
	if (is_lost(packet)) {
		model.drops++;
		fifo_push(
		    &inside.losses, packet,
		    in_order(&inside.losses_at, model.now + drain_time() + line_trip()));
		return;
	}
	fifo_push(&inside.queue, packet, INT64_MAX);
	model.queue_bytes += packet->bytes;
	if (inside.queue.tail - inside.queue.head == 1)
		serve_first();
}

/* Of a slot of time: 0 to 1, the same whenever it is asked for. */
static double random_of(int64_t slot)
{
	uint32_t mixed = (uint32_t)slot * UINT32_C(2654435761) + model.setup->seed;

	mixed = (mixed ^ mixed >> 15) * UINT32_C(2246822519);
	mixed = (mixed ^ mixed >> 13) * UINT32_C(3266489917);
	return (double)(mixed ^ mixed >> 16) / UINT32_MAX;
}

int64_t line_processor_at(int64_t at, enum end end)
{
	const int64_t every = model.setup->starved_us * MODEL_US;

	if (every == 0 || at > INT64_MAX - 2 * every)
		return at;
	for (int64_t slot = at / every;; slot++) {
		const double part = random_of(2 * slot + (end == PEER));
		const int64_t from =
		    slot * every + (int64_t)(part * (double)(every - PROCESSOR_TIME));

		if (at < from)
			return from;
		if (at < from + PROCESSOR_TIME)
			return at;
	}
}

static int64_t jitter(void)
{
	const struct line_setup *setup = model.setup;
	const int64_t slot = (setup->slot_us != 0 ? setup->slot_us : SLOT_US) * MODEL_US;
	const double part = random_of(model.now / slot);

	return (int64_t)(part * part * part * (double)(setup->jitter_us * MODEL_US));
}

/* Held back until the stall is over. */
static int64_t after_stall(int64_t at)
{
	const int64_t every = model.setup->stall_every_us * MODEL_US;
	const int64_t length = model.setup->stall_us * MODEL_US;

	return every == 0 || at < every || at % every > length ? at
							       : at - at % every + length;
}

static void count(uint64_t *buckets, uint64_t bytes)
{
	const int64_t at = model.now / (MODEL_BUCKET_MS * MODEL_MS);

	if (at < MODEL_BUCKETS)
		buckets[at] += bytes;
}

void line_leave(void)
{
	const struct packet packet = *fifo_first(&inside.queue);
	int64_t at = model.now + line_trip() / 2;

	inside.queue.head++;
	model.queue_bytes -= packet.bytes;
	if (packet.flow == 0)
		fifo_push(&inside.way, &packet,
			  in_order(&inside.way_at, after_stall(at + jitter())));
	else
		fifo_push(&inside.other_acks, &packet, at + line_trip() / 2);
	if (packet.flow != 0)
		count(model.others, packet.bytes);
	serve_first();
}

/* --- the peer */

static int64_t way_back(void)
{
	const struct line_setup *setup = model.setup;
	const int64_t us = model.now / MODEL_US;
	int64_t full = setup->reverse_us * MODEL_US;

	if (us < setup->reverse_from_us || us >= setup->reverse_until_us)
		return line_trip() / 2;
	full = full / 2 + full / 2 * (model.now % REVERSE_PERIOD) / REVERSE_PERIOD;
	return line_trip() / 2 + full;
}

static void take_segment(const struct segment *segment)
{
	const int64_t coarse = model.setup->coarse_us * MODEL_US;
	struct packet answer = {.number = segment->number};
	int64_t at = line_processor_at(model.now, PEER);

	if (segment->kind != MARK)
		count(model.ours, segment->bytes);
	if (segment->kind == PING) {
		struct model_ping *ping = &model.pings[segment->number];

		ping->extra = at + line_trip() / 2 - ping->at - line_trip();
	}
	if (segment->kind != MARK)
		return;
	if (coarse != 0)
		at += coarse - at % coarse;
	answer.order = PEER_CLOCK + (uint64_t)(at / MODEL_US);
	if (at / MODEL_US >= model.setup->woke_us)
		answer.order -= (uint64_t)model.setup->slept_us;
	fifo_push(&inside.answers, &answer, in_order(&inside.answers_at, at + way_back()));
}

/* In order: what comes behind a loss waits. */
void line_arrive(void)
{
	const struct packet packet = *fifo_first(&inside.way);

	inside.way.head++;
	inside.segments[packet.number % SEGMENTS].arrived = true;
	fifo_push(&inside.acks, &packet, in_order(&inside.acks_at, model.now + way_back()));
	while (inside.whole != inside.written &&
	       inside.segments[inside.whole % SEGMENTS].arrived)
		inside.whole++;
	while (inside.taken != inside.whole &&
	       inside.segments[inside.taken % SEGMENTS].message_end <= inside.whole)
		take_segment(&inside.segments[inside.taken++ % SEGMENTS]);
}
