/* SPDX-License-Identifier: ISC */
/* IPv4's fragments, of packets that are larger than what the other end takes (RFC 791 3.2).
 */
#ifndef SALLYPORT_AGENT_PPP_FRAGMENT_H
#define SALLYPORT_AGENT_PPP_FRAGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether it is an IPv4 packet whose sender lets it be cut, into parts of at most mtu
 * bytes. */
bool fragment_may(const uint8_t *packet, size_t len, unsigned mtu);

/*
 * Writes the fragment of such a packet that carries its data from *at on to out, which has
 * room for mtu bytes, and moves *at behind it. Returns its length; 0: there are no more.
 */
size_t fragment_next(const uint8_t *packet, size_t len, unsigned mtu, size_t *at,
		     uint8_t *out);

#endif
