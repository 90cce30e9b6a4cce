/* SPDX-License-Identifier: ISC */
/* The phases of a link (RFC 1661 section 3), what is due when, and which frame goes where.
 */
#include "agent/ppp/ppp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/trace.h"
#include "policy/language/error.h"

enum {
	SAY_MAX = 160,
	SECOND_MS = 1000,
	MINUTE_MS = 60 * SECOND_MS,
	/* in a minute */
	MESSAGES_MAX = 40,
	/* with "debug", in a minute: of those the peer can cause as many as it likes, too
	 */
	TRACES_MAX = 200,
	PROTOCOL_SIZE = 2,
};

static bool may_say(struct ppp *ppp)
{
	if (ppp->now - ppp->messages_since >= MINUTE_MS) {
		ppp->messages_since = ppp->now;
		ppp->messages = 0;
	}
	if (ppp->messages > MESSAGES_MAX)
		return false;
	if (ppp->messages++ < MESSAGES_MAX)
		return true;
	ppp->hooks->say(ppp->context, false,
			"too many messages: the rest of this minute is not logged");
	return false;
}

void ppp_say(struct ppp *ppp, bool debug, const char *fmt, ...)
{
	char message[SAY_MAX];
	va_list args;

	if (debug ? !ppp->settings->debug : !may_say(ppp))
		return;
	va_start(args, fmt);
	error_show_cut(message, sizeof message,
		       vsnprintf(message, sizeof message, fmt, args));
	va_end(args);
	ppp->hooks->say(ppp->context, debug, message);
}

/* With "debug", each packet of a control protocol. */
static void trace(struct ppp *ppp, const char *direction, uint16_t protocol,
		  const uint8_t *packet, size_t len)
{
	char text[TRACE_TEXT_MAX], message[TRACE_TEXT_MAX + SAY_MAX];

	if (!ppp->settings->debug)
		return;
	if (ppp->now - ppp->traces_since >= MINUTE_MS) {
		ppp->traces_since = ppp->now;
		ppp->traces = 0;
	}
	if (ppp->traces > TRACES_MAX)
		return;
	if (ppp->traces++ == TRACES_MAX)
		snprintf(message, sizeof message,
			 "too many packets: the rest of this minute is not traced");
	else
		snprintf(message, sizeof message, "%s [%s]", direction,
			 trace_packet(protocol, packet, len, text));
	ppp->hooks->say(ppp->context, true, message);
}

/* xorshift64* (Marsaglia, Vigna): numbers that have to differ, not to be secret. */
uint32_t ppp_random(struct ppp *ppp)
{
	uint32_t value;

	do {
		ppp->random ^= ppp->random >> 12;
		ppp->random ^= ppp->random << 25;
		ppp->random ^= ppp->random >> 27;
		value = (uint32_t)(ppp->random * UINT64_C(0x2545f4914f6cdd1d) >> 32);
	} while (value == 0);
	return value;
}

void ppp_automaton(struct automaton *a, void *owner,
		   const struct automaton_protocol *protocol, uint16_t number)
{
	*a = (struct automaton){
	    .protocol = protocol,
	    .number = number,
	    .owner = owner,
	    .max_configure = MAX_CONFIGURE,
	    .max_failure = MAX_FAILURE,
	    .restart_ms = RESTART_S * SECOND_MS,
	    .state = STATE_INITIAL,
	};
}

/* LCP's own packets go as if nothing was settled (RFC 1661 6.5, RFC 1662 7.1). */
void ppp_send_packet(void *owner, uint16_t protocol, const uint8_t *packet, size_t len)
{
	static const struct frame_style plain = {.accm = UINT32_C(0xffffffff)};
	struct ppp *ppp = owner;
	const struct frame frame = {protocol, packet, len};

	trace(ppp, "sent", protocol, packet, len);
	ppp->hooks->send(ppp->context, &frame,
			 protocol == PROTOCOL_LCP ? &plain : &ppp->lcp_values.style);
	lcp_sent(ppp);
}

