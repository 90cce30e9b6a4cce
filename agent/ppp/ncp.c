/* SPDX-License-Identifier: ISC */
/*
 * The network control protocols, which agree on one value for each end and nothing else:
 * the IP Control Protocol (RFC 1332) on an address, the IPv6 Control Protocol (RFC 5072) on
 * an interface identifier.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/ppp.h"

enum { IPCP_ADDRESS = 3, ADDRESS_SIZE = 4, IPV6CP_ID = 1 };

/* What differs between the two. */
struct ncp_kind {
	uint16_t number, network;
	/* the option, and the size of its value */
	uint8_t option;
	size_t size;
	/* Whether both values have to be known: a peer that names none is asked for one. */
	bool needed;
	/* Judges the value that the peer wants to have; a Nak's value goes to *other. */
	enum packet_code (*judge)(struct ncp *ncp, const uint8_t *value,
				  uint8_t other[NCP_VALUE_MAX]);
	/* Whether the value that the peer wants us to have may be taken. */
	bool (*takes)(const struct ncp *ncp, const uint8_t *value);
	const char *disagreement;
	void (*say)(struct ppp *ppp, const char *whose, const uint8_t *value);
};

static bool is_set(const uint8_t value[NCP_VALUE_MAX])
{
	static const uint8_t none[NCP_VALUE_MAX];

	return memcmp(value, none, sizeof none) != 0;
}

static void request(void *owner, struct options *out)
{
	const struct ncp *ncp = owner;

	if (ncp->ask)
		(void)options_add(out, ncp->kind->option, ncp->local, ncp->kind->size);
}

static bool is_value(const struct ncp *ncp, const struct option *option)
{
	return option->type == ncp->kind->option && option->len == ncp->kind->size;
}

/* The first value counts; whatever else the peer asks for is rejected. */
static enum packet_code judge_option(void *owner, const struct option *option,
				     struct options *nak)
{
	struct ncp *ncp = owner;
	uint8_t other[NCP_VALUE_MAX];
	enum packet_code code;

	if (!is_value(ncp, option) || ncp->named)
		return CONFIGURE_REJECT;
	ncp->named = true;
	memcpy(ncp->wanted_remote, option->value, ncp->kind->size);
	code = ncp->kind->judge(ncp, option->value, other);
	if (code == CONFIGURE_NAK)
		(void)options_add(nak, ncp->kind->option, other, ncp->kind->size);
	return code;
}

static enum packet_code judge(void *owner, const uint8_t *bytes, size_t len, bool may_nak,
			      struct options *answer)
{
	struct ncp *ncp = owner;
	enum packet_code code;

	ncp->named = false;
	code = options_judge(judge_option, ncp, bytes, len, may_nak, answer);
	if (code != CONFIGURE_ACK)
		return code;
	if (ncp->named) {
		memcpy(ncp->remote, ncp->wanted_remote, ncp->kind->size);
	} else if (ncp->kind->needed && !is_set(ncp->remote) && may_nak) {
		/* A Nak asks a peer that names no value to name one (RFC 1661 5.3). */
		(void)options_add(answer, ncp->kind->option, ncp->remote, ncp->kind->size);
		return CONFIGURE_NAK;
	}
	return CONFIGURE_ACK;
}

/* The peer wants us to use another value. */
static void naked(void *owner, const uint8_t *bytes, size_t len)
{
	struct ncp *ncp = owner;
	struct option option;
	size_t at = 0;

	while (option_next(bytes, len, &at, &option))
		if (is_value(ncp, &option) && !ncp->settled &&
		    ncp->kind->takes(ncp, option.value))
			memcpy(ncp->local, option.value, option.len);
}

static void rejected(void *owner, const uint8_t *bytes, size_t len)
{
	struct ncp *ncp = owner;

	ncp->ask = ncp->ask && !options_have(bytes, len, ncp->kind->option);
}

static void up(void *owner)
{
	struct ncp *ncp = owner;
	struct ppp *ppp = ncp->ppp;

	/* A peer that rejected the option would not know our value. */
	if (!ncp->ask ||
	    (ncp->kind->needed && (!is_set(ncp->local) || !is_set(ncp->remote)))) {
		ppp_say(ppp, false, "%s", ncp->kind->disagreement);
		automaton_event(&ncp->automaton, EVENT_CLOSE, ppp->now);
		return;
	}
	ncp->settled = true;
	/* First, so that whoever reads these messages finds the device configured. */
	ppp_network_changed(ppp, ncp->kind->network, true);
	if (ppp->done)
		return;
	ncp->kind->say(ppp, "local ", ncp->local);
	ncp->kind->say(ppp, "remote", ncp->remote);
}

static void down(void *owner)
{
	const struct ncp *ncp = owner;

	ppp_network_changed(ncp->ppp, ncp->kind->network, false);
}

static void finished(void *owner)
{
	const struct ncp *ncp = owner;

	ppp_network_finished(ncp->ppp, ncp->kind->network);
}

