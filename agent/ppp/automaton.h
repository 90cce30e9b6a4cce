/* SPDX-License-Identifier: ISC */
/*
 * The option negotiation automaton of PPP (RFC 1661 section 4): the same for LCP, IPCP and
 * IPV6CP, which differ only in their options. It sends packets and keeps the restart
 * timer; it reads no clock and no descriptor.
 */
#ifndef SALLYPORT_AGENT_PPP_AUTOMATON_H
#define SALLYPORT_AGENT_PPP_AUTOMATON_H

#include "agent/ppp/options.h"

/* Max-Terminate (RFC 1661 4.6) */
enum { TERMINATE_TRIES = 2 };

/* In the order of the table's columns (RFC 1661 4.1). */
enum automaton_state {
	STATE_INITIAL,
	STATE_STARTING,
	STATE_CLOSED,
	STATE_STOPPED,
	STATE_CLOSING,
	STATE_STOPPING,
	STATE_REQUEST_SENT,
	STATE_ACK_RECEIVED,
	STATE_ACK_SENT,
	STATE_OPENED,
	STATE_COUNT,
};

/* The rows of the table (RFC 1661 4.1, 4.3). */
enum automaton_event {
	EVENT_UP,
	EVENT_DOWN,
	EVENT_OPEN,
	EVENT_CLOSE,
	EVENT_TIMEOUT,	     /* TO+ */
	EVENT_LAST_TIMEOUT,  /* TO- */
	EVENT_GOOD_REQUEST,  /* RCR+ */
	EVENT_BAD_REQUEST,   /* RCR- */
	EVENT_ACK,	     /* RCA */
	EVENT_NAK,	     /* RCN: Nak or Reject */
	EVENT_TERMINATE,     /* RTR */
	EVENT_TERMINATE_ACK, /* RTA */
	EVENT_UNKNOWN_CODE,  /* RUC */
	EVENT_SMALL_REJECT,  /* RXJ+: of what we can do without */
	EVENT_REJECT,	     /* RXJ-: of what we cannot */
	EVENT_COUNT,
};

struct packet {
	uint8_t code, id;
	const uint8_t *data;
	size_t len;
};

struct automaton;

/* What differs between the protocols. owner is the automaton's. */
struct automaton_protocol {
	/* Our Configure-Request's options, as they now stand. */
	void (*request)(void *owner, struct options *out);
	/*
	 * The peer's options, well formed: returns CONFIGURE_ACK, _NAK or _REJECT, with in
	 * *answer the options of a Nak or a Reject. may_nak: there are Naks left, otherwise
	 * what one would ask for is to be rejected (Max-Failure).
	 */
	enum packet_code (*judge)(void *owner, const uint8_t *options, size_t len,
				  bool may_nak, struct options *answer);
	/* The peer wants other values for our options; or it rejects the options. */
	void (*naked)(void *owner, const uint8_t *options, size_t len);
	void (*rejected)(void *owner, const uint8_t *options, size_t len);
	/* This-Layer-Up, -Down, and -Finished. */
	void (*up)(void *owner);
	void (*down)(void *owner);
	void (*finished)(void *owner);
	/* The peer knows no such code, and is to get no more of it (RFC 1661 4.3). */
	void (*code_rejected)(void *owner, uint8_t code);
	/* A packet with a code that is not the automaton's; false: nor the protocol's. */
	bool (*other)(void *owner, const struct packet *packet);
	/* Sends a packet of that protocol. */
	void (*send)(void *owner, uint16_t protocol, const uint8_t *packet, size_t len);
};

struct automaton {
	const struct automaton_protocol *protocol;
	/* the protocol's, in frames */
	uint16_t number;
	void *owner;
	/* Configure-Requests before giving up, and Naks before rejecting; milliseconds. */
	unsigned max_configure, max_failure;
	int64_t restart_ms;
	/* Wait for the peer's first request. */
	bool silent;
	/* When nothing comes, wait on instead of giving up. */
	bool passive;

	enum automaton_state state;
	unsigned restarts_left, naks_left;
	uint8_t request_id, next_id;
	/* the request has had its answer: another one is a copy */
	bool answered;
	/* CLOCK_MONOTONIC in milliseconds; 0: not running */
	int64_t timer;
	/* the time of the event that is being dealt with */
	int64_t now;
	/* our request as it was sent, which an Ack has to repeat */
	struct options sent;
	/* The peer ended what was open. */
	bool peer_ended;
	/* It rejected what cannot be done without. */
	bool broken;
	/* It ended because nobody answered or nothing was agreed on. */
	bool gave_up;
};

/*
 * now is CLOCK_MONOTONIC in milliseconds, here and below. From outside come the layer below
 * (up, down), open and close, and of a Protocol-Reject EVENT_REJECT where it is of this
 * protocol, EVENT_SMALL_REJECT where it is of another.
 */
void automaton_event(struct automaton *a, enum automaton_event event, int64_t now);
/* When timer has come. */
void automaton_timeout(struct automaton *a, int64_t now);
/* The information field of a frame of that protocol; whatever is wrong is discarded. */
void automaton_packet(struct automaton *a, const uint8_t *bytes, size_t len, int64_t now);
/* Sends a packet of the protocol's own. */
void automaton_send(struct automaton *a, uint8_t code, uint8_t id, const void *data,
		    size_t len);

#endif
