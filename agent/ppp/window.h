/* SPDX-License-Identifier: ISC */
/*
 * How many bytes may be on their way to the other end: about what the line carries in one
 * round trip, so that a full line stays quick. The rest waits here, where a call need not
 * wait behind a download (flow_queue.h).
 *
 * The line keeps order, and every PPP answers LCP Echo-Requests. So the answer to one among
 * the frames, a mark, says that all before it have arrived, and when: which gives the rate
 * of delivery, and the round trip. The model is BBR's (draft-ietf-ccwg-bbr): the largest
 * recent rate and the least round trip; the aim is a delay, as in FAST TCP and LEDBAT (RFC
 * 6817).
 *
 * Pure: the caller passes in the time, in microseconds of CLOCK_MONOTONIC.
 */
#ifndef SALLYPORT_AGENT_PPP_WINDOW_H
#define SALLYPORT_AGENT_PPP_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ppp/way_back.h"

enum {
	/* marks on their way at once: a power of two, and fewer than identifiers */
	WINDOW_MARKS = 64,
	/* so many rounds the largest rate is remembered */
	WINDOW_ROUNDS = 10,
	/* Bytes of a trial: with its mark ssh makes one packet of TCP of them. */
	WINDOW_TRIAL = 1300,
};

struct window_mark {
	uint32_t sequence;
	/* More was waiting than the window allowed. */
	bool pressed;
	int64_t sent_at;
	/* Bytes before it; and what was known to have arrived when it was sent, and when.
	 */
	uint64_t sent, arrived;
	int64_t arrived_at, first_at;
	/* When its answer came, or would have but for what that waited on its way back; 0:
	 * it was not answered. */
	int64_t arrived_by;
};

/* Echo times: how many answers were measured; the others are 0 before the first.
 * Microseconds. smoothed: a new one counts one eighth (RFC 6298 2). */
struct window_times {
	uint32_t samples, last, smoothed, least;
};

/* The least round trip of a round, and the bytes that were on their way in it. */
struct window_least {
	int64_t trip;
	uint64_t bytes;
};

struct window {
	/* Bytes queued to the line so far, how many of them have arrived, and how many were
	 * before the last mark. */
	uint64_t sent, arrived, marked;
	int64_t marked_at, arrived_at, first_at;
	/* when a packet was sent last */
	int64_t packet_at;
	struct window_mark marks[WINDOW_MARKS];
	/* marks[first % WINDOW_MARKS] is the oldest; next is one behind the latest */
	unsigned first, next;
	struct window_times times;

	/* The other end answers: the window holds. */
	bool active;
	/* Bytes; and after so many there is a mark. */
	uint64_t size, mark_bytes;
	/* when the line will have taken what was sent, on a slow line */
	int64_t next_at;
	/* An answer last found the window closed then; and packets waited at the last mark.
	 */
	int64_t opened_at;
	bool pressed;
	/* The least round trip, and when it was last seen (microseconds). */
	int64_t least, least_at;
	/* How long answers wait on their way back, smoothed: microseconds. */
	int64_t back_us;
	struct way_back back;
	/* bytes a second, by round; of rounds with enough to send */
	uint64_t rates[WINDOW_ROUNDS];
	unsigned round;
	/* the largest of late, and since when */
	uint64_t peak;
	int64_t peak_at;

