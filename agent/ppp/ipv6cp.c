/* SPDX-License-Identifier: ISC */
/* The IPv6 Control Protocol (RFC 5072): an interface identifier for each end. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/ppp.h"

enum { IPV6CP_ID = 1 };

static const uint8_t no_id[INTERFACE_ID_SIZE];

static bool is_id(const uint8_t id[INTERFACE_ID_SIZE])
{
	return memcmp(id, no_id, INTERFACE_ID_SIZE) != 0;
}

static bool same_id(const uint8_t a[INTERFACE_ID_SIZE], const uint8_t b[INTERFACE_ID_SIZE])
{
	return memcmp(a, b, INTERFACE_ID_SIZE) == 0;
}

/* RFC 5072 4.1: random, without the bit that claims that it is unique in the world. */
static void make_id(struct ppp *ppp, uint8_t id[INTERFACE_ID_SIZE])
{
	enum { UNIVERSAL_BIT = 0x02 };
	const uint32_t words[] = {ppp_random(ppp), ppp_random(ppp)};

	memcpy(id, words, INTERFACE_ID_SIZE);
	id[0] &= (uint8_t)~UNIVERSAL_BIT;
	if (!is_id(id))
		id[INTERFACE_ID_SIZE - 1] = 1;
}

static void request(void *owner, struct options *out)
{
	const struct ipv6cp_values *v = &((const struct ppp *)owner)->ipv6cp_values;

	if (v->ask_id)
		(void)options_add(out, IPV6CP_ID, v->local, INTERFACE_ID_SIZE);
}

static enum packet_code judge_id(void *owner, const uint8_t *id, struct options *nak)
{
	struct ppp *ppp = owner;
	struct ipv6cp_values *v = &ppp->ipv6cp_values;
	const bool fixed = is_id(ppp->settings->remote_id) || v->settled;
	uint8_t other[INTERFACE_ID_SIZE];

	memcpy(v->wanted_remote, id, INTERFACE_ID_SIZE);
	if (fixed ? same_id(id, v->remote) : is_id(id) && !same_id(id, v->local))
		return CONFIGURE_ACK;
	if (fixed)
		memcpy(other, v->remote, sizeof other);
	else
		make_id(ppp, other);
	(void)options_add(nak, IPV6CP_ID, other, sizeof other);
	return CONFIGURE_NAK;
}

static enum packet_code judge(void *owner, const uint8_t *bytes, size_t len, bool may_nak,
			      struct options *answer)
{
	static const struct only_option id = {IPV6CP_ID, INTERFACE_ID_SIZE, judge_id};
	struct ipv6cp_values *v = &((struct ppp *)owner)->ipv6cp_values;
	struct options nak = {.len = 0};
	const bool named =
	    options_judge_only(&id, owner, bytes, len, may_nak, &nak, answer);
	const enum packet_code code = options_answer(answer, &nak);

	if (code == CONFIGURE_ACK && named)
		memcpy(v->remote, v->wanted_remote, INTERFACE_ID_SIZE);
	return code;
}

static void naked(void *owner, const uint8_t *bytes, size_t len)
{
	struct ppp *ppp = owner;
	struct option option;
	size_t at = 0;

	/* An identifier from the options is kept; a random one may as well be the peer's.
	 */
	while (option_next(bytes, len, &at, &option))
		if (option.type == IPV6CP_ID && option.len == INTERFACE_ID_SIZE &&
		    !ppp->ipv6cp_values.settled && !is_id(ppp->settings->local_id) &&
		    is_id(option.value))
			memcpy(ppp->ipv6cp_values.local, option.value, INTERFACE_ID_SIZE);
}

static void rejected(void *owner, const uint8_t *bytes, size_t len)
{
	if (options_have(bytes, len, IPV6CP_ID))
		((struct ppp *)owner)->ipv6cp_values.ask_id = false;
}

static void say_address(struct ppp *ppp, const char *whose,
			const uint8_t id[INTERFACE_ID_SIZE])
{
	uint16_t groups[INTERFACE_ID_SIZE / 2];

	memcpy(groups, id, sizeof groups);
	/* Every group in full, as pppd writes it. */
	ppp_say(ppp, false, "%s LL address fe80::%04x:%04x:%04x:%04x", whose,
		ntohs(groups[0]), ntohs(groups[1]), ntohs(groups[2]), ntohs(groups[3]));
}

static void up(void *owner)
{
	struct ppp *ppp = owner;

	/* As with IP: the peer rejected the option. */
	if (!ppp->ipv6cp_values.ask_id) {
		ppp_say(ppp, false, "the peer does not agree on interface identifiers");
		automaton_close(&ppp->ipv6cp, ppp->now);
		return;
	}
	ppp->ipv6cp_values.settled = true;
	ppp_network_changed(ppp, PROTOCOL_IPV6, true);
	if (ppp->done)
		return;
	say_address(ppp, "local ", ppp->ipv6cp_values.local);
	say_address(ppp, "remote", ppp->ipv6cp_values.remote);
}

static void down(void *owner)
{
	ppp_network_changed(owner, PROTOCOL_IPV6, false);
}

static void finished(void *owner)
{
	ppp_network_finished(owner, PROTOCOL_IPV6);
}

void ipv6cp_init(struct ppp *ppp)
{
	static const struct automaton_protocol protocol = {
	    .number = PROTOCOL_IPV6CP,
	    .name = "IPV6CP",
	    .request = request,
	    .judge = judge,
	    .naked = naked,
	    .rejected = rejected,
	    .up = up,
	    .down = down,
	    .finished = finished,
	    .send = ppp_send_packet,
	};
	struct ipv6cp_values *v = &ppp->ipv6cp_values;

	*v = (struct ipv6cp_values){.ask_id = true};
	memcpy(v->local, ppp->settings->local_id, INTERFACE_ID_SIZE);
	memcpy(v->remote, ppp->settings->remote_id, INTERFACE_ID_SIZE);
	if (!is_id(v->local))
		make_id(ppp, v->local);
	ppp_automaton(ppp, &ppp->ipv6cp, &protocol);
}
