/* SPDX-License-Identifier: ISC */
/*
 * A line under the window of agent/ppp/window.h, in events: no clock, no kernel, the same
 * in each run. At one end ppptun writes frames to ssh as the window allows; ssh's
 * connection (line_model_flow.c) puts them into the queue of the line; the peer gets them
 * in order, and answers marks. Times are nanoseconds from the start of the run unless a
 * name says more.
 */
#ifndef SALLYPORT_TESTS_UNIT_LINE_MODEL_H
#define SALLYPORT_TESTS_UNIT_LINE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/ppp/window.h"

#define MODEL_US     INT64_C(1000)
#define MODEL_MS     INT64_C(1000000)
#define MODEL_SECOND INT64_C(1000000000)

enum {
	MODEL_FLOWS = 8,
	MODEL_PINGS = 4096,
	/* 120 s of them */
	MODEL_BUCKETS = 12000,
	MODEL_BUCKET_MS = 10,
};

/* So long (microseconds) the line carries so many bytes a second. */
struct line_step {
	int64_t us;
	uint64_t rate;
};

struct line_setup {
	/* The last one lasts for ever, unless they repeat. */
	const struct line_step *steps;
	unsigned step_count;
	bool repeat;
	/* All that follows may be 0. Microseconds, until it ends: */
	int64_t length_us;
	/* the round trip, when nothing waits */
	int64_t trip_us;
	/* Packets over that are lost; 0: none. */
	uint64_t queue_bytes;
	/* What is added to the way there: up to that (a quarter on average), another value
	 * every slot (5 ms). In order, so that what is behind waits. */
	int64_t jitter_us, slot_us;
	/* So often the peer gets nothing for so long, and then all at once: something was
	 * lost, and had to be sent again. */
	int64_t stall_every_us, stall_us;
	/* Of the packets of ssh's connection so many in a million are lost. */
	unsigned loss_ppm;
	/* Nothing is sent before, but for trials; 0: there is no time for those. */
	int64_t begins_us;
	/* So long there is something to send, then so long nothing; 0: always. */
	int64_t busy_us, idle_us;
	/* Bytes a second that there are to send; 0: as much as fits. */
	uint64_t source_rate;
	/* The peer answers at multiples of that. */
	int64_t coarse_us;
	/* Each end has the processor for 2 ms, once in so many, at any time of them. */
	int64_t starved_us;
	/* The queue of the way back, half full to full, from then until then. */
	int64_t reverse_us, reverse_from_us, reverse_until_us;
	/* The peer puts its clock into its answers, which stood still once, before that
	 * time. */
	bool clock;
	int64_t slept_us, woke_us;
	/* Connections beside ours, from then until then. */
	unsigned others;
	int64_t others_from_us, others_until_us;
	bool cubic;
	/* ssh's connection has so many bytes on their way, whatever is lost, as BBR does;
	 * 0: it slows down. */
	uint64_t steady_bytes;
	/* What waits in ssh at most, behind it the pipe is full; 0: no limit. */
	uint64_t ssh_bytes;
	/* Bytes of a frame; 0: 1500, or 64 KiB where ppptun takes the line for a fast one.
	 */
	unsigned frame_bytes;
	uint32_t seed;
	/* The window as it would be without one: bytes. */
	uint64_t fixed_window;
	/* Called so often. */
	int64_t watch_us;
	void (*watch)(int64_t now);
};

/* A TCP connection's sender. Bytes. */
struct model_flow {
	bool cubic, steady;
	double cwnd, ssthresh;
	uint64_t inflight;
	/* packets sent; and how many when it last slowed down: earlier losses are the same
	 */
	uint64_t sent, recovery;
	int64_t sent_at;
	/* of CUBIC (RFC 9438): its largest window, and when it was that; as Reno grows */
	double most, friendly;
	int64_t epoch;
};

struct model_ping {
	/* When it was sent; and how much longer it took than without anything waiting. */
	int64_t at, extra;
};

struct line_model {
	const struct line_setup *setup;
	struct window window;
	int64_t now;
	/* bytes in the queue of the line, and in ssh */
	uint64_t queue_bytes, ssh_bytes;
	struct model_flow flows[1 + MODEL_FLOWS];
	uint64_t marks, drops, gave_up;
	struct model_ping pings[MODEL_PINGS];
	unsigned ping_count;
	/* Bytes that arrived, by time: of packets of ours, and of the connections beside.
	 */
	uint64_t ours[MODEL_BUCKETS], others[MODEL_BUCKETS];
};

/* Runs it; the result is valid until the next run. */
const struct line_model *line_model_run(const struct line_setup *setup);
/* The one that runs, for setup->watch. */
const struct line_model *line_model_result(void);

/* Of the time from then until then (microseconds): */
/* what arrived of ours, in a hundredth of what the line carries */
double line_model_share(const struct line_model *model, int64_t from_us, int64_t until_us);
/* and of the others */
double line_model_share_others(const struct line_model *model, int64_t from_us,
			       int64_t until_us);
/* The extra time of pings, milliseconds: so many in a hundred had less. -1: none was sent.
 */
double line_model_extra(const struct line_model *model, int64_t from_us, int64_t until_us,
			unsigned percent);
/* Microseconds after that until ten pings one after the other take not more than so many
 * milliseconds longer; until the share is so large for half a second, or two round trips.
 * INT64_MAX: never. */
int64_t line_model_until_quick(const struct line_model *model, int64_t from_us,
			       double extra_ms);
int64_t line_model_until_full(const struct line_model *model, int64_t from_us,
			      double share);

/* line_model_flow.c */
void model_flow_init(struct model_flow *flow, bool cubic);
/* It always has so many bytes on their way. */
void model_flow_init_steady(struct model_flow *flow, uint64_t bytes);
bool model_flow_may_send(const struct model_flow *flow);
void model_flow_sent(struct model_flow *flow, uint64_t bytes, int64_t now, int64_t trip);
void model_flow_acked(struct model_flow *flow, uint64_t bytes, int64_t now, int64_t trip);
/* number: of the packet that was lost, as flow->sent counts them. */
void model_flow_lost(struct model_flow *flow, uint64_t number, int64_t now);

#endif
