/* SPDX-License-Identifier: ISC */
/* One run of ppptun: a line, a link, a TUN device, and what goes between them. relay.c has
 * the loop, relay_packets.c the packets, relay_line.c what the line takes of them. */
#ifndef SALLYPORT_AGENT_PPP_RELAY_H
#define SALLYPORT_AGENT_PPP_RELAY_H

#include "agent/base/echo_file.h"
#include "agent/ppp/flow_queue.h"
#include "agent/ppp/line.h"
#include "agent/ppp/ppp.h"
#include "agent/ppp/resizer.h"
#include "agent/ppp/too_big.h"
#include "agent/ppp/tun.h"
#include "agent/ppp/window.h"

enum { MESSAGE_MAX = 256 };

struct relay {
	const struct settings *settings;
	struct ppp ppp;
	struct line line;
	struct window window;
	/* What is told of this host's clock does not tell since when it runs. */
	uint32_t clock_ahead;
	/* What the network has sent and the line does not take yet. */
	struct flow_queue queue;
	struct tun tun;
	struct resizer resizer;
	/* On a slow line what is not a whole message of ssh waits for more, until then
	 * (microseconds; 0: none does). */
	bool held;
	int64_t held_until;
	/* Where echo times go; NULL: nobody asked for them. */
	struct echo_record *echoes;
	int signals;
	/* where the caller waits to hear that all is well; -1: nobody waits */
	int caller;
	/* The network may use the device: some protocol is up. */
	bool carrier;
	/* Some address is still to come from the peer: the device has none yet, and
	 * CAP_NET_ADMIN is kept until it has. */
	bool addresses_pending;
	/* Since when the device takes no packet, being down; 0: it takes them. */
	int64_t device_down;
	/* A dropped packet has been logged: one from the other end, one to it. */
	bool drop_in_logged, drop_out_logged;
	/* With "debug": how often what came was no frame, and was shown. */
	unsigned strange;
	/* The last message in the log: when the link is over, it says why. */
	char last_message[MESSAGE_MAX];
	struct too_big too_big;
	struct frame_reader reader;
	uint8_t packet[FRAME_INFORMATION_MAX];
	/* a piece of a packet that had to be cut, and one that has waited */
	uint8_t piece[FRAME_INFORMATION_MAX], waited[FRAME_INFORMATION_MAX];
};

/* Runs until the link is over. Gives up its capabilities as soon as the device is made.
 * Adds to *settings what the line needs. */
enum ppp_exit relay_run(struct settings *settings);

/* For the log (struct ppp_hooks). */
void relay_say(void *context, bool debug, const char *message);
/* A packet of the other end's, to the network (the same). */
void relay_deliver(void *context, uint16_t protocol, const uint8_t *packet, size_t len);
/* The network's packets: onto the line, or into the queue. And out of it, as far as the
 * line takes them. */
void relay_read_device(struct relay *relay);
/* One frame, onto the line. */
void relay_queue(struct relay *relay, const struct frame *frame,
		 const struct frame_style *style);
/* Whether the line takes more, and more may be on its way. */
bool relay_may_send(const struct relay *relay);
/* A segment of 64 KiB would hold up what comes behind it. */
bool relay_is_slow(const struct relay *relay);
/* Or nothing but a packet of a flow that sends little: it need not wait for an answer. */
bool relay_may_spare(struct relay *relay);
/* Whether packets are read: while the window is closed they wait in the queue, but while
 * the line is full they wait in the device. */
bool relay_may_read(const struct relay *relay);
/* An echo among the frames, where one is due; its answer says what has arrived. */
void relay_mark(struct relay *relay);
/* Writes what the line takes. 0, or -1 with errno when the line is gone. */
int relay_flush(struct relay *relay);
/* It did not take all that was to be written. */
bool relay_is_blocked(const struct relay *relay);
/* When it next takes more, or is to be looked after; milliseconds. INT64_MAX: never. */
int64_t relay_due(const struct relay *relay);
/* What is due of the window. heard: something came since the last time. */
void relay_tick_window(struct relay *relay, bool heard);
/* Echoes (struct ppp_hooks). */
void relay_asked(void *context, uint32_t number);
void relay_answered(void *context, uint32_t number, const uint32_t *clock);
uint32_t relay_clock(void *context);
/* Where echo times go, where somebody asked for them. 0, or -1 with *err. */
int relay_map_echoes(struct relay *relay, struct error *err);
void relay_send_waiting(struct relay *relay);
/* Somebody removed the device: the link is over, and says so. */
void relay_lose_device(struct relay *relay);

/* An address of this link, as the ends agreed on it. */
struct ip_addr relay_ipv4(const uint8_t address[NCP_VALUE_MAX]);
struct ip_addr relay_link_local(const uint8_t id[INTERFACE_ID_SIZE]);

#endif
