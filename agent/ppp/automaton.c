/* SPDX-License-Identifier: ISC */
#include "agent/ppp/automaton.h"

#include <string.h>

#include "agent/ppp/bytes.h"

/* The actions (4.4). There is no This-Layer-Started: the layer below is there already. */
enum {
	TLU = 1 << 0,
	TLD = 1 << 1,
	TLF = 1 << 2,
	IRC = 1 << 3,
	ZRC = 1 << 4,
	SCR = 1 << 5,
	SCA = 1 << 6,
	SCN = 1 << 7,
	STR = 1 << 8,
	STA = 1 << 9,
	SCJ = 1 << 10,
};

struct cell {
	unsigned short actions;
	/* one more than the state, so that 0 is "cannot happen": nothing is done */
	unsigned char next;
};

/* clang-format off */
#define TO(state, actions) { actions, STATE_##state + 1 }
#define NONE { 0, 0 }

static const struct cell table[EVENT_COUNT][STATE_COUNT] = {
	/* Initial, Starting, Closed, Stopped, Closing,
	 * Stopping, Req-Sent, Ack-Rcvd, Ack-Sent, Opened */
	[EVENT_UP] = {
		TO(CLOSED, 0), TO(REQUEST_SENT, IRC | SCR), NONE, NONE, NONE,
		NONE, NONE, NONE, NONE, NONE},
	[EVENT_DOWN] = {
		NONE, NONE, TO(INITIAL, 0), TO(STARTING, 0), TO(INITIAL, 0),
		TO(STARTING, 0), TO(STARTING, 0), TO(STARTING, 0), TO(STARTING, 0),
		TO(STARTING, TLD)},
	[EVENT_OPEN] = {
		TO(STARTING, 0), TO(STARTING, 0), TO(REQUEST_SENT, IRC | SCR), TO(STOPPED, 0),
		TO(STOPPING, 0),
		TO(STOPPING, 0), TO(REQUEST_SENT, 0), TO(ACK_RECEIVED, 0), TO(ACK_SENT, 0),
		TO(OPENED, 0)},
	[EVENT_CLOSE] = {
		TO(INITIAL, 0), TO(INITIAL, TLF), TO(CLOSED, 0), TO(CLOSED, 0), TO(CLOSING, 0),
		TO(CLOSING, 0), TO(CLOSING, IRC | STR), TO(CLOSING, IRC | STR),
		TO(CLOSING, IRC | STR), TO(CLOSING, TLD | IRC | STR)},
	[EVENT_TIMEOUT] = {
		NONE, NONE, NONE, NONE, TO(CLOSING, STR),
		TO(STOPPING, STR), TO(REQUEST_SENT, SCR), TO(REQUEST_SENT, SCR),
		TO(ACK_SENT, SCR), NONE},
	[EVENT_LAST_TIMEOUT] = {
		NONE, NONE, NONE, NONE, TO(CLOSED, TLF),
		TO(STOPPED, TLF), TO(STOPPED, TLF), TO(STOPPED, TLF), TO(STOPPED, TLF), NONE},
	[EVENT_GOOD_REQUEST] = {
		NONE, NONE, TO(CLOSED, STA), TO(ACK_SENT, IRC | SCR | SCA), TO(CLOSING, 0),
		TO(STOPPING, 0), TO(ACK_SENT, SCA), TO(OPENED, SCA | TLU), TO(ACK_SENT, SCA),
		TO(ACK_SENT, TLD | SCR | SCA)},
	[EVENT_BAD_REQUEST] = {
		NONE, NONE, TO(CLOSED, STA), TO(REQUEST_SENT, IRC | SCR | SCN), TO(CLOSING, 0),
		TO(STOPPING, 0), TO(REQUEST_SENT, SCN), TO(ACK_RECEIVED, SCN),
		TO(REQUEST_SENT, SCN), TO(REQUEST_SENT, TLD | SCR | SCN)},
	[EVENT_ACK] = {
		NONE, NONE, TO(CLOSED, STA), TO(STOPPED, STA), TO(CLOSING, 0),
		TO(STOPPING, 0), TO(ACK_RECEIVED, IRC), TO(REQUEST_SENT, SCR),
		TO(OPENED, IRC | TLU), TO(REQUEST_SENT, TLD | SCR)},
	[EVENT_NAK] = {
		NONE, NONE, TO(CLOSED, STA), TO(STOPPED, STA), TO(CLOSING, 0),
		TO(STOPPING, 0), TO(REQUEST_SENT, IRC | SCR), TO(REQUEST_SENT, SCR),
		TO(ACK_SENT, IRC | SCR), TO(REQUEST_SENT, TLD | SCR)},
	[EVENT_TERMINATE] = {
		NONE, NONE, TO(CLOSED, STA), TO(STOPPED, STA), TO(CLOSING, STA),
		TO(STOPPING, STA), TO(REQUEST_SENT, STA), TO(REQUEST_SENT, STA),
		TO(REQUEST_SENT, STA), TO(STOPPING, TLD | ZRC | STA)},
	[EVENT_TERMINATE_ACK] = {
		NONE, NONE, TO(CLOSED, 0), TO(STOPPED, 0), TO(CLOSED, TLF),
		TO(STOPPED, TLF), TO(REQUEST_SENT, 0), TO(REQUEST_SENT, 0), TO(ACK_SENT, 0),
		TO(REQUEST_SENT, TLD | SCR)},
	[EVENT_UNKNOWN_CODE] = {
		NONE, NONE, TO(CLOSED, SCJ), TO(STOPPED, SCJ), TO(CLOSING, SCJ),
		TO(STOPPING, SCJ), TO(REQUEST_SENT, SCJ), TO(ACK_RECEIVED, SCJ),
		TO(ACK_SENT, SCJ), TO(OPENED, SCJ)},
	[EVENT_SMALL_REJECT] = {
		NONE, NONE, TO(CLOSED, 0), TO(STOPPED, 0), TO(CLOSING, 0),
		TO(STOPPING, 0), TO(REQUEST_SENT, 0), TO(REQUEST_SENT, 0), TO(ACK_SENT, 0),
		TO(OPENED, 0)},
	[EVENT_REJECT] = {
		NONE, NONE, TO(CLOSED, TLF), TO(STOPPED, TLF), TO(CLOSED, TLF),
		TO(STOPPED, TLF), TO(STOPPED, TLF), TO(STOPPED, TLF), TO(STOPPED, TLF),
		TO(STOPPING, TLD | IRC | STR)},
};
/* clang-format on */

