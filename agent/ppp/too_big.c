/* SPDX-License-Identifier: ISC */
#include "agent/ppp/too_big.h"

#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/ip_header.h"
#include "agent/ppp/segment.h"

enum {
	ICMP_SUM = 2,
	ICMP_MTU = 4, /* of its four bytes RFC 1191 uses the last two */
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

/* Of ICMP only an echo request may be answered by an error. */
static bool may_answer_ipv4(const uint8_t *packet, size_t len)
{
	const size_t header = ipv4_header_size(packet);

	return header >= IPV4_HEADER && header < len &&
	       (get16(packet + IPV4_FRAGMENT) & IPV4_OFFSET) == 0 &&
	       (packet[IPV4_PROTOCOL] != IPPROTO_ICMP || packet[header] == ICMP_ECHO);
}

static size_t write_ipv4(const uint8_t *packet, size_t len, const struct ip_addr *from,
			 unsigned mtu, uint8_t *out)
{
	const size_t headers = IPV4_HEADER + ICMP_HEADER;
	const size_t quoted =
	    len < IPV4_ANSWER_MAX - headers ? len : IPV4_ANSWER_MAX - headers;
	uint8_t *icmp = out + IPV4_HEADER;

	memset(out, 0, headers);
	out[0] = 4 << 4 | IPV4_HEADER / IP_WORD;
	put16(out + IPV4_LENGTH, headers + quoted);
	out[IPV4_TTL] = TTL;
	out[IPV4_PROTOCOL] = IPPROTO_ICMP;
	memcpy(out + IPV4_SOURCE, from->bytes, IPV4_SIZE);
	memcpy(out + IPV4_TARGET, packet + IPV4_SOURCE, IPV4_SIZE);
	(void)checksum_complete(out, IPV4_HEADER, 0, IPV4_CHECKSUM);
	icmp[0] = ICMP_UNREACHABLE;
	icmp[1] = ICMP_FRAGMENTATION_NEEDED;
	put16(icmp + ICMP_MTU + 2, mtu);
	memcpy(icmp + ICMP_HEADER, packet, quoted);
	(void)checksum_complete(out, headers + quoted, IPV4_HEADER, ICMP_SUM);
	return headers + quoted;
}

static size_t write_ipv6(const uint8_t *packet, size_t len, const struct ip_addr *from,
			 unsigned mtu, uint8_t *out)
{
	const size_t headers = IPV6_HEADER + ICMP_HEADER;
	const size_t quoted = len < TOO_BIG_MAX - headers ? len : TOO_BIG_MAX - headers;
	uint8_t *icmp = out + IPV6_HEADER;
	uint16_t sum;

	memset(out, 0, headers);
	out[0] = 6 << 4;
	put16(out + IPV6_LENGTH, ICMP_HEADER + quoted);
	out[IPV6_NEXT] = IPPROTO_ICMPV6;
	out[IPV6_HOPS] = TTL;
	memcpy(out + IPV6_SOURCE, from->bytes, IPV6_SIZE);
	memcpy(out + IPV6_TARGET, packet + IPV6_SOURCE, IPV6_SIZE);
	icmp[0] = ICMPV6_TOO_BIG;
	put16(icmp + ICMP_MTU + 2, mtu);
	memcpy(icmp + ICMP_HEADER, packet, quoted);
	sum = checksum_pseudo(out, headers + quoted, IPV6_HEADER, IPPROTO_ICMPV6);
	memcpy(icmp + ICMP_SUM, &sum, sizeof sum);
	(void)checksum_complete(out, headers + quoted, IPV6_HEADER, ICMP_SUM);
	return headers + quoted;
}

size_t too_big_write(const uint8_t *packet, size_t len, const struct ip_addr *from,
		     unsigned mtu, uint8_t *out)
{
	if (from->family == AF_INET && len >= IPV4_HEADER && ip_version(packet) == 4)
		return may_answer_ipv4(packet, len)
			   ? write_ipv4(packet, len, from, mtu, out)
			   : 0;
	if (from->family == AF_INET6 && len > IPV6_HEADER && ip_version(packet) == 6 &&
	    (packet[IPV6_NEXT] != IPPROTO_ICMPV6 ||
	     packet[IPV6_HEADER] >= ICMPV6_FIRST_INFORMATION))
		return write_ipv6(packet, len, from, mtu, out);
	return 0;
}
