/* SPDX-License-Identifier: ISC */
/* Explicit congestion notification (RFC 3168). */
#ifndef SALLYPORT_AGENT_PPP_CONGESTION_MARK_H
#define SALLYPORT_AGENT_PPP_CONGESTION_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Tells the receiver of a packet of that protocol of PPP that there is congestion, where
 * its sender has said that it wants to hear of it so. false: it has not, and the packet is
 * as it was.
 */
bool congestion_mark(uint16_t protocol, uint8_t *packet, size_t len);

#endif
