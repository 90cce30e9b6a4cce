/* SPDX-License-Identifier: ISC */
/* LCP's echoes (RFC 1661 5.8, 5.9): who is alive, and what has arrived. */
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/ppp.h"

enum {
	MAGIC_SIZE = 4,
	/* behind it in an echo of ours: the identifier alone comes back too soon, and is
	 * easy to guess */
	NUMBER_SIZE = 4,
	/* and behind that room for the clock of a ppptun at the other end (way_back.h),
	 * which knows it by what is in it */
	CLOCK_SIZE = 4,
	OWN_SIZE = MAGIC_SIZE + NUMBER_SIZE + CLOCK_SIZE,
	NO_CLOCK = 0x73707470,
};

void lcp_start_echoes(struct ppp *ppp)
{
	const struct settings *settings = ppp->settings;

	ppp->no_echoes = false;
	alive_start(&ppp->alive, settings->echo_interval, settings->echo_failure,
		    settings->echo_adaptive, ppp->now);
	ppp->echo_timer = settings->echo_interval == 0 ? 0 : alive_due(&ppp->alive);
}

/* An Echo-Request's or -Reply's data begins with its sender's magic number. */
static void send_echo(struct ppp *ppp, uint8_t code, uint8_t id, const uint8_t *rest,
		      size_t len)
{
	uint8_t data[PACKET_SIZE_MAX];

	if (len > sizeof data - MAGIC_SIZE)
		len = sizeof data - MAGIC_SIZE;
	put32(data, ppp->lcp_values.ask_magic ? ppp->lcp_values.magic : 0);
	if (len > 0)
		memcpy(data + MAGIC_SIZE, rest, len);
	automaton_send(&ppp->lcp, code, id, data, MAGIC_SIZE + len);
}

/* Whether an echo that came is one that this end has sent: the line leads back. */
static bool is_own(const struct ppp *ppp, const uint8_t *magic)
{
	return ppp->lcp_values.ask_magic && get32(magic) == ppp->lcp_values.magic;
}

/* What is in a clock's place until the other end puts its own there: nothing else looks
 * like it. A PPP that knows nothing of it sends it back. */
static uint32_t no_clock(uint32_t number)
{
	return number ^ NO_CLOCK;
}

/* An answer carries the magic number that the peer is known by, and the echo's own. */
static void take_answer(struct ppp *ppp, const struct packet *packet)
{
	uint32_t number, clock;

	if (ppp->hooks->answered == NULL || packet->len != OWN_SIZE ||
	    get32(packet->data) != ppp->lcp_values.peer_magic)
		return;
	number = get32(packet->data + MAGIC_SIZE);
	clock = get32(packet->data + MAGIC_SIZE + NUMBER_SIZE);
	if ((uint8_t)number == packet->id)
		ppp->hooks->answered(ppp->context, number,
				     clock != no_clock(number) ? &clock : NULL);
}

/* What came comes back; but for a clock, where it has room for one. */
static void answer_echo(struct ppp *ppp, const struct packet *packet)
{
	const size_t len = packet->len - MAGIC_SIZE;
	uint8_t data[NUMBER_SIZE + CLOCK_SIZE];

	if (packet->len != OWN_SIZE || ppp->hooks->clock == NULL) {
		send_echo(ppp, ECHO_REPLY, packet->id, packet->data + MAGIC_SIZE, len);
		return;
	}
	memcpy(data, packet->data + MAGIC_SIZE, sizeof data);
	if (get32(data + NUMBER_SIZE) == no_clock(get32(data)))
		put32(data + NUMBER_SIZE, ppp->hooks->clock(ppp->context));
	send_echo(ppp, ECHO_REPLY, packet->id, data, sizeof data);
}

void lcp_take_echo(struct ppp *ppp, const struct packet *packet)
{
	if (packet->len < MAGIC_SIZE)
		return;
	if (packet->code == ECHO_REQUEST)
		answer_echo(ppp, packet);
	/* Our own echo coming back is no sign of life. */
	else if (!is_own(ppp, packet->data))
		take_answer(ppp, packet);
}

void lcp_send_echo(struct ppp *ppp)
{
	const uint8_t id = ppp->echo_id;
	const uint32_t number = (ppp_random(ppp) & ~(uint32_t)UINT8_MAX) | id;
	uint8_t data[NUMBER_SIZE + CLOCK_SIZE];

	if (ppp->no_echoes)
		return;
	ppp->echo_id++;
	put32(data, number);
	put32(data + NUMBER_SIZE, no_clock(number));
	send_echo(ppp, ECHO_REQUEST, id, data, sizeof data);
	if (ppp->hooks->asked != NULL)
		ppp->hooks->asked(ppp->context, number);
}

void lcp_send_discard(struct ppp *ppp, size_t len)
{
	uint8_t data[OPTIONS_SIZE_MAX];

	if (len > sizeof data)
		len = sizeof data;
	/* Nothing that has to be escaped. */
	memset(data, 'U', sizeof data);
	put32(data, ppp->lcp_values.ask_magic ? ppp->lcp_values.magic : 0);
	automaton_send(&ppp->lcp, DISCARD_REQUEST, ppp->echo_id, data, len);
}

/* What a good frame says of the peer: an echo's number says whose it is. */
static enum alive_sign sign_of(const struct ppp *ppp, const struct frame *frame)
{
	const uint8_t *packet = frame->information;

	if (frame->protocol != PROTOCOL_LCP || frame->len < PACKET_HEADER + MAGIC_SIZE ||
	    (packet[0] != ECHO_REQUEST && packet[0] != ECHO_REPLY))
		return ALIVE_FRAME;
	if (is_own(ppp, packet + PACKET_HEADER))
		return ALIVE_OWN;
	return packet[0] == ECHO_REPLY ? ALIVE_ANSWER : ALIVE_ECHO;
}

static void follow_alive(struct ppp *ppp)
{
	if (ppp->echo_timer != 0)
		ppp->echo_timer = alive_due(&ppp->alive);
}

void lcp_heard(struct ppp *ppp, const struct frame *frame)
{
	alive_heard(&ppp->alive, sign_of(ppp, frame), ppp->now);
	follow_alive(ppp);
}

void lcp_sent(struct ppp *ppp)
{
	alive_sent(&ppp->alive, ppp->now);
	follow_alive(ppp);
}

void lcp_tick(struct ppp *ppp)
{
	if (ppp->echo_timer == 0)
		return;
	switch (alive_look(&ppp->alive, ppp->now)) {
	case ALIVE_WAIT:
		break;
	case ALIVE_ASK:
		lcp_send_echo(ppp);
		break;
	case ALIVE_DEAD:
		ppp_say(ppp, false, "no answer to %u echoes", ppp->alive.unanswered);
		ppp_close(ppp, PPP_EXIT_PEER_DEAD, ppp->now);
		/* It will not answer that either: the Terminate-Request is for a line that
		 * is silent in one direction only. */
		ppp->done = true;
		break;
	}
}