void ppp_start(struct ppp *ppp, const struct settings *settings,
	       const struct ppp_hooks *hooks, void *context, uint64_t random, int64_t now)
{
	*ppp = (struct ppp){
	    .settings = settings,
	    .hooks = hooks,
	    .context = context,
	    .now = now,
	    .heard_at = now,
	    .random = random | 1,
	};
	lcp_init(ppp);
	ipcp_init(ppp);
	ipv6cp_init(ppp);
	automaton_event(&ppp->lcp, EVENT_OPEN, now);
	automaton_event(&ppp->lcp, EVENT_UP, now);
}

/* From now on the network protocols may negotiate. */
void ppp_link_up(struct ppp *ppp)
{
	const struct settings *settings = ppp->settings;

	if (settings->ip) {
		automaton_event(&ppp->ipcp.automaton, EVENT_OPEN, ppp->now);
		automaton_event(&ppp->ipcp.automaton, EVENT_UP, ppp->now);
	}
	if (settings->ipv6) {
		automaton_event(&ppp->ipv6cp.automaton, EVENT_OPEN, ppp->now);
		automaton_event(&ppp->ipv6cp.automaton, EVENT_UP, ppp->now);
	}
}

void ppp_link_down(struct ppp *ppp)
{
	automaton_event(&ppp->ipcp.automaton, EVENT_DOWN, ppp->now);
	automaton_event(&ppp->ipv6cp.automaton, EVENT_DOWN, ppp->now);
}

/* The protocol is wanted, and has neither come up nor failed. */
static bool is_open_question(const struct automaton *a)
{
	return a->state >= STATE_REQUEST_SENT && a->state != STATE_OPENED;
}

bool ppp_undecided(const struct ppp *ppp)
{
	return is_open_question(&ppp->ipcp.automaton) ||
	       is_open_question(&ppp->ipv6cp.automaton);
}

bool ppp_carries(const struct ppp *ppp, uint16_t protocol)
{
	return ppp->lcp.state == STATE_OPENED &&
	       ((protocol == PROTOCOL_IP && ppp->ipcp.automaton.state == STATE_OPENED) ||
		(protocol == PROTOCOL_IPV6 && ppp->ipv6cp.automaton.state == STATE_OPENED));
}

unsigned ppp_mtu(const struct ppp *ppp)
{
	return ppp->lcp_values.peer_mru;
}

static void restart_idle(struct ppp *ppp)
{
	if (ppp->settings->idle > 0)
		ppp->idle_timer = ppp->now + (int64_t)ppp->settings->idle * SECOND_MS;
}

void ppp_network_changed(struct ppp *ppp, uint16_t protocol, bool up)
{
	const unsigned max_connect = ppp->settings->max_connect;

	if (up) {
		ppp->was_up = true;
		restart_idle(ppp);
		if (max_connect > 0 && ppp->connect_timer == 0)
			ppp->connect_timer = ppp->now + (int64_t)max_connect * SECOND_MS;
	}
	ppp->hooks->network(ppp->context, protocol, up);
}

/* A link that carries nothing, and negotiates nothing, is over. */
void ppp_network_finished(struct ppp *ppp, uint16_t protocol)
{
	const bool ip =
	    ppp->settings->ip && ppp->ipcp.automaton.state >= STATE_REQUEST_SENT;
	const bool ipv6 =
	    ppp->settings->ipv6 && ppp->ipv6cp.automaton.state >= STATE_REQUEST_SENT;

	ppp->hooks->network(ppp->context, protocol, false);
	if (ip || ipv6 || ppp->lcp.state != STATE_OPENED)
		return;
	ppp_say(ppp, false, "no network protocol is running");
	ppp_close(ppp, ppp->was_up ? PPP_EXIT_OK : PPP_EXIT_NEGOTIATION, ppp->now);
}

void ppp_used(struct ppp *ppp, int64_t now)
{
	ppp->now = now;
	restart_idle(ppp);
	lcp_sent(ppp);
}

void ppp_close(struct ppp *ppp, enum ppp_exit result, int64_t now)
{
	ppp->now = now;
	ppp->echo_timer = ppp->connect_timer = ppp->idle_timer = 0;
	if (ppp->result == PPP_EXIT_OK)
		ppp->result = result;
	automaton_event(&ppp->lcp, EVENT_CLOSE, now);
	/* A link that waits for the peer to begin has nothing to end. */
	if (ppp->lcp.state == STATE_CLOSED || ppp->lcp.state == STATE_INITIAL)
		ppp->done = true;
}

