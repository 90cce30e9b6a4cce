/* SPDX-License-Identifier: ISC */
/* What passes through a link, tried by a child that is RunAs and reads what strangers
 * answer. */
#ifndef SALLYPORT_LOCAL_LINK_PROBE_H
#define SALLYPORT_LOCAL_LINK_PROBE_H

#include "local/ping.h"
#include "local/tunnel.h"

enum link_ask {
	/* The other end answers. */
	LINK_ASK_PING,
	/* The largest packet that comes there and back, up to most. */
	LINK_ASK_SIZE,
	/* An address behind: itself; and where that is silent, what becomes of a packet
	 * that may take one hop, and of one that may take two. */
	LINK_ASK_BEHIND,
	/* Any address of a network behind, in to: what becomes of a packet that may take
	 * one hop, unless the other end itself has that address. */
	LINK_ASK_NETWORK,
	/* A name server. */
	LINK_ASK_DNS,
};

struct link_question {
	enum link_ask ask;
	struct ip_addr from, to;
	/* Of a network. */
	struct ip_prefix network;
	unsigned most;
};

struct link_answer {
	struct ping_result itself, one_hop, two_hops;
	unsigned size;
	/* errno; 0: the name server answered. */
	int dns;
	int64_t took;
};

struct link_probe {
	const struct run_as *account;
	const struct ping_sockets *sockets;
	/* Whose signals and ends interrupt it; NULL: nobody's. */
	struct tunnel *tunnel;
};

/*
 * 0; or -1 with *err: err->sys is ECANCELED when an event of the tunnel's ended it, and
 * *event says which.
 */
int link_probe(const struct link_probe *probe, const struct link_question *question,
	       struct link_answer *out, enum tunnel_event *event, struct error *err);

#endif
