/* SPDX-License-Identifier: ISC */
/* Two ends of a PPP link, and the frames on their way between them. */
#ifndef SALLYPORT_TESTS_UNIT_PPP_ENDS_H
#define SALLYPORT_TESTS_UNIT_PPP_ENDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/ppp/ppp.h"
#include "agent/ppp/window.h"

enum { QUEUE_MAX = 256, FRAME_MAX = 2048, TURNS_MAX = 400 };

/* One end, and the frames that are on their way to it. */
struct end {
	struct ppp ppp;
	struct window window;
	struct settings settings;
	struct end *other;
	struct {
		uint16_t protocol;
		uint8_t bytes[FRAME_MAX];
		size_t len;
	} queue[QUEUE_MAX];
	size_t queued;
	bool ip_up, ipv6_up;
	unsigned delivered, sent, lines, measured;
	/* its clock, and what came of the other's in answers: how often, and the last */
	uint32_t clock_ahead, clock;
	unsigned clocks;
	char said[4096];
};

extern struct end a, b;
extern int64_t now;

/* An end of those options, whose frames go to other (NULL: nowhere). */
void ends_set(struct end *end, struct end *other, const char *options);
void ends_start(struct end *end);
/* What is on its way to end, of which one in so many is lost (0: none). */
void ends_receive(struct end *end, unsigned one_in);
/* Until nothing is on its way, and then until the time that something is due. */
void ends_run(unsigned turns, unsigned lost_one_in);
/* The same of a alone, which is its own other end, until it is done. */
void ends_run_alone(void);
/* Both, as far as they come without loss. */
void ends_between(const char *of_a, const char *of_b);

#endif
