/* SPDX-License-Identifier: ISC */
/* Free addresses for a link, from a Pool of agent.conf. */
#ifndef SALLYPORT_POLICY_TOOL_PEERS_POOL_H
#define SALLYPORT_POLICY_TOOL_PEERS_POOL_H

#include <stddef.h>

#include "policy/language/policy.h"

/* Sorts what is taken, for pool_take(). */
void pool_sort(struct ip_prefix *taken, size_t count);

/*
 * The first two addresses, an even one for this end and the next for the peer's, that no
 * prefix of the sorted list has. The pool's first two are left out, and of IPv4 the last
 * two, so that none is the address of the network or its broadcast. 0; -1 when none is
 * free. Pure: it looks at each taken prefix once or twice.
 */
int pool_take(const struct ip_prefix *pool, const struct ip_prefix *taken, size_t count,
	      struct address_pair *out);

#endif
