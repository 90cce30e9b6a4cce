/* SPDX-License-Identifier: ISC */
/* What one run of ppptun puts on its line, and how much of it may be on its way. */
#include "agent/ppp/relay.h"

#include <unistd.h>

#include "agent/base/deadline.h"

enum {
	/* A line that takes more than 5 ms for a segment is slow. */
	SEGMENT_BYTES = 64 * 1024,
	SEGMENTS_PER_S = 200,
	US_PER_S = 1000 * 1000,
	US_PER_MS = 1000,
	/* Faster lines lose little by small packets, and the clock is too coarse for them:
	 * bytes a second. */
	HOLDS_RATE = 10 * 1000 * 1000 / 8,
	/* RFC 8289 3.2: the target is 5 to 10 % of the interval */
	CODEL_INTERVALS = 10,
};

void relay_queue(struct relay *relay, const struct frame *frame,
		 const struct frame_style *style)
{
	/* Without room a frame is lost, as on any line; PPP and TCP send it again. */
	const size_t size = line_queue(&relay->line, frame, style);

	if (size == 0)
		return;
	if (frame->protocol == PROTOCOL_IP || frame->protocol == PROTOCOL_IPV6)
		window_sent(&relay->window, size, monotonic_us());
	else
		window_sent_control(&relay->window, size, monotonic_us());
}

/* The line, and not the network, says how much goes. */
static bool is_pressed(const struct relay *relay)
{
	return !flow_queue_is_empty(&relay->queue) ||
	       line_waiting(&relay->line) >= LINE_FULL;
}

void relay_asked(void *context, uint32_t number)
{
	struct relay *relay = context;

	window_marked(&relay->window, number, is_pressed(relay), monotonic_us());
}

static void publish(const struct relay *relay, int64_t now)
{
	const struct window_times *trip = &relay->window.times;
	const struct echo_times times = {
	    .when = now,
	    .samples = trip->samples,
	    .last = trip->last,
	    .smoothed = trip->smoothed,
	    .least = trip->least,
	    .interval = relay->settings->echo_interval,
	};

	echo_file_write(relay->echoes, &times);
}

/* A flow of the network's goes on through the other end: its round trip is longer. */
static void set_pace(struct relay *relay)
{
	const uint64_t rate = window_rate(&relay->window);
	const int64_t interval = CODEL_INTERVAL + (int64_t)relay->window.times.smoothed;
	const int64_t packet =
	    rate == 0 ? 0 : (int64_t)((uint64_t)relay->tun.mtu * US_PER_S / rate);
	const int64_t target = interval / CODEL_INTERVALS;

	flow_queue_pace(&relay->queue, packet > target ? packet : target, interval);
}

void relay_answered(void *context, uint32_t number, const uint32_t *clock)
{
	struct relay *relay = context;
	const int64_t now = monotonic_us();

	if (!window_answered(&relay->window, number, clock, now))
		return;
	set_pace(relay);
	if (relay->echoes != NULL)
		publish(relay, now);
}

uint32_t relay_clock(void *context)
{
	const struct relay *relay = context;

	return (uint32_t)monotonic_us() + relay->clock_ahead;
}

/* The descriptor is of no further use: what was mapped stays. */
int relay_map_echoes(struct relay *relay, struct error *err)
{
	const int fd = (int)relay->settings->rtt_fd;

	if (fd == 0)
		return 0;
	relay->echoes = echo_file_map(fd, err);
	close(fd);
	return relay->echoes != NULL ? 0 : -1;
}

bool relay_may_send(const struct relay *relay)
{
	return line_waiting(&relay->line) < LINE_FULL && window_is_open(&relay->window) &&
	       window_next(&relay->window) <= monotonic_us();
}

bool relay_may_read(const struct relay *relay)
{
	return line_waiting(&relay->line) < LINE_FULL || !window_is_open(&relay->window);
}

/* So long what is not a whole message may wait for more: as long as the line takes for one.
 * 0: it may not. */
static int64_t hold_us(const struct relay *relay)
{
	const struct window *window = &relay->window;
	const uint64_t rate = window_rate(window);

	/* While the size is looked for the rate is thought to be too low. */
	if (!window->active || rate == 0 || rate >= HOLDS_RATE ||
	    (window->starting && !window->slow) || flow_queue_is_empty(&relay->queue))
		return 0;
	return (int64_t)((uint64_t)LINE_MESSAGE * US_PER_S / rate);
}

bool relay_may_spare(struct relay *relay)
{
	size_t few;

	/* On a slow line it would be a packet of TCP by itself. */
	if (line_waiting(&relay->line) >= LINE_FULL || hold_us(relay) > 0)
		return false;
	few = flow_queue_few(&relay->queue);
	return few > 0 && window_spares(&relay->window, few);
}

/*
 * A frame of an ordinary packet, written by itself, is a message of ssh that takes a full
 * packet of TCP and a tiny one, and each of both takes a place in TCP's congestion window,
 * which counts packets. So while more waits, what is written is cut to packets of TCP.
 */
int relay_flush(struct relay *relay)
{
	const size_t waiting = line_waiting(&relay->line);
	const int64_t now = monotonic_us(), hold = hold_us(relay);
	const bool over = relay->held_until != 0 && now >= relay->held_until;

	relay->held = waiting > 0 && hold > 0 && (!over || waiting >= LINE_MESSAGE);
	if (!relay->held) {
		relay->held_until = 0;
		return line_flush(&relay->line);
	}
	if (line_flush_messages(&relay->line) != 0)
		return -1;
	if (relay->held_until == 0 || line_waiting(&relay->line) < waiting)
		relay->held_until = now + hold;
	return 0;
}

bool relay_is_blocked(const struct relay *relay)
{
	return line_waiting(&relay->line) >= (relay->held ? LINE_MESSAGE : 1);
}

int64_t relay_due(const struct relay *relay)
{
	const int64_t next = window_next(&relay->window);
	/* Otherwise no mark goes out that it could wait for. */
	int64_t due = relay->carrier ? window_deadline(&relay->window) : INT64_MAX;

	/* A full line is waited for by itself. */
	if (!flow_queue_is_empty(&relay->queue) && window_is_open(&relay->window) &&
	    line_waiting(&relay->line) < LINE_FULL && next < due)
		due = next;
	if (relay->held && line_waiting(&relay->line) > 0 && relay->held_until < due)
		due = relay->held_until;
	/* Up, so that it is due then. */
	return due == INT64_MAX ? due : due / US_PER_MS + 1;
}

bool relay_is_slow(const struct relay *relay)
{
	return relay->window.active &&
	       window_rate(&relay->window) < (uint64_t)SEGMENT_BYTES * SEGMENTS_PER_S;
}

/* Written at once, so that ssh makes one message of it. */
static void try_line(struct relay *relay)
{
	if (window_try(&relay->window))
		lcp_send_discard(&relay->ppp, WINDOW_TRIAL);
	lcp_send_echo(&relay->ppp);
}

void relay_mark(struct relay *relay)
{
	if (relay->carrier && window_wants_trial(&relay->window))
		try_line(relay);
	if (relay->carrier && window_wants_mark(&relay->window, monotonic_us()))
		lcp_send_echo(&relay->ppp);
}

void relay_tick_window(struct relay *relay, bool heard)
{
	/* It was told already: nothing will be answered. */
	if (relay->ppp.no_echoes && relay->window.active)
		window_restart(&relay->window, monotonic_us());
	if (window_tick(&relay->window, heard, monotonic_us()) == WINDOW_GIVES_UP)
		relay_say(
		    relay, false,
		    "the other end sends, but answers no echoes: a full line will be slow");
}
