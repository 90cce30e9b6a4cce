/* SPDX-License-Identifier: ISC */
/* Which packets pass between the other end and this host's network, and which do not. */
#ifndef SALLYPORT_AGENT_PPP_PASSAGE_H
#define SALLYPORT_AGENT_PPP_PASSAGE_H

#include "agent/ppp/ppp.h"

/*
 * Whether a packet of that protocol (PROTOCOL_IP, PROTOCOL_IPV6), which came from the other
 * end, may go to the network: it is whole as far as its header says, comes from within the
 * settings' sources, goes to within their reach, and names no other target besides. With no
 * source, or no reach, anything will do, except loopback addresses, and what would make a
 * router of the other end.
 */
bool passage_in(const struct settings *settings, uint16_t protocol, const uint8_t *packet,
		size_t len);

/*
 * The same of a packet of the network's for the other end: it comes from within the reach.
 * An ICMP error may come from elsewhere, if it is about a packet that the other end may
 * send: a router on the way is not within the networks behind it.
 */
bool passage_out(const struct settings *settings, uint16_t protocol, const uint8_t *packet,
		 size_t len);

/* "10.9.0.1 to 10.77.0.5" */
enum { PASSAGE_TEXT_MAX = 2 * ADDRESS_TEXT_MAX + 4 };

/*
 * Between whom a packet goes, for the log. -1: it is not worth a message, for it has no
 * such header, or goes to a group or to everybody, which hosts do unasked on every link.
 */
int passage_print(uint16_t protocol, const uint8_t *packet, size_t len,
		  char text[PASSAGE_TEXT_MAX]);

/* Logs a dropped packet, the first one only: *logged says whether one has been. The other
 * end can send any number of them. */
void passage_log_drop(struct ppp *ppp, bool *logged, const char *where,
		      const struct frame *frame);

#endif
