/* SPDX-License-Identifier: ISC */
/* What the parts of window.h share: what is on its way (window.c), what an answer says of
 * the line (window_judge.c), how large it is (window_aim.c), how its size is looked for
 * (window_search.c), and whether the line is a slow one (window_trial.c). */
#ifndef SALLYPORT_AGENT_PPP_WINDOW_LAW_H
#define SALLYPORT_AGENT_PPP_WINDOW_LAW_H

#include "agent/ppp/window.h"

enum {
	WINDOW_SECOND_US = 1000 * 1000,
	/* A frame of an ordinary packet on its way through ssh. */
	WINDOW_FRAME = 1600,
	/* With one frame alone the line would idle until its answer is back. */
	WINDOW_MIN = 2 * WINDOW_FRAME,
	/* a new value counts so */
	WINDOW_SMOOTHING = 8,
	/* A quarter: of the least round trip may wait on the line; and so much the rate can
	 * grow in a round trip. */
	WINDOW_SHARE = 4,
	/* Not more often are marks sent; microseconds. */
	WINDOW_MARK_US_MIN = 1000,
	/* so many bytes between marks: each frame has one */
	WINDOW_MARK_FRAMES = 0,
	/* 3 Mbit/s: on a line that is slower, what TCP begins with is long on its way. */
	WINDOW_SLOW_RATE = 3 * 1000 * 1000 / 8,
};

uint64_t window_bytes_in(uint64_t rate, int64_t us);
/* The round trip when nothing of this end's waits. */
int64_t window_way_us(const struct window *window);
uint64_t window_clamp(uint64_t value, uint64_t least, uint64_t most);
/* By the rate and the least round trip. */
void window_aim(struct window *window);
/* But for that one. */
void window_forget_rates(struct window *window, uint64_t rate);
void window_set_size(struct window *window, uint64_t size, uint64_t mark_bytes);
/* How long bytes may wait on the line; and how long they do where all is well. */
int64_t window_queue_us(const struct window *window);
int64_t window_allowed_us(const struct window *window);
/* And while its size is looked for. */
int64_t window_start_allowed_us(const struct window *window);

/* Of one mark: bytes a second, the bytes that have arrived since the last one was answered,
 * and how long it took without what it waited on its way back, in microseconds. */
struct window_answer {
	uint64_t rate, came, ahead;
	int64_t took;
};

/* A mark was answered: what that says of the line. */
void window_judge(struct window *window, const struct window_mark *mark,
		  const struct window_answer *answer, int64_t now);

/* Nothing is known of the line. */
void window_begin(struct window *window);

/* The link is up again. */
void window_restart_trials(struct window *window);
/* A mark was answered: whether it is that of a trial, which tells nothing else. */
bool window_take_trial(struct window *window, const struct window_mark *mark, int64_t took);
/* What trials say, until rounds say more; each answer may have shown that the way is
 * shorter. */
void window_judge_trials(struct window *window);

/* The size is not known, or no longer. */
void window_begin_search(struct window *window);
/* A mark is answered while the size is looked for. */
void window_grow(struct window *window, const struct window_mark *mark,
		 const struct window_answer *answer);
/* The first marks of a round are answered; the search may be over. */
void window_judge_start(struct window *window);
/* A round has ended. True: the size still is not known. */
bool window_search(struct window *window, uint64_t rate, bool queue);
/* A round has ended whose size is thought to be right. */
void window_probe(struct window *window, uint64_t rate);

#endif
