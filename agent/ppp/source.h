/* SPDX-License-Identifier: ISC */
/* Which packets of the peer's reach the network: those from addresses that are its own. */
#ifndef SALLYPORT_AGENT_PPP_SOURCE_H
#define SALLYPORT_AGENT_PPP_SOURCE_H

#include "agent/ppp/settings.h"

/*
 * Whether a packet of that protocol (PROTOCOL_IP, PROTOCOL_IPV6) is whole as far as its
 * header says, and comes from within the settings' sources. With no source, all may pass,
 * but what would make a router of the other end.
 */
bool source_allowed(const struct settings *settings, uint16_t protocol,
		    const uint8_t *packet, size_t len);

#endif
