/* SPDX-License-Identifier: ISC */
#include "agent/ppp/too_big.h"

#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/segment.h"

/* Headers and what is in them (RFC 791 3.1, RFC 792, RFC 8200 3, RFC 4443 2.1). */
enum {
	IPV4_HEADER = 20,
	IPV4_LENGTH = 2,
	IPV4_FRAGMENT = 6,
	IPV4_TTL = 8,
	IPV4_NEXT = 9,
	IPV4_CHECKSUM = 10,
	IPV4_SOURCE = 12,
	IPV4_TARGET = 16,
	IPV6_HEADER = 40,
	IPV6_LENGTH = 4,
	IPV6_NEXT = 6,
	IPV6_HOPS = 7,
	IPV6_SOURCE = 8,
	IPV6_TARGET = 24,
	ICMP_HEADER = 8,
	ICMP_SUM = 2,
	ICMP_MTU = 4, /* RFC 1191 has but the last two of its four bytes */
	ICMP_UNREACHABLE = 3,
	ICMP_FRAGMENTATION_NEEDED = 4,
	ICMP_ECHO = 8,
	ICMPV6_TOO_BIG = 2,
	ICMPV6_FIRST_INFORMATION = 128,
	/* of the answer as a whole (RFC 1812 4.3.2.3) */
	IPV4_ANSWER_MAX = 576,
	TTL = 64,
	SECOND_MS = 1000,
};

bool too_big_may(struct too_big *limit, int64_t now)
{
	if (now - limit->since >= SECOND_MS) {
		limit->since = now;
		limit->count = 0;
	}
	if (limit->count == TOO_BIG_RATE)
		return false;
	limit->count++;
	return true;
}

static void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Of ICMP nothing but a request for an echo is answered by an error. */
static bool may_answer_ipv4(const uint8_t *packet, size_t len)
{
	const size_t header = (size_t)(packet[0] & 0x0f) * 4;
	const unsigned fragment =
	    ((unsigned)packet[IPV4_FRAGMENT] << 8 | packet[IPV4_FRAGMENT + 1]) & 0x1fff;

	return header >= IPV4_HEADER && header < len && fragment == 0 &&
	       (packet[IPV4_NEXT] != IPPROTO_ICMP || packet[header] == ICMP_ECHO);
}

static size_t write_ipv4(const uint8_t *packet, size_t len, const struct ip_addr *from,
			 unsigned mtu, uint8_t *out)
{
	const size_t headers = IPV4_HEADER + ICMP_HEADER;
	const size_t quoted =
	    len < IPV4_ANSWER_MAX - headers ? len : IPV4_ANSWER_MAX - headers;
	uint8_t *icmp = out + IPV4_HEADER;

	memset(out, 0, headers);
	out[0] = 4 << 4 | IPV4_HEADER / 4;
	put16(out + IPV4_LENGTH, headers + quoted);
	out[IPV4_TTL] = TTL;
	out[IPV4_NEXT] = IPPROTO_ICMP;
	memcpy(out + IPV4_SOURCE, from->bytes, 4);
	memcpy(out + IPV4_TARGET, packet + IPV4_SOURCE, 4);
	(void)checksum_complete(out, IPV4_HEADER, 0, IPV4_CHECKSUM);
	icmp[0] = ICMP_UNREACHABLE;
	icmp[1] = ICMP_FRAGMENTATION_NEEDED;
	put16(icmp + ICMP_MTU + 2, mtu);
	memcpy(icmp + ICMP_HEADER, packet, quoted);
	(void)checksum_complete(out, headers + quoted, IPV4_HEADER, ICMP_SUM);
	return headers + quoted;
}

/* The sum over the two addresses, the length and the protocol (RFC 8200 8.1). */
static uint16_t pseudo_ipv6(const uint8_t *packet, size_t len)
{
	unsigned long sum = len + IPPROTO_ICMPV6;

	for (size_t i = IPV6_SOURCE; i < IPV6_HEADER; i += 2)
		sum += (unsigned long)packet[i] << 8 | packet[i + 1];
	while (sum > UINT16_MAX)
		sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)sum;
}

static size_t write_ipv6(const uint8_t *packet, size_t len, const struct ip_addr *from,
			 unsigned mtu, uint8_t *out)
{
	const size_t headers = IPV6_HEADER + ICMP_HEADER;
	const size_t quoted = len < TOO_BIG_MAX - headers ? len : TOO_BIG_MAX - headers;
	uint8_t *icmp = out + IPV6_HEADER;

	memset(out, 0, headers);
	out[0] = 6 << 4;
	put16(out + IPV6_LENGTH, ICMP_HEADER + quoted);
	out[IPV6_NEXT] = IPPROTO_ICMPV6;
	out[IPV6_HOPS] = TTL;
	memcpy(out + IPV6_SOURCE, from->bytes, sizeof from->bytes);
	memcpy(out + IPV6_TARGET, packet + IPV6_SOURCE, sizeof from->bytes);
	icmp[0] = ICMPV6_TOO_BIG;
	put16(icmp + ICMP_MTU + 2, mtu);
	memcpy(icmp + ICMP_HEADER, packet, quoted);
	put16(icmp + ICMP_SUM, pseudo_ipv6(out, ICMP_HEADER + quoted));
	(void)checksum_complete(out, headers + quoted, IPV6_HEADER, ICMP_SUM);
	return headers + quoted;
}

size_t too_big_write(const uint8_t *packet, size_t len, const struct ip_addr *from,
		     unsigned mtu, uint8_t *out)
{
	if (from->family == AF_INET && len >= IPV4_HEADER && packet[0] >> 4 == 4)
		return may_answer_ipv4(packet, len)
			   ? write_ipv4(packet, len, from, mtu, out)
			   : 0;
	if (from->family == AF_INET6 && len > IPV6_HEADER && packet[0] >> 4 == 6 &&
	    (packet[IPV6_NEXT] != IPPROTO_ICMPV6 ||
	     packet[IPV6_HEADER] >= ICMPV6_FIRST_INFORMATION))
		return write_ipv6(packet, len, from, mtu, out);
	return 0;
}
