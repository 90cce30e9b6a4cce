/* SPDX-License-Identifier: ISC */
#include "agent/ppp/passage.h"

#include <endian.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/ip_header.h"

enum {
	WORD_BITS = 64, /* of those that prefixes are compared by */
	/* options of IPv4 */
	OPTION_LOOSE_ROUTE = 131,
	OPTION_STRICT_ROUTE = 137,
	/* extension headers of IPv6 */
	ROUTING_SEGMENTS_LEFT = 3,
	FRAGMENT_OFFSET = 2,
	FRAGMENT_FLAGS = 0x07, /* of its last byte: all but the offset */
	ICMP_TIME_EXCEEDED = 11,
	ICMP_BAD_PARAMETER = 12,
	ICMPV6_UNREACHABLE = 1,
	ICMPV6_BAD_PARAMETER = 4,
};

struct ends {
	struct ip_addr source, target;
};

/* Between whom a packet goes, when it has a header of that version. */
static bool find_ends(uint16_t protocol, const uint8_t *packet, size_t len,
		      struct ends *ends)
{
	const bool ipv4 = protocol == PROTOCOL_IP;
	const size_t size = ipv4 ? IPV4_SIZE : IPV6_SIZE;

	if (len < (ipv4 ? IPV4_HEADER : IPV6_HEADER) ||
	    ip_version(packet) != (ipv4 ? 4 : 6))
		return false;
	*ends = (struct ends){0};
	ends->source.family = ends->target.family = ipv4 ? AF_INET : AF_INET6;
	memcpy(ends->source.bytes, packet + (ipv4 ? IPV4_SOURCE : IPV6_SOURCE), size);
	memcpy(ends->target.bytes, packet + (ipv4 ? IPV4_TARGET : IPV6_TARGET), size);
	return true;
}

static bool is_whole(uint16_t protocol, const uint8_t *packet, size_t len)
{
	return protocol == PROTOCOL_IP ? get16(packet + IPV4_LENGTH) == len
				       : get16(packet + IPV6_LENGTH) + IPV6_HEADER == len;
}

/* fe80::/10: it reaches this end of the link and no further (RFC 4291 2.5.6). */
static bool is_link_local(const struct ip_addr *addr)
{
	return addr->family == AF_INET6 && addr->bytes[0] == 0xfe &&
	       (addr->bytes[1] & 0xc0) == 0x80;
}

static uint64_t get64(const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof word);
	return be64toh(word);
}

/* The first bits of a word, up to all of them. */
static uint64_t first_bits(unsigned bits)
{
	return bits >= WORD_BITS ? UINT64_MAX : ~(UINT64_MAX >> bits);
}

/*
 * A walk through all of a list, as it is short (settings.h); but for every packet, and so
 * by words where ip_prefix_contains() goes by bytes.
 */
static bool is_within(const struct ip_prefix *list, size_t count,
		      const struct ip_addr *addr)
{
	const uint64_t high = get64(addr->bytes), low = get64(addr->bytes + sizeof high);

	if (count == 0 || is_link_local(addr))
		return true;
	for (size_t i = 0; i < count; i++) {
		const struct ip_addr *net = &list[i].addr;
		const unsigned len = list[i].len;

		if (net->family == addr->family &&
		    ((get64(net->bytes) ^ high) & first_bits(len)) == 0 &&
		    (len <= WORD_BITS || ((get64(net->bytes + sizeof low) ^ low) &
					  first_bits(len - WORD_BITS)) == 0))
			return true;
	}
	return false;
}

/*
 * Neighbour Discovery: with a router advertisement or a redirect the other end could make
 * itself a router here, and add addresses. The kernel takes these only from a link-local
 * source with all hops left (RFC 4861 6.1.2, 8.1), behind any header. The link has two
 * ends, which have no need to discover each other.
 */
static bool is_discovery(const struct ip_addr *source, const uint8_t *packet)
{
	enum { HOPS_ALL = 255 };

	return is_link_local(source) && packet[IPV6_HOPS] == HOPS_ALL &&
	       packet[IPV6_NEXT] != IPPROTO_TCP && packet[IPV6_NEXT] != IPPROTO_UDP;
}

/* IPv4 options that name further stops on the way (RFC 791 3.1); or are not whole. */
static bool has_route_option(const uint8_t *packet, size_t len)
{
	const size_t header = ipv4_header_size(packet);
	size_t at = IPV4_HEADER;

	if (header < IPV4_HEADER || header > len)
		return true;
	while (at < header && packet[at] != IPV4_OPTION_END) {
		const uint8_t kind = packet[at];

		if (kind == IPV4_OPTION_NOTHING) {
			at++;
			continue;
		}
		if (kind == OPTION_LOOSE_ROUTE || kind == OPTION_STRICT_ROUTE ||
		    header - at < 2 || packet[at + 1] < 2 || packet[at + 1] > header - at)
			return true;
		at += packet[at + 1];
	}
	return false;
}

/* How long that extension header is; 0: it is not one, or hides what follows. */
static size_t extension_size(uint8_t kind, const uint8_t *header)
{
	switch (kind) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_DSTOPTS:
	case IPPROTO_ROUTING:
		return (header[1] + (size_t)1) * IPV6_EXTENSION_UNIT;
	case IPPROTO_FRAGMENT:
		return IPV6_EXTENSION_UNIT;
	case IPPROTO_AH:
		return (header[1] + (size_t)2) * IP_WORD;
	default:
		return 0;
	}
}

