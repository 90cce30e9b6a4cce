/* SPDX-License-Identifier: ISC */
#include "agent/ppp/segment.h"

#include <netinet/in.h>
#include <string.h>

/* RFC 791 3.1, RFC 8200 3, RFC 9293 3.1. */
enum {
	IPV4_HEADER = 20,
	IPV4_PROTOCOL = 9,
	IPV6_HEADER = 40,
	IPV6_NEXT = 6,
	TCP_HEADER = 20,
	TCP_OFFSET = 12,
	WORD = 4,
};

int segment_parse(const uint8_t *packet, size_t len, struct segment *out)
{
	size_t tcp;

	if (len < IPV6_HEADER)
		return -1;
	out->ipv6 = packet[0] >> 4 == 6;
	out->transport = out->ipv6 ? IPV6_HEADER : (size_t)(packet[0] & 15) * WORD;
	if (out->transport < IPV4_HEADER || len < out->transport + TCP_HEADER ||
	    packet[out->ipv6 ? IPV6_NEXT : IPV4_PROTOCOL] != IPPROTO_TCP)
		return -1;
	tcp = (size_t)(packet[out->transport + TCP_OFFSET] >> 4) * WORD;
	out->headers = out->transport + tcp;
	return tcp < TCP_HEADER || out->headers >= len ? -1 : 0;
}

int checksum_complete(uint8_t *packet, size_t len, size_t start, size_t offset)
{
	uint64_t sum = 0;
	uint16_t last = 0, result = 0;
	size_t at = start;

	if (start > len || offset > len - start || len - start - offset < sizeof result)
		return -1;
	for (; len - at >= sizeof(uint32_t); at += sizeof(uint32_t)) {
		uint32_t word;

		memcpy(&word, packet + at, sizeof word);
		sum += word;
	}
	if (len - at >= sizeof last) {
		memcpy(&last, packet + at, sizeof last);
		sum += last;
		at += sizeof last;
	}
	if (at < len) {
		last = 0;
		memcpy(&last, packet + at, 1);
		sum += last;
	}
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	/* In UDP 0 stands for none (RFC 768); in TCP both are the same number. */
	result = sum == UINT16_MAX ? UINT16_MAX : (uint16_t)~sum;
	memcpy(packet + start + offset, &result, sizeof result);
	return 0;
}
