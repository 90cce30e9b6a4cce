/* SPDX-License-Identifier: ISC */
/* Which packets belong together: those of one flow, by a hash that nobody outside can
 * foresee. */
#ifndef SALLYPORT_AGENT_PPP_FLOW_HASH_H
#define SALLYPORT_AGENT_PPP_FLOW_HASH_H

#include "agent/ppp/frame.h"

struct flow_id {
	uint32_t flow;
	/* of the addresses alone */
	uint16_t source, target;
};

/*
 * By addresses, protocol, and ports (or the identifier of an echo, the SPI of ESP).
 * Fragments, and protocols without ports, by addresses and protocol only, so that all
 * fragments of a packet are one flow. Takes any bytes; what is no IP packet is one flow for
 * each protocol of PPP.
 */
struct flow_id flow_hash(uint64_t key, const struct frame *frame);

#endif
