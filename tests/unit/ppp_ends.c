/* SPDX-License-Identifier: ISC */
#include "tests/unit/ppp_ends.h"

#include <stdlib.h>
#include <string.h>

struct end a, b;
int64_t now = 1000;

static void send_frame(void *context, const struct frame *frame,
		       const struct frame_style *style)
{
	struct end *end = context, *other = end->other;

	(void)style;
	end->sent++;
	if (other == NULL || other->queued == QUEUE_MAX)
		return;
	assert_true(frame->len <= FRAME_MAX);
	other->queue[other->queued].protocol = frame->protocol;
	memcpy(other->queue[other->queued].bytes, frame->information, frame->len);
	other->queue[other->queued++].len = frame->len;
}

static void deliver(void *context, uint16_t protocol, const uint8_t *packet, size_t len)
{
	(void)protocol;
	(void)packet;
	(void)len;
	((struct end *)context)->delivered++;
}

static void network(void *context, uint16_t protocol, bool up)
{
	struct end *end = context;

	/* What is told is so. */
	assert_int_equal(ppp_carries(&end->ppp, protocol), up);
	*(protocol == PROTOCOL_IP ? &end->ip_up : &end->ipv6_up) = up;
	/* As relay.c does. */
	if (up)
		window_restart(&end->window, now * 1000);
}

static void say(void *context, bool debug, const char *line)
{
	struct end *end = context;

	(void)debug;
	end->lines++;
	strncat(end->said, line, sizeof end->said - strlen(end->said) - 1);
	strncat(end->said, "\n", sizeof end->said - strlen(end->said) - 1);
}

static void asked(void *context, uint32_t number)
{
	window_marked(&((struct end *)context)->window, number, false, now * 1000);
}

/* Each has one of its own. */
static uint32_t clock_of(void *context)
{
	return (uint32_t)now * 1000 + ((struct end *)context)->clock_ahead;
}

static void answered(void *context, uint32_t number, const uint32_t *clock)
{
	struct end *end = context;

	end->clocks += clock != NULL;
	if (clock != NULL)
		end->clock = *clock;
	if (window_answered(&end->window, number, clock, now * 1000))
		end->measured++;
}

static const struct ppp_hooks hooks = {send_frame, deliver,  network, say,
				       asked,	   answered, clock_of};

void ends_set(struct end *end, struct end *other, const char *options)
{
	char text[512], *argv[64] = {(char[]){"ppptun"}};
	struct error err = {0};
	int argc = 1;

	memset(end, 0, sizeof *end);
	end->other = other;
	(void)strncpy(text, options, sizeof text - 1);
	text[sizeof text - 1] = '\0';
	for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
		argv[argc++] = word;
	if (settings_parse(&end->settings, argc, argv, &err) != 0)
		fail_msg("%s", err.text);
}

void ends_start(struct end *end)
{
	ppp_start(&end->ppp, &end->settings, &hooks, end, (uint64_t)rand() << 16 | 1, now);
}

void ends_receive(struct end *end, unsigned one_in)
{
	static struct end was;

	was = *end;
	end->queued = 0;
	for (size_t i = 0; i < was.queued; i++) {
		const struct frame frame = {was.queue[i].protocol, was.queue[i].bytes,
					    was.queue[i].len};

		/* What the line loses. */
		if (one_in > 0 && (unsigned)rand() % one_in == 0)
			continue;
		ppp_frame(&end->ppp, &frame, now);
	}
}

void ends_run(unsigned turns, unsigned lost_one_in)
{
	for (unsigned i = 0; i < turns; i++) {
		if (a.queued == 0 && b.queued == 0) {
			const int64_t first = ppp_deadline(&a.ppp) < ppp_deadline(&b.ppp)
						  ? ppp_deadline(&a.ppp)
						  : ppp_deadline(&b.ppp);

			if (first == INT64_MAX)
				return;
			now = first > now ? first : now;
			ppp_tick(&a.ppp, now);
			ppp_tick(&b.ppp, now);
		}
		ends_receive(&a, lost_one_in);
		ends_receive(&b, lost_one_in);
	}
}

void ends_run_alone(void)
{
	for (unsigned i = 0; i < TURNS_MAX && !a.ppp.done; i++) {
		if (a.queued == 0) {
			now = ppp_deadline(&a.ppp);
			ppp_tick(&a.ppp, now);
		}
		ends_receive(&a, 0);
	}
}

void ends_between(const char *of_a, const char *of_b)
{
	ends_set(&a, &b, of_a);
	ends_set(&b, &a, of_b);
	ends_start(&a);
	ends_start(&b);
	ends_run(20, 0);
}