static void send_packet(void *owner, uint16_t protocol, const uint8_t *packet, size_t len)
{
	ppp_send_packet(((const struct ncp *)owner)->ppp, protocol, packet, len);
}

static void start(struct ppp *ppp, struct ncp *ncp, const struct ncp_kind *kind,
		  const void *local, const void *remote)
{
	static const struct automaton_protocol protocol = {
	    .request = request,
	    .judge = judge,
	    .naked = naked,
	    .rejected = rejected,
	    .up = up,
	    .down = down,
	    .finished = finished,
	    .send = send_packet,
	};

	*ncp = (struct ncp){.ppp = ppp, .kind = kind, .ask = true};
	memcpy(ncp->local, local, kind->size);
	memcpy(ncp->remote, remote, kind->size);
	ppp_automaton(&ncp->automaton, ncp, &protocol, kind->number);
}

static enum packet_code judge_address(struct ncp *ncp, const uint8_t *value,
				      uint8_t other[NCP_VALUE_MAX])
{
	const bool known = is_set(ncp->remote);
	const bool free_choice =
	    !known || (ncp->ppp->settings->accept_remote && !ncp->settled);

	if (is_set(ncp->wanted_remote) &&
	    (memcmp(value, ncp->remote, ADDRESS_SIZE) == 0 || free_choice))
		return CONFIGURE_ACK;
	if (!known)
		return CONFIGURE_REJECT; /* we have none to offer */
	memcpy(other, ncp->remote, ADDRESS_SIZE);
	return CONFIGURE_NAK;
}

static bool takes_address(const struct ncp *ncp, const uint8_t *value)
{
	const struct settings *settings = ncp->ppp->settings;

	(void)value;
	return settings->accept_local || settings->local == 0;
}

static void say_address(struct ppp *ppp, const char *whose, const uint8_t *value)
{
	char text[INET_ADDRSTRLEN];

	(void)inet_ntop(AF_INET, value, text, sizeof text);
	ppp_say(ppp, false, "%s IP address %s", whose, text);
}

void ipcp_init(struct ppp *ppp)
{
	static const struct ncp_kind kind = {
	    .number = PROTOCOL_IPCP,
	    .network = PROTOCOL_IP,
	    .option = IPCP_ADDRESS,
	    .size = ADDRESS_SIZE,
	    .needed = true,
	    .judge = judge_address,
	    .takes = takes_address,
	    .disagreement = "the peer does not agree on addresses",
	    .say = say_address,
	};

	start(ppp, &ppp->ipcp, &kind, &ppp->settings->local, &ppp->settings->remote);
}

/* RFC 5072 4.1: random, without the bit that claims that it is unique in the world. */
static void make_id(struct ppp *ppp, uint8_t id[NCP_VALUE_MAX])
{
	enum { UNIVERSAL_BIT = 0x02 };
	const uint32_t words[] = {ppp_random(ppp), ppp_random(ppp)};

	memcpy(id, words, sizeof words);
	id[0] &= (uint8_t)~UNIVERSAL_BIT;
	if (!is_set(id))
		id[NCP_VALUE_MAX - 1] = 1;
}

static enum packet_code judge_id(struct ncp *ncp, const uint8_t *id,
				 uint8_t other[NCP_VALUE_MAX])
{
	const bool fixed = is_set(ncp->ppp->settings->remote_id) || ncp->settled;

	if (fixed ? memcmp(id, ncp->remote, NCP_VALUE_MAX) == 0
		  : is_set(id) && memcmp(id, ncp->local, NCP_VALUE_MAX) != 0)
		return CONFIGURE_ACK;
	if (fixed)
		memcpy(other, ncp->remote, NCP_VALUE_MAX);
	else
		make_id(ncp->ppp, other);
	return CONFIGURE_NAK;
}

/* An identifier from the options is kept; a random one may as well be the peer's. */
static bool takes_id(const struct ncp *ncp, const uint8_t *id)
{
	return !is_set(ncp->ppp->settings->local_id) && is_set(id);
}

static void say_id(struct ppp *ppp, const char *whose, const uint8_t *id)
{
	uint16_t groups[NCP_VALUE_MAX / 2];

	memcpy(groups, id, sizeof groups);
	/* Every group in full, as pppd writes it. */
	ppp_say(ppp, false, "%s LL address fe80::%04x:%04x:%04x:%04x", whose,
		ntohs(groups[0]), ntohs(groups[1]), ntohs(groups[2]), ntohs(groups[3]));
}

void ipv6cp_init(struct ppp *ppp)
{
	static const struct ncp_kind kind = {
	    .number = PROTOCOL_IPV6CP,
	    .network = PROTOCOL_IPV6,
	    .option = IPV6CP_ID,
	    .size = NCP_VALUE_MAX,
	    .judge = judge_id,
	    .takes = takes_id,
	    .disagreement = "the peer does not agree on interface identifiers",
	    .say = say_id,
	};

	start(ppp, &ppp->ipv6cp, &kind, ppp->settings->local_id, ppp->settings->remote_id);
	if (!is_set(ppp->ipv6cp.local))
		make_id(ppp, ppp->ipv6cp.local);
}