void automaton_send(struct automaton *a, uint8_t code, uint8_t id, const void *data,
		    size_t len)
{
	uint8_t packet[PACKET_SIZE_MAX];

	/* What a peer sent comes back cut to what every peer takes. */
	if (len > sizeof packet - PACKET_HEADER)
		len = sizeof packet - PACKET_HEADER;
	packet[0] = code;
	packet[1] = id;
	put16(packet + 2, len + PACKET_HEADER);
	if (len > 0)
		memcpy(packet + PACKET_HEADER, data, len);
	a->protocol->send(a->owner, a->number, packet, len + PACKET_HEADER);
}

static bool is_terminating(const struct automaton *a)
{
	return a->state == STATE_CLOSING || a->state == STATE_STOPPING;
}

static void send_request(struct automaton *a)
{
	a->sent.len = 0;
	a->protocol->request(a->owner, &a->sent);
	a->request_id = a->next_id++;
	a->answered = false;
	a->restarts_left -= a->restarts_left > 0;
	automaton_send(a, CONFIGURE_REQUEST, a->request_id, a->sent.bytes, a->sent.len);
}

/* What an event brings with it: of a packet, its identifier and what is sent for it. */
struct occasion {
	enum automaton_event event;
	uint8_t id;
	enum packet_code answer;
	const uint8_t *data;
	size_t len;
};

static void act(struct automaton *a, unsigned actions, const struct occasion *on)
{
	if ((actions & TLD) != 0)
		a->protocol->down(a->owner);
	if ((actions & IRC) != 0) {
		a->restarts_left =
		    (actions & STR) != 0 ? TERMINATE_TRIES : a->max_configure;
		a->naks_left = a->max_failure;
	}
	if ((actions & ZRC) != 0)
		a->restarts_left = 0;
	if ((actions & SCR) != 0)
		send_request(a);
	if ((actions & (SCA | SCN)) != 0)
		automaton_send(a, on->answer, on->id, on->data, on->len);
	if ((actions & STR) != 0) {
		a->restarts_left -= a->restarts_left > 0;
		automaton_send(a, TERMINATE_REQUEST, a->next_id++, NULL, 0);
	}
	if ((actions & STA) != 0)
		automaton_send(a, TERMINATE_ACK, on->id, NULL, 0);
	if ((actions & SCJ) != 0)
		automaton_send(a, CODE_REJECT, a->next_id++, on->data, on->len);
}

/* The timer runs in the states that wait for an answer (4.6), and from each thing sent. */
static void set_timer(struct automaton *a, unsigned actions)
{
	const bool waits = is_terminating(a) || a->state == STATE_REQUEST_SENT ||
			   a->state == STATE_ACK_RECEIVED || a->state == STATE_ACK_SENT;

	if (!waits)
		a->timer = 0;
	else if (a->timer == 0 || (actions & (SCR | STR | ZRC)) != 0)
		a->timer = a->now + a->restart_ms;
}

static void handle(struct automaton *a, const struct occasion *on)
{
	const struct cell cell = table[on->event][a->state];

	if (cell.next == 0)
		return;
	if (on->event == EVENT_LAST_TIMEOUT && !is_terminating(a))
		a->gave_up = true;
	if (on->event == EVENT_TERMINATE && a->state == STATE_OPENED)
		a->peer_ended = true;
	if (on->event == EVENT_REJECT)
		a->broken = true;
	/* First, so that the callbacks see the new state. */
	a->state = cell.next - 1;
	act(a, cell.actions, on);
	set_timer(a, cell.actions);
	if ((cell.actions & TLU) != 0)
		a->protocol->up(a->owner);
	if ((cell.actions & TLF) != 0)
		a->protocol->finished(a->owner);
}

