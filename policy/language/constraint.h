/* SPDX-License-Identifier: ISC */
/* What values of a policy must not be, alone and together. */
#ifndef SALLYPORT_POLICY_LANGUAGE_CONSTRAINT_H
#define SALLYPORT_POLICY_LANGUAGE_CONSTRAINT_H

#include "policy/language/policy.h"

/*
 * A route through a peer must not be, or nearly be, a default route: whoever holds the key
 * would get all traffic of this host, the tunnel's own included. The shortest that may be.
 */
enum { ROUTE_LEN_MIN = 2 };

/* Each returns NULL, or a constant phrase that says what is wrong. */
const char *check_link_address(const struct ip_addr *addr);
const char *check_link_pair(const struct ip_addr *a, const struct ip_addr *b);
const char *check_route(const struct ip_prefix *prefix);
/* Of Reach: the only ones that are wrong are inside of ip_prefix_is_local(). */
const char *check_reach(const struct ip_prefix *prefix);

/* A keyword's list of prefixes, none of which may hold an end of the link itself. */
struct check_routes {
	const char *file, *keyword;
	const struct prefix_line *list;
	size_t count;
	const struct address_pair *address, *address6;
};
int check_routes_pair(const struct check_routes *routes, struct error *err);

/*
 * Fills in the default "sp-NAME" when interface is "", and sees that room more characters
 * would fit. interface_line and sessions_line are where an error points; 0: nowhere.
 */
struct check_interface {
	const char *file, *name;
	char *interface;
	unsigned interface_line, sessions_line;
	size_t room;
};
int check_interface_fits(const struct check_interface *in, struct error *err);

/* Mru, and what it has to be with an Address6. mru 0: not given. */
struct check_mru {
	const char *file;
	unsigned mru, line;
	const struct address_pair *address6;
};
int check_mru_fits(const struct check_mru *in, struct error *err);

#endif
