/* SPDX-License-Identifier: ISC */
/* One window, and its time. */
#ifndef SALLYPORT_TESTS_UNIT_WINDOW_FIXTURE_H
#define SALLYPORT_TESTS_UNIT_WINDOW_FIXTURE_H

#include "agent/ppp/window.h"
#include "tests/unit/unit.h"

enum {
	MS = 1000,
	SECOND = 1000 * MS,
	/* as in window_law.h and window_judge.c */
	FRAME = 1600,
	SIZE_LEAST = 2 * FRAME,
	SIZE_MOST = 60 * 32 * 1024,
	START = 1000 * SECOND,
};

static struct window window;
static int64_t now;
static uint32_t number;

static int begin(void **state)
{
	(void)state;
	now = START;
	number = 100;
	window_init(&window, now);
	return 0;
}

static inline void close_window(void)
{
	while (window_is_open(&window))
		window_sent(&window, FRAME, now);
}

#endif
