/* SPDX-License-Identifier: ISC */
/* The parts of `diagnose`, each a file. What each finds it adds to the diagnosis. */
#ifndef SALLYPORT_LOCAL_DIAGNOSE_H
#define SALLYPORT_LOCAL_DIAGNOSE_H

#include "local/check.h"
#include "local/command.h"
#include "local/diagnosis.h"
#include "local/link_probe.h"
#include "local/status.h"
#include "local/tcp_probe.h"

/* What a link is made of, for what passes through it. */
struct link_parts {
	struct link_pair pairs[2];
	/* Networks behind it. */
	struct ip_prefix routes[CHOICE_ROUTES_MAX];
	size_t nroutes;
	/* Whatever has no other route as well (Route default). */
	bool has_default;
	/* Name servers of the link's own. */
	struct ip_addr servers[NAMES_SERVERS_MAX];
	size_t nservers;
	unsigned mtu;
	/* NULL: of a link of another process. */
	struct tunnel *tunnel;
};

/* What all of them know; of which there is one, and no other command needs the room. */
struct diagnose {
	struct diagnosis *diagnosis;
	const struct profile *profile;
	struct run_as account;
	/* What ssh of the account would use for the first host that can be reached. */
	struct ssh_view view;
	/* What the link may be asked behind it; AF_UNSPEC: not given. */
	struct ip_addr to;
	struct ping_sockets sockets;
	/* A supervisor is at work, or has left something; the journal says so. */
	bool live;
	struct journal journal;
	/* Room for what is large. */
	struct diagnosis findings;
	struct profile loaded, usable;
	struct obstacles obstacles;
	struct ssh_view host_view;
	struct tcp_probe probe;
	struct words env;
	struct status status;
	struct link_parts parts;
};

/* diagnose_here.c: this host, as `check` looks at it. */
void diagnose_here(struct diagnose *diagnose);
/* diagnose_way.c: each gateway. Leaves in usable those that could be brought up; returns
 * how many. */
size_t diagnose_way(struct diagnose *diagnose);
/* diagnose_attempt.c: brings the link up, looks at it, and takes it down. */
void diagnose_attempt(struct diagnose *diagnose, struct state *state);
/* diagnose_live.c: a link that is there already, or the supervisor's word for why not. */
void diagnose_live(struct diagnose *diagnose);

/* diagnose_link.c: ping, largest packet, forwarding, name servers. False when a signal or
 * the end of the link has ended it. */
bool diagnose_link(struct diagnose *diagnose, const struct link_parts *parts);

#endif