/* RFC 1661 5.7: the number of the protocol, and as much of what came as fits. */
static void reject_protocol(struct ppp *ppp, const struct frame *frame)
{
	uint8_t data[OPTIONS_SIZE_MAX];
	size_t len = frame->len;

	if (len > sizeof data - PROTOCOL_SIZE)
		len = sizeof data - PROTOCOL_SIZE;
	put16(data, frame->protocol);
	memcpy(data + PROTOCOL_SIZE, frame->information, len);
	automaton_send(&ppp->lcp, PROTOCOL_REJECT, ppp->lcp.next_id++, data,
		       len + PROTOCOL_SIZE);
}

void ppp_frame(struct ppp *ppp, const struct frame *frame, int64_t now)
{
	ppp->now = now;
	ppp_heard(ppp, now);
	/* Frames that were read together with the one that ended the link. */
	if (ppp->done)
		return;
	lcp_heard(ppp, frame);
	if (frame->protocol != PROTOCOL_IP && frame->protocol != PROTOCOL_IPV6)
		trace(ppp, "rcvd", frame->protocol, frame->information, frame->len);
	if (ppp_carries(ppp, frame->protocol)) {
		restart_idle(ppp);
		ppp->hooks->deliver(ppp->context, frame->protocol, frame->information,
				    frame->len);
		return;
	}
	if (frame->protocol == PROTOCOL_LCP) {
		automaton_packet(&ppp->lcp, frame->information, frame->len, now);
		return;
	}
	/* Before LCP has opened, and after, nothing else counts (RFC 1661 3.4, 3.7). */
	if (ppp->lcp.state != STATE_OPENED)
		return;
	if (frame->protocol == PROTOCOL_IPCP && ppp->settings->ip)
		automaton_packet(&ppp->ipcp.automaton, frame->information, frame->len, now);
	else if (frame->protocol == PROTOCOL_IPV6CP && ppp->settings->ipv6)
		automaton_packet(&ppp->ipv6cp.automaton, frame->information, frame->len,
				 now);
	else if ((frame->protocol != PROTOCOL_IP || !ppp->settings->ip) &&
		 (frame->protocol != PROTOCOL_IPV6 || !ppp->settings->ipv6))
		reject_protocol(ppp, frame);
}

int64_t ppp_deadline(const struct ppp *ppp)
{
	const int64_t timers[] = {
	    ppp->lcp.timer,	 ppp->ipcp.automaton.timer, ppp->ipv6cp.automaton.timer,
	    ppp->echo_timer,	 ppp->connect_timer,	    ppp->idle_timer,
	    ppp->challenge_timer};
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++)
		if (timers[i] != 0 && timers[i] < first)
			first = timers[i];
	return first;
}

static bool is_due(const struct ppp *ppp, int64_t timer)
{
	return timer != 0 && ppp->now >= timer;
}

void ppp_tick(struct ppp *ppp, int64_t now)
{
	ppp->now = now;
	challenge_tick(ppp);
	/* What else is due now is not why it ended. */
	if (ppp->done)
		return;
	if (is_due(ppp, ppp->connect_timer)) {
		ppp_say(ppp, false, "the time that maxconnect allows is over");
		ppp_close(ppp, PPP_EXIT_MAX_CONNECT, now);
	}
	if (is_due(ppp, ppp->idle_timer)) {
		ppp_say(ppp, false, "nothing was sent or received for %u s",
			ppp->settings->idle);
		ppp_close(ppp, PPP_EXIT_IDLE, now);
	}
	lcp_tick(ppp);
	if (is_due(ppp, ppp->ipcp.automaton.timer))
		automaton_timeout(&ppp->ipcp.automaton, now);
	if (is_due(ppp, ppp->ipv6cp.automaton.timer))
		automaton_timeout(&ppp->ipv6cp.automaton, now);
	if (is_due(ppp, ppp->lcp.timer))
		automaton_timeout(&ppp->lcp, now);
}
