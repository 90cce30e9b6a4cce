/* SPDX-License-Identifier: ISC */
/* Protects: what the kernel left to do of a packet is done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/passage.h"
#include "agent/ppp/ppp.h"
#include "agent/ppp/segment.h"

enum { V4 = 20, V6 = 40, TCP = 20, DATA = 3001, FLAGS = 13, SEQUENCE = 4 };

static struct settings settings;
static uint8_t packet[V6 + TCP + DATA], part[sizeof packet];

/* A packet of that length, with its header alone. */
static void make(const char *source, size_t len, uint8_t next, uint8_t hops)
{
	const bool ipv6 = strchr(source, ':') != NULL;

	memset(packet, 0, sizeof packet);
	if (ipv6) {
		packet[0] = 0x60;
		put16(packet + 4, len - V6);
		packet[6] = next;
		packet[7] = hops;
		assert_int_equal(inet_pton(AF_INET6, source, packet + 8), 1);
		assert_int_equal(inet_pton(AF_INET6, "fd00:9::2", packet + 24), 1);
		return;
	}
	packet[0] = 0x45;
	put16(packet + 2, len);
	packet[8] = hops;
	packet[9] = next;
	assert_int_equal(inet_pton(AF_INET, source, packet + 12), 1);
	assert_int_equal(inet_pton(AF_INET, "10.9.0.2", packet + 16), 1);
}

/* TCP with data in it; the checksum as the kernel leaves it. Returns its length. */
static size_t make_tcp(const char *source, size_t data, struct segment *segment)
{
	const size_t ip = strchr(source, ':') != NULL ? V6 : V4, len = ip + TCP + data;
	uint16_t pseudo;

	make(source, len, IPPROTO_TCP, 64);
	memset(packet + ip + SEQUENCE, 0xff, 3);
	packet[ip + 12] = TCP / 4 << 4;
	packet[ip + FLAGS] = 0x80 | 0x10 | 0x08 | 0x01; /* CWR ACK PSH FIN */
	for (size_t i = 0; i < data; i++)
		packet[ip + TCP + i] = (uint8_t)(i * 7);
	assert_int_equal(segment_parse(packet, len, segment), 0);
	assert_int_equal(segment->headers, ip + TCP);
	pseudo = segment_pseudo(packet, len, segment);
	memcpy(packet + ip + SEGMENT_CHECKSUM, &pseudo, sizeof pseudo);
	return len;
}

/* What a receiver of TCP adds up (RFC 9293 3.1), by the book: 0xffff is right. */
static unsigned verify(const uint8_t *bytes, size_t len, const struct segment *segment)
{
	const size_t from = segment->ipv6 ? 8 : 12, to = segment->ipv6 ? V6 : V4;
	unsigned long sum = IPPROTO_TCP + (len - segment->transport);

	for (size_t i = from; i < to; i += 2)
		sum += get16(bytes + i);
	for (size_t i = segment->transport; i < len; i += 2)
		sum += (unsigned long)bytes[i] << 8 | (i + 1 < len ? bytes[i + 1] : 0);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (unsigned)sum;
}

static void a_checksum_is_completed(void **state)
{
	static const char *const sources[] = {"10.9.0.1", "fd00:9::1"};
	struct segment segment;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (size_t data = 1; data < 20; data++) {
			const size_t len = make_tcp(sources[i], data, &segment);

			assert_int_not_equal(verify(packet, len, &segment), 0xffff);
			assert_int_equal(checksum_complete(packet, len, segment.transport,
							   SEGMENT_CHECKSUM),
					 0);
			assert_int_equal(verify(packet, len, &segment), 0xffff);
		}
	/* Outside of the packet it is nowhere. */
	assert_int_equal(checksum_complete(packet, 40, 20, 19), -1);
	assert_int_equal(checksum_complete(packet, 40, 41, 0), -1);
	assert_int_equal(checksum_complete(packet, 40, 40, 0), -1);
	assert_int_equal(checksum_complete(packet, 40, 20, SIZE_MAX), -1);
}

