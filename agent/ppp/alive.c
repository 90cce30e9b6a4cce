/* SPDX-License-Identifier: ISC */
#include "agent/ppp/alive.h"

enum {
	SECOND_MS = 1000,
	/* An answer every third interval is soon enough for agent/base/echo_file.c. */
	ANSWER_INTERVALS = 3,
	/* pppd looks once in an interval: it asks up to two of them after the last sign of
	 * life, and notices one after its last question. */
	SPARE_INTERVALS = 2,
};

static int64_t earlier(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

static int64_t later(int64_t one, int64_t other)
{
	return one > other ? one : other;
}

void alive_start(struct alive *alive, unsigned interval, unsigned failures, bool adaptive,
		 int64_t now)
{
	*alive = (struct alive){
	    .interval = (int64_t)interval * SECOND_MS,
	    .failures = failures,
	    .adaptive = adaptive,
	    .heard_at = now,
	    .sent_at = now,
	    .asked_at = now,
	    .answered_at = now,
	};
}

void alive_heard(struct alive *alive, enum alive_sign sign, int64_t now)
{
	if (sign == ALIVE_OWN)
		alive->looped = true;
	else if (sign != ALIVE_FRAME)
		alive->looped = false;
	if (alive->looped)
		return;
	alive->heard_at = now;
	alive->unanswered = 0;
	if (sign == ALIVE_ANSWER)
		alive->answered_at = now;
}

void alive_sent(struct alive *alive, int64_t now)
{
	alive->sent_at = now;
}

static bool asked_enough(const struct alive *alive)
{
	return alive->failures > 0 && alive->unanswered >= alive->failures;
}

int64_t alive_due(const struct alive *alive)
{
	const int64_t interval = alive->interval;
	int64_t quiet = alive->asked_at;

	if (interval == 0)
		return INT64_MAX;
	if (alive->adaptive && asked_enough(alive))
		quiet =
		    alive->heard_at + (alive->failures + SPARE_INTERVALS - 1) * interval;
	else if (alive->adaptive)
		quiet = earlier(earlier(alive->heard_at, alive->sent_at),
				alive->answered_at + (ANSWER_INTERVALS - 1) * interval);
	/* A machine that stood still asks before it gives up. */
	return later(quiet, alive->asked_at) + interval;
}

enum alive_verdict alive_look(struct alive *alive, int64_t now)
{
	if (now < alive_due(alive))
		return ALIVE_WAIT;
	if (asked_enough(alive))
		return ALIVE_DEAD;
	alive->asked_at = now;
	alive->unanswered++;
	return ALIVE_ASK;
}
