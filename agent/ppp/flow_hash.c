/* SPDX-License-Identifier: ISC */
#include "agent/ppp/flow_hash.h"

#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/ip_header.h"
#include "agent/ppp/ppp.h"

enum {
	/* of what is behind IP's header: both ports, an SPI, or an echo's first words */
	PORTS_SIZE = 4,
	ECHO_ID = 4,
	ICMP_ECHO_REPLY = 0,
	ICMP_ECHO_REQUEST = 8,
	ICMPV6_ECHO_REQUEST = 128,
	ICMPV6_ECHO_REPLY = 129,
	/* an honest packet has fewer */
	EXTENSIONS_MAX = 8,
	ADDRESS_WORDS = 2,
	KEY_WORDS = 5,
};

/* What tells flows apart. An address of IPv4 is the first bytes of its words. */
struct flow_key {
	uint64_t source[ADDRESS_WORDS], target[ADDRESS_WORDS];
	uint32_t ports;
	uint16_t frame_protocol;
	uint16_t protocol;
};
_Static_assert(sizeof(struct flow_key) == KEY_WORDS * sizeof(uint64_t), "no padding");

static uint64_t rotate(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) of whole
 * words. Both halves of its key are one number. */
static uint64_t sip_hash(uint64_t key, const uint64_t *words, size_t count)
{
	uint64_t v[4] = {
	    key ^ UINT64_C(0x736f6d6570736575), key ^ UINT64_C(0x646f72616e646f6d),
	    key ^ UINT64_C(0x6c7967656e657261), key ^ UINT64_C(0x7465646279746573)};
	const uint64_t length = (uint64_t)(count * sizeof *words) << 56;

	for (size_t i = 0; i <= count; i++) {
		const uint64_t word = i < count ? words[i] : length;

		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	for (unsigned i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Of a host. To foresee it would gain nobody anything: it takes no more than two addresses
 * to be two hosts. */
static uint16_t hash_host(uint64_t key, const uint64_t address[ADDRESS_WORDS])
{
	const uint64_t word = address[0] ^ rotate(address[1], 32) ^ key;

	return (uint16_t)((word ^ word >> 32) * UINT64_C(0x9e3779b97f4a7c15) >> 48);
}

static void read_ports(struct flow_key *key, unsigned protocol, const uint8_t *at,
		       size_t len)
{
	key->protocol = (uint16_t)protocol;
	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
	case IPPROTO_ESP:
		if (len >= PORTS_SIZE)
			key->ports = get32(at);
		break;
	case IPPROTO_ICMP:
		if (len >= ICMP_HEADER &&
		    (at[0] == ICMP_ECHO_REQUEST || at[0] == ICMP_ECHO_REPLY))
			key->ports = get16(at + ECHO_ID);
		break;
	case IPPROTO_ICMPV6:
		if (len >= ICMP_HEADER &&
		    (at[0] == ICMPV6_ECHO_REQUEST || at[0] == ICMPV6_ECHO_REPLY))
			key->ports = get16(at + ECHO_ID);
		break;
	default:
		break;
	}
}

static void read_ipv4(struct flow_key *key, const uint8_t *packet, size_t len)
{
	const unsigned fragment = IPV4_MORE_FRAGMENTS | IPV4_OFFSET;
	size_t header;

	if (len < IPV4_HEADER)
		return;
	header = ipv4_header_size(packet);
	memcpy(key->source, packet + IPV4_SOURCE, IPV4_SIZE);
	memcpy(key->target, packet + IPV4_TARGET, IPV4_SIZE);
	key->protocol = packet[IPV4_PROTOCOL];
	if ((get16(packet + IPV4_FRAGMENT) & fragment) == 0 && header >= IPV4_HEADER &&
	    header <= len)
		read_ports(key, key->protocol, packet + header, len - header);
}

static void read_ipv6(struct flow_key *key, const uint8_t *packet, size_t len)
{
	size_t at = IPV6_HEADER;
	unsigned next;

	if (len < IPV6_HEADER)
		return;
	next = packet[IPV6_NEXT];
	memcpy(key->source, packet + IPV6_SOURCE, IPV6_SIZE);
	memcpy(key->target, packet + IPV6_TARGET, IPV6_SIZE);
	key->protocol = (uint16_t)next;
	for (unsigned i = 0;
	     i < EXTENSIONS_MAX && (next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING ||
				    next == IPPROTO_DSTOPTS);
	     i++) {
		if (len - at < IPV6_EXTENSION_UNIT)
			return;
		next = packet[at];
		at += (packet[at + 1] + (size_t)1) * IPV6_EXTENSION_UNIT;
		if (at > len)
			return;
	}
	read_ports(key, next, packet + at, len - at);
}

struct flow_id flow_hash(uint64_t key, const struct frame *frame)
{
	struct flow_key flow = {.frame_protocol = frame->protocol};
	uint64_t words[KEY_WORDS];

	if (frame->protocol == PROTOCOL_IP)
		read_ipv4(&flow, frame->information, frame->len);
	else if (frame->protocol == PROTOCOL_IPV6)
		read_ipv6(&flow, frame->information, frame->len);
	memcpy(words, &flow, sizeof words);
	return (struct flow_id){
	    .flow = (uint32_t)sip_hash(key, words, KEY_WORDS),
	    .source = hash_host(key, flow.source),
	    .target = hash_host(key, flow.target),
	};
}
