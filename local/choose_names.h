/* SPDX-License-Identifier: ISC */
/* Which name servers are asked through a link, and for which names: the profile decides,
 * considering what is routed. Pure. */
#ifndef SALLYPORT_LOCAL_CHOOSE_NAMES_H
#define SALLYPORT_LOCAL_CHOOSE_NAMES_H

#include "local/choose.h"

enum {
	/* the profile's, and the remote's */
	NAMES_SERVERS_MAX = 2 * DNS_SERVERS_MAX,
	NAMES_DOMAINS_MAX = 2 * DNS_DOMAINS_MAX,
	NAMES_REFUSED_MAX = DNS_SERVERS_MAX + DNS_DOMAINS_MAX,
	NAMES_REFUSAL_MAX = 128,
};

/* An offer that was not taken. */
struct refused_name {
	char what[DOMAIN_TEXT_MAX];
	/* the profile would accept it: a person wants to know what prevents it */
	bool accepted;
	char why[NAMES_REFUSAL_MAX];
};

/* With the profile's line, 0 for an offer. Without a server there are no domains. */
struct link_names {
	struct server_line servers[NAMES_SERVERS_MAX];
	size_t nservers;
	struct domain_line domains[NAMES_DOMAINS_MAX];
	size_t ndomains;
	struct refused_name refused[NAMES_REFUSED_MAX];
	size_t nrefused;
};

/* Addresses and routes have been chosen. 0, or -1 with *failure when a server of the
 * profile itself is not routed through the link. */
int choose_names(const struct profile *profile, const struct ready *ready,
		 const struct choice *choice, struct link_names *out,
		 struct failure *failure);
/* Whether the profile may lead to any, so that they are worth a word. */
bool names_wanted(const struct profile *profile);
/* Whether packets to it go through the link, unless this host has a longer route. */
bool names_are_routed(const struct profile *profile, const struct choice *choice,
		      const struct ip_addr *server);
/* Whether one of the domains is every name. */
bool names_have_all(const struct link_names *names);

#endif
