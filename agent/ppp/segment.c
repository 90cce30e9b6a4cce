/* SPDX-License-Identifier: ISC */
#include "agent/ppp/segment.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/ip_header.h"

/* RFC 9293 3.1. */
enum {
	TCP_HEADER = 20,
	TCP_SEQUENCE = 4,
	TCP_OFFSET = 12,
	TCP_FLAGS = 13,
	TCP_FIN = 0x01,
	TCP_PSH = 0x08,
	TCP_CWR = 0x80,
	/* sums that do not wait for each other */
	LANES = 4,
};

/* Where TCP's header begins, at most len; 0: not a TCP packet. */
static size_t find_tcp(const uint8_t *packet, size_t len, bool ipv6)
{
	const unsigned fragment = IPV4_MORE_FRAGMENTS | IPV4_OFFSET;
	size_t at = IPV6_HEADER;
	uint8_t next = packet[IPV6_NEXT];

	if (!ipv6) {
		at = ipv4_header_size(packet);
		return packet[IPV4_PROTOCOL] != IPPROTO_TCP ||
			       (get16(packet + IPV4_FRAGMENT) & fragment) != 0 ||
			       at < IPV4_HEADER || at > len
			   ? 0
			   : at;
	}
	/* Options are the same in each part. Behind any other header the addresses may be
	 * others, or TCP not whole. */
	while (next == IPPROTO_HOPOPTS || next == IPPROTO_DSTOPTS) {
		if (len - at < IPV6_EXTENSION_UNIT)
			return 0;
		next = packet[at];
		at += (packet[at + 1] + (size_t)1) * IPV6_EXTENSION_UNIT;
		if (at > len)
			return 0;
	}
	return next == IPPROTO_TCP ? at : 0;
}

int segment_parse(const uint8_t *packet, size_t len, struct segment *out)
{
	size_t tcp;

	if (len < IPV6_HEADER)
		return -1;
	out->ipv6 = ip_version(packet) == 6;
	out->transport = find_tcp(packet, len, out->ipv6);
	if (out->transport == 0 || len - out->transport < TCP_HEADER)
		return -1;
	tcp = (size_t)(packet[out->transport + TCP_OFFSET] >> 4) * IP_WORD;
	out->headers = out->transport + tcp;
	return tcp < TCP_HEADER || out->headers >= len ? -1 : 0;
}

/* Of bytes as they are in memory, so that the result is as well (RFC 1071 2). */
static uint64_t sum_bytes(const uint8_t *bytes, size_t len)
{
	uint32_t words[LANES];
	uint64_t sums[LANES] = {0}, sum = 0;
	uint16_t last;

	for (; len >= sizeof words; len -= sizeof words) {
		memcpy(words, bytes, sizeof words);
		for (unsigned i = 0; i < LANES; i++)
			sums[i] += words[i];
		bytes += sizeof words;
	}
	for (unsigned i = 0; i < LANES; i++)
		sum += sums[i];
	for (; len >= sizeof words[0]; len -= sizeof words[0]) {
		memcpy(words, bytes, sizeof words[0]);
		sum += words[0];
		bytes += sizeof words[0];
	}
	if (len >= sizeof last) {
		memcpy(&last, bytes, sizeof last);
		sum += last;
		bytes += sizeof last;
		len -= sizeof last;
	}
	if (len > 0) {
		last = 0;
		memcpy(&last, bytes, 1);
		sum += last;
	}
	return sum;
}

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

int checksum_complete(uint8_t *packet, size_t len, size_t start, size_t offset)
{
	uint16_t sum, result;

	if (start > len || offset > len - start || len - start - offset < sizeof result)
		return -1;
	sum = fold(sum_bytes(packet + start, len - start));
	/* In UDP 0 stands for none (RFC 768); in TCP both are the same number. */
	result = sum == UINT16_MAX ? UINT16_MAX : (uint16_t)~sum;
	memcpy(packet + start + offset, &result, sizeof result);
	return 0;
}

uint16_t checksum_pseudo(const uint8_t *packet, size_t len, size_t transport,
			 uint8_t protocol)
{
	const bool ipv6 = ip_version(packet) == 6;
	const size_t addresses = ipv6 ? IPV6_SOURCE : IPV4_SOURCE;
	const uint16_t tail[] = {htons((uint16_t)(len - transport)), htons(protocol)};

	return fold(
	    sum_bytes(packet + addresses, (ipv6 ? IPV6_HEADER : IPV4_HEADER) - addresses) +
	    tail[0] + tail[1]);
}

uint16_t segment_pseudo(const uint8_t *packet, size_t len, const struct segment *segment)
{
	return checksum_pseudo(packet, len, segment->transport, IPPROTO_TCP);
}

/* The header of IP for a packet of that length, the nth of several. */
static void cut_ip(uint8_t *packet, size_t len, const struct segment *segment, size_t nth)
{
	if (segment->ipv6) {
		put16(packet + IPV6_LENGTH, len - IPV6_HEADER);
		return;
	}
	put16(packet + IPV4_LENGTH, len);
	put16(packet + IPV4_ID, get16(packet + IPV4_ID) + nth);
	put16(packet + IPV4_CHECKSUM, 0);
	(void)checksum_complete(packet, segment->transport, 0, IPV4_CHECKSUM);
}

size_t segment_cut(const uint8_t *packet, size_t len, const struct segment *segment,
		   size_t size, size_t at, uint8_t *out)
{
	const size_t left = len - segment->headers - at;
	const bool last = left <= size;
	const size_t part = last ? left : size, all = segment->headers + part;
	uint8_t *tcp = out + segment->transport;
	uint16_t pseudo;

	memcpy(out, packet, segment->headers);
	memcpy(out + segment->headers, packet + segment->headers + at, part);
	cut_ip(out, all, segment, at / size);
	put32(tcp + TCP_SEQUENCE, get32(tcp + TCP_SEQUENCE) + (uint32_t)at);
	/* CWR belongs on the first piece only, FIN and PSH on the last. */
	if (at > 0)
		tcp[TCP_FLAGS] &= (uint8_t)~TCP_CWR;
	if (!last)
		tcp[TCP_FLAGS] &= (uint8_t)(~(TCP_FIN | TCP_PSH));
	pseudo = segment_pseudo(out, all, segment);
	memcpy(tcp + SEGMENT_CHECKSUM, &pseudo, sizeof pseudo);
	(void)checksum_complete(out, all, segment->transport, SEGMENT_CHECKSUM);
	return all;
}
