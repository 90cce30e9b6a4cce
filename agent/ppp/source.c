/* SPDX-License-Identifier: ISC */
#include "agent/ppp/source.h"

#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/ppp.h"

/* Headers (RFC 791 3.1, RFC 8200 3). */
enum {
	IPV4_HEADER = 20,
	IPV4_SOURCE = 12,
	IPV4_LENGTH = 2,
	IPV6_HEADER = 40,
	IPV6_NEXT = 6,
	IPV6_HOPS = 7,
	IPV6_SOURCE = 8,
	IPV6_LENGTH = 4,
};

static unsigned get16(const uint8_t *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

/* The packet's source, when it is a packet of that version and of that very length. */
static bool find_source(uint16_t protocol, const uint8_t *packet, size_t len,
			struct ip_addr *source)
{
	*source = (struct ip_addr){.family = AF_INET};
	if (protocol == PROTOCOL_IP) {
		if (len < IPV4_HEADER || packet[0] >> 4 != 4 ||
		    get16(packet + IPV4_LENGTH) != len)
			return false;
		memcpy(source->bytes, packet + IPV4_SOURCE, 4);
		return true;
	}
	source->family = AF_INET6;
	if (len < IPV6_HEADER || packet[0] >> 4 != 6 ||
	    get16(packet + IPV6_LENGTH) + IPV6_HEADER != len)
		return false;
	memcpy(source->bytes, packet + IPV6_SOURCE, sizeof source->bytes);
	return true;
}

/* fe80::/10: it reaches this end of the link and no further (RFC 4291 2.5.6). */
static bool is_link_local(const struct ip_addr *addr)
{
	return addr->family == AF_INET6 && addr->bytes[0] == 0xfe &&
	       (addr->bytes[1] & 0xc0) == 0x80;
}

/*
 * Neighbour Discovery: with a router advertisement or a redirect the other end would have
 * itself routes and addresses here. Such are taken from a link-local source and with all
 * hops left alone (RFC 4861 6.1.2, 8.1), behind whatever header. The link has two ends,
 * which have no need to discover each other.
 */
static bool is_discovery(const struct ip_addr *source, const uint8_t *packet)
{
	enum { HOPS_ALL = 255 };

	return is_link_local(source) && packet[IPV6_HOPS] == HOPS_ALL &&
	       packet[IPV6_NEXT] != IPPROTO_TCP && packet[IPV6_NEXT] != IPPROTO_UDP;
}

bool source_allowed(const struct settings *settings, uint16_t protocol,
		    const uint8_t *packet, size_t len)
{
	struct ip_addr source;

	if (!find_source(protocol, packet, len, &source) || is_discovery(&source, packet))
		return false;
	if (settings->nsources == 0 || is_link_local(&source))
		return true;
	for (size_t i = 0; i < settings->nsources; i++)
		if (ip_prefix_contains(&settings->sources[i], &source))
			return true;
	return false;
}
