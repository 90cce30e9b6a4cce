/* SPDX-License-Identifier: ISC */
/* The Link Control Protocol (RFC 1661 sections 5 and 6; RFC 1662 7.1 for the ACCM). */
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/ppp.h"

enum lcp_option {
	LCP_MRU = 1,
	LCP_ACCM = 2,
	LCP_AUTHENTICATION = 3,
	LCP_QUALITY = 4,
	LCP_MAGIC = 5,
	LCP_PROTOCOL_COMPRESSION = 7,
	LCP_ADDRESS_COMPRESSION = 8,
};

enum {
	/* Requests with our own magic number, until it is a loop and not a coincidence: RFC
	 * 1661 6.4 leaves the number open. */
	LOOPS_MAX = 10,
	SECOND_MS = 1000,
};

static void add16(struct options *out, uint8_t type, unsigned value)
{
	uint8_t bytes[sizeof(uint16_t)];

	put16(bytes, value);
	(void)options_add(out, type, bytes, sizeof bytes);
}

static void add32(struct options *out, uint8_t type, uint32_t value)
{
	uint8_t bytes[sizeof(uint32_t)];

	put32(bytes, value);
	(void)options_add(out, type, bytes, sizeof bytes);
}

static void request(void *owner, struct options *out)
{
	const struct ppp *ppp = owner;
	const struct lcp_values *v = &ppp->lcp_values;

	if (v->ask_mru && ppp->settings->mru != MRU_DEFAULT)
		add16(out, LCP_MRU, ppp->settings->mru);
	if (v->ask_accm && v->accm != ACCM_ALL)
		add32(out, LCP_ACCM, v->accm);
	if (v->ask_magic)
		add32(out, LCP_MAGIC, v->magic);
	if (v->ask_protocol)
		(void)options_add(out, LCP_PROTOCOL_COMPRESSION, NULL, 0);
	if (v->ask_address)
		(void)options_add(out, LCP_ADDRESS_COMPRESSION, NULL, 0);
}

/* One option of the peer's request: what to answer to it; a Nak's value is added. */
static enum packet_code judge_option(void *owner, const struct option *option,
				     struct options *nak)
{
	struct ppp *ppp = owner;
	struct lcp_values *v = &ppp->lcp_values;

	switch (option->type) {
	case LCP_MRU:
		if (option->len != 2)
			return CONFIGURE_REJECT;
		v->wanted_mru = get16(option->value);
		if (v->wanted_mru >= MRU_SMALLEST)
			return CONFIGURE_ACK;
		add16(nak, LCP_MRU, MRU_SMALLEST);
		return CONFIGURE_NAK;
	case LCP_ACCM:
		if (option->len != sizeof v->style.accm || ppp->settings->default_accm)
			return CONFIGURE_REJECT;
		v->wanted_style.accm = get32(option->value) | ppp->settings->escape;
		return CONFIGURE_ACK;
	case LCP_MAGIC:
		if (option->len != sizeof v->wanted_magic)
			return CONFIGURE_REJECT;
		v->wanted_magic = get32(option->value);
		if (v->wanted_magic != 0 && !(v->ask_magic && v->wanted_magic == v->magic))
			return CONFIGURE_ACK;
		v->looped++;
		add32(nak, LCP_MAGIC, ppp_random(ppp));
		return CONFIGURE_NAK;
	case LCP_PROTOCOL_COMPRESSION:
		v->wanted_style.compress_protocol = true;
		return option->len == 0 && ppp->settings->field_compression[1]
			   ? CONFIGURE_ACK
			   : CONFIGURE_REJECT;
	case LCP_ADDRESS_COMPRESSION:
		v->wanted_style.compress_address = true;
		return option->len == 0 && ppp->settings->field_compression[0]
			   ? CONFIGURE_ACK
			   : CONFIGURE_REJECT;
	default:
		/* Authentication and quality too: ssh takes care of both. */
		return CONFIGURE_REJECT;
	}
}

static enum packet_code judge(void *owner, const uint8_t *bytes, size_t len, bool may_nak,
			      struct options *answer)
{
	struct ppp *ppp = owner;
	struct lcp_values *v = &ppp->lcp_values;
	const unsigned looped = v->looped;
	enum packet_code code;

	/* What the peer does not ask for is the default. */
	v->wanted_mru = MRU_DEFAULT;
	v->wanted_magic = 0;
	v->wanted_style = (struct frame_style){.accm = ACCM_ALL};
	code = options_judge(judge_option, ppp, bytes, len, may_nak, answer);
	if (v->looped == looped)
		v->looped = 0;
	if (v->looped > LOOPS_MAX) {
		ppp_say(ppp, false,
			"the line is looped back: this end receives what it sends");
		ppp_close(ppp, PPP_EXIT_LOOPBACK, ppp->now);
	}
	if (code != CONFIGURE_ACK)
		return code;
	v->peer_mru = v->wanted_mru;
	v->peer_magic = v->wanted_magic;
	v->style = v->wanted_style;
	return CONFIGURE_ACK;
}

