/* SPDX-License-Identifier: ISC */
/* Which addresses may be an end of a link, and which networks may be routed or reached. */
#ifndef SALLYPORT_POLICY_LANGUAGE_CONSTRAINT_H
#define SALLYPORT_POLICY_LANGUAGE_CONSTRAINT_H

#include "policy/language/address.h"

/*
 * A route through a peer must not be a default route, nor nearly one: whoever holds the key
 * would get all traffic of this host, the tunnel's own included. The shortest prefix that
 * is allowed.
 */
enum { ROUTE_LEN_MIN = 2 };

/* Each returns NULL, or the constraint that is violated, as a constant phrase. */
const char *constraint_link_end(const struct ip_addr *addr);
const char *constraint_link_pair(const struct ip_addr *a, const struct ip_addr *b);
const char *constraint_route(const struct ip_prefix *prefix);
/* Of Reach: no prefix inside of what ip_prefix_is_local() knows. */
const char *constraint_reach(const struct ip_prefix *prefix);

#endif
