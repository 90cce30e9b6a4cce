/* SPDX-License-Identifier: ISC */
#include "tests/unit/line_model.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/line_inside.h"
#include "tests/unit/unit.h"

enum {
	FRAME_SMALL = 1500,
	FRAME_LARGE = 65535,
	/* A line that takes less than 5 ms for the large one gets it (relay_is_slow()). */
	LARGE_PER_S = 200,
	/* an Echo-Request with its number, stuffed */
	MARK_BYTES = 26,
	PING_BYTES = 100,
	/* of ssh (CHAN_SES_PACKET_DEFAULT) */
	MESSAGE_BYTES = 32 * 1024,
};

static const int64_t PING_EVERY = 37 * MODEL_MS;

struct line_model model;
static int64_t ping_at, tick_at, watch_at;
static unsigned pings_sent;
/* bytes that the source has had no room for, up to when */
static double source_credit;
static int64_t source_at;
static bool heard;
/* the message of ssh that is being written */
static uint64_t message_first;
static uint32_t message_bytes;

/* --- this end */

/* ssh gives to its connection what that takes; what was lost goes first. */
static void feed_line(void)
{
	while (model_flow_may_send(&model.flows[0])) {
		struct packet packet = {0};

		if (!fifo_is_empty(&inside.again)) {
			packet = *fifo_first(&inside.again);
			inside.again.head++;
		} else if (inside.given != inside.written) {
			packet.number = inside.given++;
			packet.bytes = inside.segments[packet.number % SEGMENTS].bytes;
			model.ssh_bytes -= packet.bytes;
		} else {
			return;
		}
		line_put(&packet);
	}
}

static void feed_others(unsigned flow)
{
	const int64_t us = model.now / MODEL_US;
	struct packet packet = {.flow = flow, .bytes = FRAME_SMALL};

	if (us < model.setup->others_from_us || us >= model.setup->others_until_us)
		return;
	while (model_flow_may_send(&model.flows[flow]))
		line_put(&packet);
}

/* What was written since the last one is a message of ssh. */
static void end_message(void)
{
	while (message_first != inside.written)
		inside.segments[message_first++ % SEGMENTS].message_end = inside.written;
	message_bytes = 0;
}

static void write_segment(enum kind kind, uint32_t bytes, uint32_t number)
{
	if (inside.written - inside.taken >= SEGMENTS)
		abort();
	inside.segments[inside.written++ % SEGMENTS] = (struct segment){
	    .bytes = bytes,
	    .number = number,
	    .message_end = UINT64_MAX,
	    .kind = kind,
	};
	model.ssh_bytes += bytes;
	window_sent(&model.window, bytes, model.now / MODEL_US);
	message_bytes += bytes;
	if (message_bytes >= MESSAGE_BYTES)
		end_message();
	feed_line();
}

/* The first echo is answered before the networks are agreed upon. */
static bool may_write(void)
{
	/* A bare connection keeps no pace either. */
	const bool paced = model.setup->fixed_window == 0;

	return model.window.active && window_is_open(&model.window) &&
	       (!paced || window_next(&model.window) <= model.now / MODEL_US) &&
	       (model.setup->ssh_bytes == 0 || model.ssh_bytes < model.setup->ssh_bytes);
}

static uint32_t frame_bytes(void)
{
	const uint64_t fast = (uint64_t)FRAME_LARGE * LARGE_PER_S;

	if (model.setup->frame_bytes != 0)
		return model.setup->frame_bytes;
	return model.window.active && window_rate(&model.window) >= fast ? FRAME_LARGE
									 : FRAME_SMALL;
}

/* Whether there is a frame to be sent. */
static bool has_data(void)
{
	const struct line_setup *setup = model.setup;
	const int64_t busy = setup->busy_us * MODEL_US, idle = setup->idle_us * MODEL_US;

	if (model.now < setup->begins_us * MODEL_US)
		return false;
	if (idle != 0 && model.now % (busy + idle) >= busy)
		return false;
	if (setup->source_rate == 0)
		return true;
	source_credit += (double)setup->source_rate * (double)(model.now - source_at) /
			 (double)MODEL_SECOND;
	source_at = model.now;
	return source_credit >= frame_bytes();
}

static void mark(bool pressed)
{
	const int64_t us = model.now / MODEL_US;

	if (!window_wants_mark(&model.window, us))
		return;
	write_segment(MARK, MARK_BYTES, (uint32_t)++model.marks);
	window_marked(&model.window, (uint32_t)model.marks, pressed, us);
}

/* ssh makes one message of it. */
static void try_line(void)
{
	if (model.setup->begins_us == 0 || model.setup->fixed_window != 0 ||
	    !window_wants_trial(&model.window))
		return;
	end_message();
	if (window_try(&model.window))
		write_segment(TRIAL, WINDOW_TRIAL, 0);
	write_segment(MARK, MARK_BYTES, (uint32_t)++model.marks);
	window_marked(&model.window, (uint32_t)model.marks, false, model.now / MODEL_US);
	end_message();
}

/* As relay.c does, with a queue that lets a call pass what a download sends. */
static void run_sender(void)
{
	try_line();
	while (may_write()) {
		if (pings_sent != model.ping_count) {
			write_segment(PING, PING_BYTES, pings_sent++);
		} else if (has_data()) {
			source_credit -= frame_bytes();
			write_segment(DATA, frame_bytes(), 0);
		} else {
			break;
		}
		mark(has_data());
	}
	mark(has_data());
	end_message();
}