static void tcp_is_cut_as_the_kernel_does(void **state)
{
	static const char *const sources[] = {"10.9.0.1", "fd00:9::1"};
	enum { SIZE = 500 };
	struct segment segment;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const size_t len = make_tcp(sources[i], DATA, &segment);

		put16(packet + 4, i == 0 ? 0xfffe : get16(packet + 4));
		for (size_t at = 0; at < DATA; at += SIZE) {
			const size_t got =
			    segment_cut(packet, len, &segment, SIZE, at, part);
			const uint8_t *tcp = part + segment.transport;
			const bool last = at + SIZE >= DATA;
			uint32_t sequence;

			assert_int_equal(got, segment.headers + (last ? DATA - at : SIZE));
			assert_true(passage_in(
			    &settings, i == 0 ? PROTOCOL_IP : PROTOCOL_IPV6, part, got));
			assert_int_equal(verify(part, got, &segment), 0xffff);
			assert_memory_equal(part + segment.headers,
					    packet + segment.headers + at,
					    got - segment.headers);
			memcpy(&sequence, tcp + SEQUENCE, sizeof sequence);
			assert_int_equal(ntohl(sequence), (uint32_t)(0xffffff00 + at));
			assert_int_equal(tcp[FLAGS],
					 0x10 | (at == 0 ? 0x80 : 0) | (last ? 0x09 : 0));
			if (i == 0)
				assert_int_equal(get16(part + 4),
						 (uint16_t)(0xfffe + at / SIZE));
		}
	}
}

/* Hop-by-hop options of 8 bytes, and destination options of 16. */
static void options_of_ipv6_go_with_every_part(void **state)
{
	enum { OPTIONS = 24, SIZE = 100 };
	const size_t tcp = V6 + OPTIONS, len = tcp + TCP + 3 * SIZE;
	struct segment segment;

	(void)state;
	make("fd00:9::1", len, IPPROTO_HOPOPTS, 64);
	packet[V6] = IPPROTO_DSTOPTS;
	packet[V6 + 8] = IPPROTO_TCP;
	packet[V6 + 9] = 1;
	packet[tcp + 12] = TCP / 4 << 4;
	memset(packet + tcp + TCP, 'x', 3 * SIZE);
	for (size_t cut = 0; cut <= tcp + TCP; cut++)
		assert_int_equal(segment_parse(packet, cut, &segment), -1);
	assert_int_equal(segment_parse(packet, len, &segment), 0);
	assert_int_equal(segment.transport, tcp);
	for (size_t at = 0; at < 3 * SIZE; at += SIZE) {
		assert_int_equal(segment_cut(packet, len, &segment, SIZE, at, part),
				 tcp + TCP + SIZE);
		assert_int_equal(get16(part + 4), OPTIONS + TCP + SIZE);
		assert_memory_equal(part + V6, packet + V6, OPTIONS);
		assert_int_equal(verify(part, tcp + TCP + SIZE, &segment), 0xffff);
	}
	packet[V6 + 9] = 255; /* longer than the packet */
	assert_int_equal(segment_parse(packet, len, &segment), -1);
	packet[V6 + 9] = 1;
	packet[V6 + 8] = IPPROTO_ROUTING;
	assert_int_equal(segment_parse(packet, len, &segment), -1);
}

static void what_is_no_tcp_is_no_segment(void **state)
{
	struct segment segment;
	const size_t len = make_tcp("10.9.0.1", 100, &segment);

	(void)state;
	for (size_t cut = 0; cut <= segment.headers; cut++)
		assert_int_equal(segment_parse(packet, cut, &segment), -1);
	packet[9] = IPPROTO_UDP;
	assert_int_equal(segment_parse(packet, len, &segment), -1);
	packet[9] = IPPROTO_TCP;
	packet[6] = 0x20; /* more fragments */
	assert_int_equal(segment_parse(packet, len, &segment), -1);
	packet[6] = 0x40; /* must not be cut by the way */
	assert_int_equal(segment_parse(packet, len, &segment), 0);
	packet[7] = 1; /* the rest of one */
	assert_int_equal(segment_parse(packet, len, &segment), -1);
	packet[7] = 0;
	packet[0] = 0x44;
	assert_int_equal(segment_parse(packet, len, &segment), -1);
	packet[0] = 0x45;
	packet[V4 + 12] = 4 << 4;
	assert_int_equal(segment_parse(packet, len, &segment), -1);
	packet[V4 + 12] = 15 << 4;
	assert_int_equal(segment_parse(packet, V4 + 60, &segment), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_checksum_is_completed),
	    cmocka_unit_test(tcp_is_cut_as_the_kernel_does),
	    cmocka_unit_test(options_of_ipv6_go_with_every_part),
	    cmocka_unit_test(what_is_no_tcp_is_no_segment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