	/* This round: it ends with the answer to a mark that was sent when bytes behind
	 * round_end had arrived. Marks that were sent before round_from do not count. */
	uint64_t round_from, round_end;
	int64_t round_least;
	/* and what was on its way there then */
	uint64_t round_bytes;
	bool round_pressed;
	/* the most bytes that were on their way */
	uint64_t round_most;
	/* sum and number of its round trips */
	int64_t round_sum;
	/* and of what they took beyond what is explained */
	int64_t round_noise;
	unsigned round_count;
	/* It is one of marks that were sent after the window became smaller; they are not
	 * yet, as more is on its way. */
	bool afresh, waits_to_fit;
	/* the round before: whether bytes waited on the line; its rate; its least round
	 * trip */
	bool queued;
	uint64_t last_rate;
	int64_t last_least;
	/* of the last rounds */
	struct window_least leasts[WINDOW_ROUNDS];
	unsigned rounds;
	/* What the round trip varies by; and what a larger window showed to be no queue.
	 * Microseconds. */
	int64_t noise, slack;
	/* While it is larger: the mean of the round trips, the rate (0: it is not), and the
	 * size before; rounds since the last time, or of this one. */
	int64_t probe_mean;
	uint64_t probe_rate, probe_size;
	unsigned unprobed;
	/* The window doubles each round, until a queue or steady rates show its size;
	 * rounds without growth then, and later rounds without a queue. */
	bool starting;
	unsigned steady;
	int quiet;
	/* Trials that are to be made; one is on its way, behind so many bytes; what the
	 * quickest one took (0: there was none). */
	unsigned trials;
	bool tried;
	uint64_t trial_from;
	int64_t trial_took;
	/* The line is slow by them, and no round has shown a larger rate. */
	bool slow;
	/* While answers are late: since when, what had arrived then, and the rate of the
	 * time before. */
	int64_t span_at;
	uint64_t span_arrived, span_rate;
	/* The window is small for a moment, to see the least round trip. */
	bool draining;
	/* The rates were forgotten, and the round that shows whether that was right is not
	 * over; when that was, the rate then, and what answers took beyond the least. */
	bool cut;
	uint64_t cut_rate, cut_peak;
	int64_t cut_at, cut_queue;

	/* Closed since then, without an answer (0: it is not); beyond the window, while
	 * there is none; and how often that was so while the other end was heard. */
	int64_t closed_at;
	uint64_t grace;
	unsigned silences;
	/* something came since that was last looked at */
	bool heard;
	/* It was told once that the other end does not answer. */
	bool given_up;
};

void window_init(struct window *window, int64_t now);
/* LCP is up again: what was on its way will not be answered. */
void window_restart(struct window *window, int64_t now);

/* So many bytes were put on the line: a packet's, or those of a control protocol, which
 * alone are no reason for a mark: two ends would mark each other's answers for ever. */
void window_sent(struct window *window, size_t bytes, int64_t now);
void window_sent_control(struct window *window, size_t bytes, int64_t now);
/* Whether more may be. */
bool window_is_open(const struct window *window);
/* Or, in a closed one, so many bytes of who sends little. */
bool window_spares(const struct window *window, size_t bytes);
/* And when: frames keep a pace on a slow line. Microseconds; a time that has passed: now.
 */
int64_t window_next(const struct window *window);
/* Whether a trial of the line is due: WINDOW_TRIAL bytes for the other end to discard, and
 * a mark behind them, written at once. */
bool window_wants_trial(const struct window *window);
/* It is about to be sent. False: without the bytes, to compare with. */
bool window_try(struct window *window);
/* Whether an echo is due among the frames. */
bool window_wants_mark(const struct window *window, int64_t now);
/* One was sent, behind all that was; pressed: packets wait for the window. */
void window_marked(struct window *window, uint32_t sequence, bool pressed, int64_t now);
/* An echo was answered. True when it was waited for, and is measured: a second answer to
 * the same one, and one to no echo, is neither. clock: the other end's, when the answer
 * left (way_back.h); NULL: that is not known. */
bool window_answered(struct window *window, uint32_t sequence, const uint32_t *clock,
		     int64_t now);

enum window_event {
	WINDOW_NOTHING,
	/* The other end sends, and answers no echo: nothing is bounded until it does. Told
	 * once. */
	WINDOW_GIVES_UP,
};

/* When window_tick() has to be called; INT64_MAX: never. */
int64_t window_deadline(const struct window *window);
/* What is due. heard: something came from the other end since it was last called. */
enum window_event window_tick(struct window *window, bool heard, int64_t now);

/* Bytes a second that the line carries, as far as is known; 0: it is not. */
uint64_t window_rate(const struct window *window);
/* Bytes on their way. */
uint64_t window_on_way(const struct window *window);

#endif
