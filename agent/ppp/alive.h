/* SPDX-License-Identifier: ISC */
/*
 * Whether the other end is still there, and when to ask it: by LCP echoes (RFC 1661 5.8).
 * Alive is whoever is heard. Pure: the caller passes in the time, in milliseconds of
 * CLOCK_MONOTONIC. All zero it asks never.
 *
 * Without "adaptive" it asks in every interval, and ends when the next question is due and
 * so many before it have no answer. With it, a question is asked only
 *   - when nothing came for an interval, and then in each until something comes;
 *   - when nothing went for an interval: the other end hears of this one that way, also
 *     where the answers to its own questions wait behind all that a full line has to carry;
 *   - when no question was answered for some intervals: what else comes may be this end's
 *     own, on a line that leads back, and somebody may want to know how long answers take.
 * The end comes failures + 2 intervals after the last sign of life, which is when pppd's
 * comes at the latest, and no question that was asked has had less than an interval.
 */
#ifndef SALLYPORT_AGENT_PPP_ALIVE_H
#define SALLYPORT_AGENT_PPP_ALIVE_H

#include <stdbool.h>
#include <stdint.h>

struct alive {
	/* milliseconds between questions; 0: none is asked */
	int64_t interval;
	/* so many without an answer are the end; 0: it is never the end */
	unsigned failures;
	bool adaptive;

	/* the last sign of life; what this end sent last; its last question, and the last
	 * answer to one */
	int64_t heard_at, sent_at, asked_at, answered_at;
	/* questions since the last sign of life */
	unsigned unanswered;
	/* This end's own questions have come back, and since then nothing that is the
	 * other's for certain. */
	bool looped;
};

/* What came. */
enum alive_sign {
	/* a good frame, which on a line that leads back may be this end's own */
	ALIVE_FRAME,
	/* an echo of the other end's */
	ALIVE_ECHO,
	/* its answer to one of this end's */
	ALIVE_ANSWER,
	/* an echo, or answer, of this end's */
	ALIVE_OWN,
};

enum alive_verdict { ALIVE_WAIT, ALIVE_ASK, ALIVE_DEAD };

/* The link begins. interval is in seconds. */
void alive_start(struct alive *alive, unsigned interval, unsigned failures, bool adaptive,
		 int64_t now);
/* A frame has come, or gone. */
void alive_heard(struct alive *alive, enum alive_sign sign, int64_t now);
void alive_sent(struct alive *alive, int64_t now);
/* When to look next; INT64_MAX: never. */
int64_t alive_due(const struct alive *alive);
/* What is to be done now. ALIVE_ASK counts as asked. */
enum alive_verdict alive_look(struct alive *alive, int64_t now);

#endif