static void tick(void)
{
	if (window_tick(&model.window, heard, model.now / MODEL_US) == WINDOW_GIVES_UP)
		model.gave_up++;
	heard = false;
}

/* ppptun polls by milliseconds. */
static void plan_tick(void)
{
	const int64_t next = window_next(&model.window);
	int64_t due = window_deadline(&model.window);
	int64_t at;

	if (window_is_open(&model.window) && next < due)
		due = next;
	at = due == INT64_MAX ? INT64_MAX : (due * MODEL_US / MODEL_MS + 1) * MODEL_MS;
	if (at <= model.now)
		at = model.now + MODEL_MS;
	/* A source starts again by itself. */
	if ((model.setup->idle_us != 0 || model.setup->source_rate != 0 ||
	     model.now < model.setup->begins_us * MODEL_US) &&
	    at > model.now + MODEL_MS)
		at = model.now + MODEL_MS;
	tick_at = at;
}

static void take_answer(void)
{
	const struct packet answer = *fifo_first(&inside.answers);
	const int64_t us = model.now / MODEL_US;
	const uint32_t clock = (uint32_t)answer.order;

	inside.answers.head++;
	heard = true;
	window_answered(&model.window, (uint32_t)answer.number,
			model.setup->clock ? &clock : NULL, us);
	if (model.setup->fixed_window != 0)
		model.window.size = model.setup->fixed_window;
}

static void take_ack(struct fifo *fifo)
{
	const struct packet packet = *fifo_first(fifo);

	fifo->head++;
	model_flow_acked(&model.flows[packet.flow], packet.bytes, model.now, line_trip());
	if (packet.flow == 0)
		feed_line();
	else
		feed_others(packet.flow);
}

static void find_loss(void)
{
	const struct packet packet = *fifo_first(&inside.losses);
	struct model_flow *flow = &model.flows[packet.flow];

	inside.losses.head++;
	flow->inflight -= packet.bytes;
	model_flow_lost(flow, packet.order, model.now);
	if (packet.flow != 0) {
		feed_others(packet.flow);
		return;
	}
	fifo_push(&inside.again, &packet, model.now);
	feed_line();
}

static void ask_ping(void)
{
	ping_at += PING_EVERY;
	if (model.ping_count < MODEL_PINGS)
		model.pings[model.ping_count++] = (struct model_ping){model.now, -1};
	for (unsigned flow = 1; flow <= model.setup->others; flow++)
		feed_others(flow);
}

/* --- events */

/* What ppptun does next, when it has the processor. */
static int64_t own_at(void)
{
	int64_t at = fifo_first_at(&inside.answers);

	if (ping_at < at)
		at = ping_at;
	if (tick_at < at)
		at = tick_at;
	return line_processor_at(at > model.now ? at : model.now, THIS_END);
}

static int64_t earliest(void)
{
	const int64_t times[] = {
	    fifo_first_at(&inside.queue),
	    fifo_first_at(&inside.way),
	    fifo_first_at(&inside.acks),
	    fifo_first_at(&inside.other_acks),
	    fifo_first_at(&inside.losses),
	    own_at(),
	    watch_at,
	};
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < COUNT(times); i++)
		if (times[i] < least)
			least = times[i];
	return least;
}

static void watch(void)
{
	model.setup->watch(model.now);
	watch_at += model.setup->watch_us * MODEL_US;
}

static void step(void)
{
	const int64_t now = model.now;

	if (fifo_first_at(&inside.queue) <= now)
		line_leave();
	else if (fifo_first_at(&inside.way) <= now)
		line_arrive();
	else if (fifo_first_at(&inside.acks) <= now)
		take_ack(&inside.acks);
	else if (fifo_first_at(&inside.other_acks) <= now)
		take_ack(&inside.other_acks);
	else if (fifo_first_at(&inside.losses) <= now)
		find_loss();
	else if (watch_at <= now)
		watch();
	else {
		if (fifo_first_at(&inside.answers) <= now)
			take_answer();
		else if (ping_at <= now)
			ask_ping();
		else
			tick();
		run_sender();
		plan_tick();
	}
}

static void start(const struct line_setup *setup)
{
	memset(&model, 0, sizeof model);
	model.setup = setup;
	line_start();
	ping_at = 0;
	tick_at = 0;
	watch_at = setup->watch == NULL ? INT64_MAX : 0;
	source_at = 0;
	pings_sent = 0;
	source_credit = 0;
	heard = false;
	message_first = 0;
	message_bytes = 0;
	for (unsigned flow = 0; flow <= MODEL_FLOWS; flow++)
		model_flow_init(&model.flows[flow], setup->cubic);
	if (setup->steady_bytes != 0)
		model_flow_init_steady(&model.flows[0], setup->steady_bytes);
	window_init(&model.window, 0);
}

/* The link comes up with an echo. */
static void ask_first(void)
{
	write_segment(MARK, MARK_BYTES, (uint32_t)++model.marks);
	window_marked(&model.window, (uint32_t)model.marks, false, 0);
	end_message();
}

const struct line_model *line_model_result(void)
{
	return &model;
}

const struct line_model *line_model_run(const struct line_setup *setup)
{
	const int64_t end = setup->length_us * MODEL_US;

	start(setup);
	ask_first();
	for (;;) {
		const int64_t at = earliest();

		if (at >= end)
			break;
		if (at > model.now)
			model.now = at;
		step();
	}
	model.now = end;
	/* Those that are not there yet take so long at least. */
	for (unsigned i = 0; i < model.ping_count; i++)
		if (model.pings[i].extra < 0)
			model.pings[i].extra = end - model.pings[i].at - line_trip();
	return &model;
}
