/* SPDX-License-Identifier: ISC */
/* Protects: who sends more than the other end takes is told so, and nobody else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/too_big.h"

enum { V4 = 20, V6 = 40, ICMP = 8, MTU = 1300 };

static uint8_t packet[1500], out[TOO_BIG_MAX];
static struct ip_addr from4, from6;

/* The Internet checksum by the book (RFC 1071): what is right adds up to 0xffff. */
static unsigned sum(const uint8_t *bytes, size_t len, unsigned long so_far)
{
	for (size_t i = 0; i < len; i++)
		so_far += (unsigned long)bytes[i] << (i % 2 == 0 ? 8 : 0);
	while (so_far > 0xffff)
		so_far = (so_far & 0xffff) + (so_far >> 16);
	return (unsigned)so_far;
}

static int set_up(void **state)
{
	(void)state;
	assert_int_equal(ip_addr_parse("10.9.0.2", &from4, NULL), 0);
	assert_int_equal(ip_addr_parse("fe80::2", &from6, NULL), 0);
	memset(packet, 0x5a, sizeof packet);
	return 0;
}

static void make4(uint8_t next)
{
	static const uint8_t header[V4] = {0x45, 0, 5,	220, 0, 0, 0x40, 0, 64, 0,
					   0,	 0, 10, 9,   0, 1, 10,	 9, 0,	2};

	memcpy(packet, header, sizeof header);
	packet[9] = next;
}

static void make6(uint8_t next)
{
	memset(packet, 0, V6);
	packet[0] = 0x60;
	packet[6] = next;
	packet[8] = 0xfd;
	packet[23] = 1;
	packet[24] = 0xfd;
	packet[39] = 2;
}

static void a_sender_over_ipv4_is_told(void **state)
{
	size_t len;

	(void)state;
	make4(IPPROTO_UDP);
	len = too_big_write(packet, sizeof packet, &from4, MTU, out);
	assert_int_equal(len, 576);
	assert_int_equal(get16(out + 2), len);
	assert_int_equal(sum(out, V4, 0), 0xffff);
	assert_memory_equal(out + 12, from4.bytes, 4);
	assert_memory_equal(out + 16, packet + 12, 4);
	assert_int_equal(out[V4], 3);
	assert_int_equal(out[V4 + 1], 4);
	assert_int_equal(get16(out + V4 + 6), MTU);
	assert_int_equal(sum(out + V4, len - V4, 0), 0xffff);
	assert_memory_equal(out + V4 + ICMP, packet, len - V4 - ICMP);
	/* what is short is quoted whole */
	assert_int_equal(too_big_write(packet, 100, &from4, MTU, out), 128);
}

static void a_sender_over_ipv6_is_told(void **state)
{
	size_t len;

	(void)state;
	make6(IPPROTO_UDP);
	len = too_big_write(packet, sizeof packet, &from6, MTU, out);
	assert_int_equal(len, TOO_BIG_MAX);
	assert_int_equal(get16(out + 4), len - V6);
	assert_memory_equal(out + 8, from6.bytes, 16);
	assert_memory_equal(out + 24, packet + 8, 16);
	assert_int_equal(out[V6], 2);
	assert_int_equal(get16(out + V6 + 6), MTU);
	assert_int_equal(sum(out + 8, len - 8, IPPROTO_ICMPV6 + (unsigned long)len - V6),
			 0xffff);
	assert_memory_equal(out + V6 + ICMP, packet, len - V6 - ICMP);
}

static void errors_are_not_answered_by_errors(void **state)
{
	(void)state;
	make4(IPPROTO_ICMP);
	packet[V4] = 3;
	assert_int_equal(too_big_write(packet, sizeof packet, &from4, MTU, out), 0);
	packet[V4] = 8;
	assert_int_not_equal(too_big_write(packet, sizeof packet, &from4, MTU, out), 0);
	make6(IPPROTO_ICMPV6);
	packet[V6] = 2;
	assert_int_equal(too_big_write(packet, sizeof packet, &from6, MTU, out), 0);
	packet[V6] = 128;
	assert_int_not_equal(too_big_write(packet, sizeof packet, &from6, MTU, out), 0);
	/* nor fragments, of which the first has been, nor what is no packet */
	make4(IPPROTO_UDP);
	packet[7] = 9;
	assert_int_equal(too_big_write(packet, sizeof packet, &from4, MTU, out), 0);
	make4(IPPROTO_UDP);
	assert_int_equal(too_big_write(packet, sizeof packet, &from6, MTU, out), 0);
	for (size_t len = 0; len <= V4; len++)
		assert_int_equal(too_big_write(packet, len, &from4, MTU, out), 0);
	packet[0] = 0x41;
	assert_int_equal(too_big_write(packet, sizeof packet, &from4, MTU, out), 0);
	make6(IPPROTO_UDP);
	assert_int_equal(too_big_write(packet, sizeof packet, &from4, MTU, out), 0);
	for (size_t len = 0; len <= V6; len++)
		assert_int_equal(too_big_write(packet, len, &from6, MTU, out), 0);
}

static void there_are_so_many_a_second(void **state)
{
	struct too_big limit = {0};
	unsigned sent = 0;

	(void)state;
	for (int64_t now = 10000; now < 13000; now++)
		sent += too_big_may(&limit, now);
	assert_int_equal(sent, 3 * TOO_BIG_RATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sender_over_ipv4_is_told),
	    cmocka_unit_test(a_sender_over_ipv6_is_told),
	    cmocka_unit_test(errors_are_not_answered_by_errors),
	    cmocka_unit_test(there_are_so_many_a_second),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
