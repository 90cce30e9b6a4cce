/* SPDX-License-Identifier: ISC */
#include "agent/ppp/congestion_mark.h"

#include "agent/ppp/bytes.h"
#include "agent/ppp/ip_header.h"
#include "agent/ppp/ppp.h"

enum {
	/* RFC 3168 5: in the last bits of IPv4's second byte, and of IPv6's traffic class,
	 * which has its last four bits in the second byte's first */
	ECN_NOT_CAPABLE = 0,
	ECN_EXPERIENCED = 3,
	IPV4_SERVICE = 1,
	IPV6_CLASS = 1,
	IPV6_CLASS_SHIFT = 4,
};

/* RFC 1624 3, equation 3: for a 16-bit word that was before and is after. */
static unsigned mend_checksum(unsigned checksum, unsigned before, unsigned after)
{
	unsigned sum =
	    (~checksum & UINT16_MAX) + (~before & UINT16_MAX) + (after & UINT16_MAX);

	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	return ~sum & UINT16_MAX;
}

static bool mark_ipv4(uint8_t *packet, size_t len)
{
	unsigned before;

	if (len < IPV4_HEADER || ip_version(packet) != 4 ||
	    (packet[IPV4_SERVICE] & ECN_EXPERIENCED) == ECN_NOT_CAPABLE)
		return false;
	before = get16(packet);
	packet[IPV4_SERVICE] |= ECN_EXPERIENCED;
	put16(packet + IPV4_CHECKSUM,
	      mend_checksum(get16(packet + IPV4_CHECKSUM), before, get16(packet)));
	return true;
}

static bool mark_ipv6(uint8_t *packet, size_t len)
{
	const unsigned experienced = ECN_EXPERIENCED << IPV6_CLASS_SHIFT;

	if (len < IPV6_HEADER || ip_version(packet) != 6 ||
	    (packet[IPV6_CLASS] & experienced) == ECN_NOT_CAPABLE)
		return false;
	packet[IPV6_CLASS] |= (uint8_t)experienced;
	return true;
}

bool congestion_mark(uint16_t protocol, uint8_t *packet, size_t len)
{
	if (protocol == PROTOCOL_IP)
		return mark_ipv4(packet, len);
	return protocol == PROTOCOL_IPV6 && mark_ipv6(packet, len);
}
