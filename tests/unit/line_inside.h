/* SPDX-License-Identifier: ISC */
/* What the halves of line_model.h share: this end (line_model.c), and the line with the
 * peer behind it (line_model_line.c). */
#ifndef SALLYPORT_TESTS_UNIT_LINE_INSIDE_H
#define SALLYPORT_TESTS_UNIT_LINE_INSIDE_H

#include "tests/unit/line_model.h"

enum {
	/* powers of two: packets in a queue or on their way, and those of ours not yet read
	 */
	PACKETS = 1 << 17,
	SEGMENTS = 1 << 17,
};

enum kind { DATA, MARK, PING, TRIAL };
enum end { THIS_END, PEER };

/* What ppptun wrote, in order. number: of the mark, or of the ping; message_end: what ssh
 * reads at once is a message, which the peer gets as a whole. */
struct segment {
	uint32_t bytes, number;
	uint64_t message_end;
	enum kind kind;
	bool arrived;
};

/* at: when it gets where it goes; number: of the segment; order: as the flow counts; of an
 * answer: the peer's clock when it left. */
struct packet {
	int64_t at;
	uint64_t number, order;
	uint32_t bytes;
	unsigned flow;
};

struct fifo {
	struct packet packets[PACKETS];
	unsigned head, tail;
};

struct line_inside {
	struct segment segments[SEGMENTS];
	/* written by ppptun, given to the line the first time, arrived with all before it,
	 * and read by the peer */
	uint64_t written, given, whole, taken;
	/* the line's queue; on the way to the peer; what comes back of ours and of the
	 * others; what the peer answers; what senders will find lost, and ours sends again
	 */
	struct fifo queue, way, acks, other_acks, answers, losses, again;
	/* the last of each, so that order is kept */
	int64_t way_at, acks_at, answers_at, losses_at;
	/* the step of the line's rate, and its end */
	unsigned step;
	int64_t step_end;
	uint32_t random;
};

extern struct line_model model;
extern struct line_inside inside;

bool fifo_is_empty(const struct fifo *fifo);
void fifo_push(struct fifo *fifo, const struct packet *packet, int64_t at);
struct packet *fifo_first(struct fifo *fifo);
/* INT64_MAX: it is empty. */
int64_t fifo_first_at(struct fifo *fifo);

int64_t line_trip(void);
/* When that end has the processor, at that time or after it. */
int64_t line_processor_at(int64_t at, enum end end);
void line_start(void);
/* Into the queue, or lost: its sender finds out when what follows it is acknowledged. */
void line_put(struct packet *packet);
/* The first of the queue has left it. */
void line_leave(void);
/* The first that is on its way is there. */
void line_arrive(void);

#endif
