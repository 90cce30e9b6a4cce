/* SPDX-License-Identifier: ISC */
#ifndef SALLYPORT_AGENT_NET_IPV6_H
#define SALLYPORT_AGENT_NET_IPV6_H

#include "policy/language/error.h"

/*
 * Whether a new interface of this host can carry IPv6 (Address6): a kernel may lack it
 * (ipv6.disable=1), or have it switched off. 0, or -1 with *err, which says how.
 */
int ipv6_check(struct error *err);

#endif
