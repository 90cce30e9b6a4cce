/* SPDX-License-Identifier: ISC */
/* TCP in packets as the kernel hands them over before it has cut and summed them. */
#ifndef SALLYPORT_AGENT_PPP_SEGMENT_H
#define SALLYPORT_AGENT_PPP_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where TCP's checksum is in its header (RFC 9293 3.1). */
enum { SEGMENT_CHECKSUM = 16 };

struct segment {
	bool ipv6;
	/* where TCP's header begins, and how long both are together */
	size_t transport, headers;
};

/* A packet of TCP behind IP's header, and IPv6's options. 0, or -1. */
int segment_parse(const uint8_t *packet, size_t len, struct segment *out);

/* The sum over its pseudo header, as checksum_complete() expects it in its place. */
uint16_t segment_pseudo(const uint8_t *packet, size_t len, const struct segment *segment);

/*
 * Cuts a packet that carries more than size bytes: writes the piece that begins with its
 * byte at to out, which has room for segment->headers + size bytes, with headers and
 * checksums of its own. Returns its length.
 */
size_t segment_cut(const uint8_t *packet, size_t len, const struct segment *segment,
		   size_t size, size_t at, uint8_t *out);

/* The sum over the pseudo header (RFC 9293 3.1, RFC 8200 8.1) of what begins at transport,
 * of that protocol, as it is in memory. */
uint16_t checksum_pseudo(const uint8_t *packet, size_t len, size_t transport,
			 uint8_t protocol);

/*
 * Puts the Internet checksum (RFC 1071) of packet from start on where start + offset
 * points, which holds the sum over the pseudo header so far. 0, or -1 when that is not in
 * the packet.
 */
int checksum_complete(uint8_t *packet, size_t len, size_t start, size_t offset);

#endif