void automaton_event(struct automaton *a, enum automaton_event event, int64_t now)
{
	a->now = now;
	/* Up in Starting begins to talk, unless the peer is to begin (as Stopped does). */
	if (event == EVENT_UP && a->silent && a->state == STATE_STARTING)
		a->state = STATE_STOPPED;
	else
		handle(a, &(struct occasion){.event = event});
}

void automaton_timeout(struct automaton *a, int64_t now)
{
	if (a->restarts_left > 0) {
		automaton_event(a, EVENT_TIMEOUT, now);
		return;
	}
	if (a->passive && !is_terminating(a)) {
		/* As pppd's passive: listen on, in silence. */
		a->now = now;
		a->state = STATE_STOPPED;
		a->timer = 0;
		return;
	}
	automaton_event(a, EVENT_LAST_TIMEOUT, now);
}

static void take_request(struct automaton *a, const struct packet *packet)
{
	static struct options answer;
	struct occasion on = {.event = EVENT_GOOD_REQUEST,
			      .id = packet->id,
			      .answer = CONFIGURE_ACK,
			      .data = packet->data,
			      .len = packet->len};

	if (!options_sound(packet->data, packet->len))
		return;
	/* Where it is refused as a whole, nothing of it is taken in. */
	if (a->state == STATE_CLOSED || is_terminating(a)) {
		handle(a, &on);
		return;
	}
	answer.len = 0;
	on.answer =
	    a->protocol->judge(a->owner, packet->data, packet->len,
			       a->state == STATE_STOPPED || a->naks_left > 0, &answer);
	if (on.answer != CONFIGURE_ACK) {
		on.event = EVENT_BAD_REQUEST;
		on.data = answer.bytes;
		on.len = answer.len;
	}
	/* In Stopped this event resets the counters. */
	if (on.answer == CONFIGURE_NAK && a->state != STATE_STOPPED)
		a->naks_left -= a->naks_left > 0;
	handle(a, &on);
}

static void take_answer(struct automaton *a, const struct packet *packet)
{
	const bool ack = packet->code == CONFIGURE_ACK;

	if (packet->id != a->request_id || a->answered ||
	    !options_sound(packet->data, packet->len))
		return;
	if (ack && (packet->len != a->sent.len ||
		    memcmp(packet->data, a->sent.bytes, packet->len) != 0))
		return;
	if (!ack && (a->state == STATE_REQUEST_SENT || a->state == STATE_ACK_SENT)) {
		if (packet->code == CONFIGURE_NAK)
			a->protocol->naked(a->owner, packet->data, packet->len);
		else
			a->protocol->rejected(a->owner, packet->data, packet->len);
	}
	a->answered = true;
	handle(a,
	       &(struct occasion){.event = ack ? EVENT_ACK : EVENT_NAK, .id = packet->id});
}

/* Of a Code-Reject, the code that the peer does not know. */
static void take_code_reject(struct automaton *a, const struct packet *packet)
{
	enum automaton_event event = EVENT_SMALL_REJECT;

	if (packet->len == 0)
		return;
	/* Only of a code that everything depends on is it an end. */
	if (packet->data[0] >= CONFIGURE_REQUEST && packet->data[0] <= CODE_REJECT)
		event = EVENT_REJECT;
	else if (a->protocol->code_rejected != NULL)
		a->protocol->code_rejected(a->owner, packet->data[0]);
	handle(a, &(struct occasion){.event = event});
}

void automaton_packet(struct automaton *a, const uint8_t *bytes, size_t len, int64_t now)
{
	struct packet packet;
	size_t size;

	if (len < PACKET_HEADER)
		return;
	size = get16(bytes + 2);
	if (size < PACKET_HEADER || size > len)
		return;
	packet = (struct packet){bytes[0], bytes[1], bytes + PACKET_HEADER,
				 size - PACKET_HEADER};
	a->now = now;
	if (a->state == STATE_INITIAL || a->state == STATE_STARTING)
		return;
	switch (packet.code) {
	case CONFIGURE_REQUEST:
		take_request(a, &packet);
		return;
	case CONFIGURE_ACK:
	case CONFIGURE_NAK:
	case CONFIGURE_REJECT:
		take_answer(a, &packet);
		return;
	case TERMINATE_REQUEST:
		handle(a, &(struct occasion){.event = EVENT_TERMINATE, .id = packet.id});
		return;
	case TERMINATE_ACK:
		handle(a, &(struct occasion){.event = EVENT_TERMINATE_ACK});
		return;
	case CODE_REJECT:
		take_code_reject(a, &packet);
		return;
	default:
		if (a->protocol->other == NULL || !a->protocol->other(a->owner, &packet))
			handle(a, &(struct occasion){.event = EVENT_UNKNOWN_CODE,
						     .data = bytes,
						     .len = size});
	}
}
