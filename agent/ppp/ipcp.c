/* SPDX-License-Identifier: ISC */
/* The IP Control Protocol (RFC 1332): an address for each end, and nothing else. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/ppp.h"

enum { IPCP_ADDRESS = 3, ADDRESS_SIZE = 4 };

static void request(void *owner, struct options *out)
{
	const struct ipcp_values *v = &((const struct ppp *)owner)->ipcp_values;

	if (v->ask_address)
		(void)options_add(out, IPCP_ADDRESS, &v->local, ADDRESS_SIZE);
}

/* The address that the peer wants to have. */
static enum packet_code judge_address(void *owner, const uint8_t *value,
				      struct options *nak)
{
	struct ppp *ppp = owner;
	struct ipcp_values *v = &ppp->ipcp_values;
	const bool free_choice =
	    v->remote == 0 || (ppp->settings->accept_remote && !v->settled);

	memcpy(&v->wanted_remote, value, ADDRESS_SIZE);
	if (v->wanted_remote != 0 && (v->wanted_remote == v->remote || free_choice))
		return CONFIGURE_ACK;
	if (v->remote == 0)
		return CONFIGURE_REJECT; /* we have none to offer */
	(void)options_add(nak, IPCP_ADDRESS, &v->remote, ADDRESS_SIZE);
	return CONFIGURE_NAK;
}

static enum packet_code judge(void *owner, const uint8_t *bytes, size_t len, bool may_nak,
			      struct options *answer)
{
	static const struct only_option address = {IPCP_ADDRESS, ADDRESS_SIZE,
						   judge_address};
	struct ipcp_values *v = &((struct ppp *)owner)->ipcp_values;
	struct options nak = {.len = 0};
	const bool named =
	    options_judge_only(&address, owner, bytes, len, may_nak, &nak, answer);
	enum packet_code code;

	/* A Nak asks a peer that names no address to name one (RFC 1661 5.3). */
	if (!named && v->remote == 0 && may_nak)
		(void)options_add(&nak, IPCP_ADDRESS, "\0\0\0", ADDRESS_SIZE);
	code = options_answer(answer, &nak);
	if (code == CONFIGURE_ACK && named)
		v->remote = v->wanted_remote;
	return code;
}

/* The peer wants us to use another address. */
static void naked(void *owner, const uint8_t *bytes, size_t len)
{
	struct ppp *ppp = owner;
	struct ipcp_values *v = &ppp->ipcp_values;
	struct option option;
	size_t at = 0;

	while (option_next(bytes, len, &at, &option)) {
		if (option.type != IPCP_ADDRESS || option.len != ADDRESS_SIZE)
			continue;
		if (!v->settled &&
		    (ppp->settings->accept_local || ppp->settings->local == 0))
			memcpy(&v->local, option.value, ADDRESS_SIZE);
	}
}

static void rejected(void *owner, const uint8_t *bytes, size_t len)
{
	if (options_have(bytes, len, IPCP_ADDRESS))
		((struct ppp *)owner)->ipcp_values.ask_address = false;
}

static void up(void *owner)
{
	struct ppp *ppp = owner;
	struct ipcp_values *v = &ppp->ipcp_values;
	char local[INET_ADDRSTRLEN], remote[INET_ADDRSTRLEN];

	/* The peer rejected the option: it would not know our address. */
	if (v->local == 0 || v->remote == 0 || !v->ask_address) {
		ppp_say(ppp, false, "the peer does not agree on addresses");
		automaton_close(&ppp->ipcp, ppp->now);
		return;
	}
	v->settled = true;
	/* First, so that whoever reads these messages finds the device configured. */
	ppp_network_changed(ppp, PROTOCOL_IP, true);
	if (ppp->done)
		return;
	(void)inet_ntop(AF_INET, &v->local, local, sizeof local);
	(void)inet_ntop(AF_INET, &v->remote, remote, sizeof remote);
	ppp_say(ppp, false, "local  IP address %s", local);
	ppp_say(ppp, false, "remote IP address %s", remote);
}

static void down(void *owner)
{
	ppp_network_changed(owner, PROTOCOL_IP, false);
}

static void finished(void *owner)
{
	ppp_network_finished(owner, PROTOCOL_IP);
}

void ipcp_init(struct ppp *ppp)
{
	static const struct automaton_protocol protocol = {
	    .number = PROTOCOL_IPCP,
	    .name = "IPCP",
	    .request = request,
	    .judge = judge,
	    .naked = naked,
	    .rejected = rejected,
	    .up = up,
	    .down = down,
	    .finished = finished,
	    .send = ppp_send_packet,
	};

	ppp->ipcp_values = (struct ipcp_values){
	    .ask_address = true,
	    .local = ppp->settings->local,
	    .remote = ppp->settings->remote,
	};
	ppp_automaton(ppp, &ppp->ipcp, &protocol);
}