static bool is_extension(uint8_t kind)
{
	static const uint8_t header[2];

	return extension_size(kind, header) > 0;
}

/*
 * Whether there is a routing header of IPv6, of any type, with segments left; or the
 * headers are not complete, as they must be in a first fragment (RFC 7112 5). A later
 * fragment does not show them, and is useless without the first.
 */
static bool has_routing_header(const uint8_t *packet, size_t len)
{
	uint8_t kind = packet[IPV6_NEXT];
	size_t at = IPV6_HEADER;

	while (is_extension(kind)) {
		const uint8_t *header = packet + at;
		size_t size;

		if (len - at < IPV6_EXTENSION_UNIT)
			return true;
		size = extension_size(kind, header);
		if (size > len - at)
			return true;
		if (kind == IPPROTO_ROUTING && header[ROUTING_SEGMENTS_LEFT] != 0)
			return true;
		if (kind == IPPROTO_FRAGMENT &&
		    (get16(header + FRAGMENT_OFFSET) & ~(unsigned)FRAGMENT_FLAGS) != 0)
			return false;
		kind = header[0];
		at += size;
	}
	return false;
}

/* The target is only the next stop: the packet names its last one elsewhere. */
static bool goes_on(uint16_t protocol, const uint8_t *packet, size_t len)
{
	return protocol == PROTOCOL_IP ? has_route_option(packet, len)
				       : has_routing_header(packet, len);
}

bool passage_in(const struct settings *settings, uint16_t protocol, const uint8_t *packet,
		size_t len)
{
	struct ends ends;

	return find_ends(protocol, packet, len, &ends) && is_whole(protocol, packet, len) &&
	       !ip_addr_is_local(&ends.source) && !ip_addr_is_local(&ends.target) &&
	       !is_discovery(&ends.source, packet) && !goes_on(protocol, packet, len) &&
	       is_within(settings->sources, settings->nsources, &ends.source) &&
	       is_within(settings->reach, settings->nreach, &ends.target);
}

/* Where ICMP's header begins in a packet that is an error; 0: it is not one. */
static size_t find_error(uint16_t protocol, const uint8_t *packet, size_t len)
{
	const size_t at = protocol == PROTOCOL_IP ? ipv4_header_size(packet) : IPV6_HEADER;

	if (at < IPV4_HEADER || len < at + ICMP_HEADER)
		return 0;
	if (protocol == PROTOCOL_IPV6)
		return packet[IPV6_NEXT] == IPPROTO_ICMPV6 &&
			       packet[at] >= ICMPV6_UNREACHABLE &&
			       packet[at] <= ICMPV6_BAD_PARAMETER
			   ? at
			   : 0;
	if (packet[IPV4_PROTOCOL] != IPPROTO_ICMP ||
	    (get16(packet + IPV4_FRAGMENT) & IPV4_OFFSET) != 0)
		return 0;
	return packet[at] == ICMP_UNREACHABLE || packet[at] == ICMP_TIME_EXCEEDED ||
		       packet[at] == ICMP_BAD_PARAMETER
		   ? at
		   : 0;
}

/* It quotes the packet that it is about, which the receiver itself has sent into its reach.
 */
static bool is_answer(const struct settings *settings, uint16_t protocol,
		      const uint8_t *packet, size_t len, const struct ends *ends)
{
	const size_t at = find_error(protocol, packet, len);
	struct ends quoted;

	return at > 0 &&
	       find_ends(protocol, packet + at + ICMP_HEADER, len - at - ICMP_HEADER,
			 &quoted) &&
	       ip_addr_equal(&quoted.source, &ends->target) &&
	       is_within(settings->reach, settings->nreach, &quoted.target);
}

bool passage_out(const struct settings *settings, uint16_t protocol, const uint8_t *packet,
		 size_t len)
{
	struct ends ends;

	if (!find_ends(protocol, packet, len, &ends) || ip_addr_is_local(&ends.source) ||
	    ip_addr_is_local(&ends.target))
		return false;
	return is_within(settings->reach, settings->nreach, &ends.source) ||
	       is_answer(settings, protocol, packet, len, &ends);
}

/* Multicast, and IPv4's reserved addresses behind it, with the broadcast address. */
static bool is_group(const struct ip_addr *addr)
{
	return addr->bytes[0] >= (addr->family == AF_INET ? 0xe0 : 0xff);
}

int passage_print(uint16_t protocol, const uint8_t *packet, size_t len,
		  char text[PASSAGE_TEXT_MAX])
{
	char source[ADDRESS_TEXT_MAX], target[ADDRESS_TEXT_MAX];
	struct ends ends;

	if (!find_ends(protocol, packet, len, &ends) || is_group(&ends.target))
		return -1;
	snprintf(text, PASSAGE_TEXT_MAX, "%s to %s", ip_addr_print(&ends.source, source),
		 ip_addr_print(&ends.target, target));
	return 0;
}

void passage_log_drop(struct ppp *ppp, bool *logged, const char *where,
		      const struct frame *frame)
{
	char ends[PASSAGE_TEXT_MAX];

	if (*logged ||
	    passage_print(frame->protocol, frame->information, frame->len, ends) != 0)
		return;
	*logged = true;
	ppp_say(ppp, false, "dropped a packet %s, as later ones will be: %s", where, ends);
}
