/* SPDX-License-Identifier: ISC */
/* ICMP errors to a sender whose packet is larger than what the other end takes. */
#ifndef SALLYPORT_AGENT_PPP_TOO_BIG_H
#define SALLYPORT_AGENT_PPP_TOO_BIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/language/address.h"

enum {
	/* the largest: IPv6's smallest MTU (RFC 4443 2.4) */
	TOO_BIG_MAX = 1280,
	/* in a second: senders learn from one (RFC 4443 2.4 (f)) */
	TOO_BIG_RATE = 20,
};

struct too_big {
	/* milliseconds, and how many since */
	int64_t since;
	unsigned count;
};

/* Whether one may be sent at that time, which it counts then. */
bool too_big_may(struct too_big *limit, int64_t now);

/*
 * Writes "fragmentation needed" (RFC 1191 4) or "packet too big" (RFC 4443 3.2) for packet
 * to out, of TOO_BIG_MAX bytes: from the other end's address, with the MTU. Returns its
 * length; 0 for what must not be answered: ICMP errors, fragments but the first, and
 * packets that are not of from's family.
 */
size_t too_big_write(const uint8_t *packet, size_t len, const struct ip_addr *from,
		     unsigned mtu, uint8_t *out);

#endif