/* The peer wants other values: what it says of the MRU is a hint that need not be taken. */
static void naked(void *owner, const uint8_t *bytes, size_t len)
{
	struct ppp *ppp = owner;
	struct lcp_values *v = &ppp->lcp_values;
	struct option option;
	size_t at = 0;

	while (option_next(bytes, len, &at, &option)) {
		if (option.type == LCP_MAGIC)
			v->magic = ppp_random(ppp);
		else if (option.type == LCP_MRU)
			/* We fall back to the default, which everybody has to take. */
			v->ask_mru = false;
		else if (option.type == LCP_ACCM && option.len == sizeof v->accm)
			/* It escapes these in any case, and may not ask for fewer. */
			v->accm |= get32(option.value);
		else if (option.type == LCP_PROTOCOL_COMPRESSION)
			v->ask_protocol = false;
		else if (option.type == LCP_ADDRESS_COMPRESSION)
			v->ask_address = false;
	}
}

static void rejected(void *owner, const uint8_t *bytes, size_t len)
{
	struct lcp_values *v = &((struct ppp *)owner)->lcp_values;

	v->ask_mru = v->ask_mru && !options_have(bytes, len, LCP_MRU);
	v->ask_accm = v->ask_accm && !options_have(bytes, len, LCP_ACCM);
	v->ask_magic = v->ask_magic && !options_have(bytes, len, LCP_MAGIC);
	v->ask_protocol =
	    v->ask_protocol && !options_have(bytes, len, LCP_PROTOCOL_COMPRESSION);
	v->ask_address =
	    v->ask_address && !options_have(bytes, len, LCP_ADDRESS_COMPRESSION);
}

static void up(void *owner)
{
	struct ppp *ppp = owner;

	ppp_say(ppp, true, "LCP is up: the peer takes %u bytes", ppp->lcp_values.peer_mru);
	lcp_start_echoes(ppp);
	ppp_link_up(ppp);
}

static void down(void *owner)
{
	struct ppp *ppp = owner;

	if (ppp->lcp.peer_ended)
		ppp_say(ppp, false, "the peer ended the link");
	ppp->echo_timer = 0;
	ppp_link_down(ppp);
}

static void finished(void *owner)
{
	struct ppp *ppp = owner;

	if (ppp->lcp.broken)
		ppp_say(ppp, false, "the peer rejects what LCP cannot do without");
	if (ppp->lcp.gave_up) {
		ppp_say(ppp, false, "the peer does not answer, or nothing was agreed on");
		ppp->result = PPP_EXIT_NEGOTIATION;
	}
	if (!ppp->was_up && ppp->result == PPP_EXIT_OK)
		ppp->result = PPP_EXIT_NEGOTIATION;
	ppp->done = true;
}

/* The peer does not support a protocol: the packet begins with its number. */
static void take_protocol_reject(struct ppp *ppp, const struct packet *packet)
{
	unsigned protocol;

	if (packet->len < 2 || ppp->lcp.state != STATE_OPENED)
		return;
	protocol = get16(packet->data);
	ppp_say(ppp, false, "the peer does not support protocol %#06x", protocol);
	if (protocol != PROTOCOL_LCP)
		automaton_event(&ppp->lcp, EVENT_SMALL_REJECT, ppp->now);
	if (protocol == PROTOCOL_IPCP)
		automaton_event(&ppp->ipcp.automaton, EVENT_REJECT, ppp->now);
	else if (protocol == PROTOCOL_IPV6CP)
		automaton_event(&ppp->ipv6cp.automaton, EVENT_REJECT, ppp->now);
	else if (protocol == PROTOCOL_LCP)
		automaton_event(&ppp->lcp, EVENT_REJECT, ppp->now);
}

/* Without echoes only a hangup of the line shows that the peer is gone. */
static void code_rejected(void *owner, uint8_t code)
{
	struct ppp *ppp = owner;

	if (code != ECHO_REQUEST || ppp->no_echoes)
		return;
	ppp->no_echoes = true;
	if (ppp->echo_timer == 0)
		return;
	ppp_say(
	    ppp, false,
	    "the peer does not support echoes: only a hangup will show that it is gone");
	ppp->echo_timer = 0;
}

static bool other(void *owner, const struct packet *packet)
{
	struct ppp *ppp = owner;

	switch (packet->code) {
	case PROTOCOL_REJECT:
		take_protocol_reject(ppp, packet);
		return true;
	case ECHO_REQUEST:
	case ECHO_REPLY:
		if (ppp->lcp.state == STATE_OPENED)
			lcp_take_echo(ppp, packet);
		return true;
	case DISCARD_REQUEST:
	case IDENTIFICATION:
	case TIME_REMAINING:
		return true;
	default:
		return false;
	}
}

void lcp_init(struct ppp *ppp)
{
	static const struct automaton_protocol protocol = {
	    .request = request,
	    .judge = judge,
	    .naked = naked,
	    .rejected = rejected,
	    .up = up,
	    .down = down,
	    .finished = finished,
	    .code_rejected = code_rejected,
	    .other = other,
	    .send = ppp_send_packet,
	};
	const struct settings *settings = ppp->settings;

	ppp->lcp_values = (struct lcp_values){
	    .ask_mru = true,
	    .ask_accm = true,
	    .accm = settings->accm,
	    .ask_magic = true,
	    .ask_protocol = settings->field_compression[1],
	    .ask_address = settings->field_compression[0],
	    .magic = ppp_random(ppp),
	    .peer_mru = MRU_DEFAULT,
	    .style = {.accm = ACCM_ALL},
	};
	ppp_automaton(&ppp->lcp, ppp, &protocol, PROTOCOL_LCP);
	ppp->lcp.max_configure = settings->max_configure;
	ppp->lcp.restart_ms = (int64_t)settings->restart * SECOND_MS;
	ppp->lcp.silent = settings->silent;
	ppp->lcp.passive = settings->passive;
}
