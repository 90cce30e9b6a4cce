/* SPDX-License-Identifier: ISC */
/* Where things are in the headers of IP and ICMP (RFC 791 3.1, RFC 8200 3 and 4, RFC 792,
 * RFC 4443 2.1). Offsets count bytes from the beginning of the header. */
#ifndef SALLYPORT_AGENT_PPP_IP_HEADER_H
#define SALLYPORT_AGENT_PPP_IP_HEADER_H

#include <stddef.h>
#include <stdint.h>

enum {
	IPV4_HEADER = 20, /* without options */
	IPV4_LENGTH = 2,
	IPV4_ID = 4,
	IPV4_FRAGMENT = 6,
	IPV4_TTL = 8,
	IPV4_PROTOCOL = 9,
	IPV4_CHECKSUM = 10,
	IPV4_SOURCE = 12,
	IPV4_TARGET = 16,
	IPV4_SIZE = 4, /* of an address */
	/* in the 16 bits at IPV4_FRAGMENT */
	IPV4_DONT_FRAGMENT = 0x4000,
	IPV4_MORE_FRAGMENTS = 0x2000,
	IPV4_OFFSET = 0x1fff,
	/* options */
	IPV4_OPTION_END = 0,
	IPV4_OPTION_NOTHING = 1,
	IPV6_HEADER = 40, /* without extension headers */
	IPV6_LENGTH = 4,
	IPV6_NEXT = 6,
	IPV6_HOPS = 7,
	IPV6_SOURCE = 8,
	IPV6_TARGET = 24,
	IPV6_SIZE = 16, /* of an address */
	/* in which extension headers are counted */
	IPV6_EXTENSION_UNIT = 8,
	ICMP_HEADER = 8,
	ICMP_UNREACHABLE = 3,
	/* the 32-bit words in which headers of IPv4 and TCP are counted */
	IP_WORD = 4,
};

static inline unsigned ip_version(const uint8_t *packet)
{
	return packet[0] >> 4;
}

/* With options, as the packet says: it may be less than IPV4_HEADER. */
static inline size_t ipv4_header_size(const uint8_t *packet)
{
	return (size_t)(packet[0] & 0x0f) * IP_WORD;
}

#endif
