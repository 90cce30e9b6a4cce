/* SPDX-License-Identifier: ISC */
/* Packets in words: what anybody may have sent is told on one printable line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "agent/ppp/ppp.h"
#include "agent/ppp/trace.h"
#include "tests/unit/ppp_ends.h"

/* Of the bytes of a string, NUL included as \0 is written. */
#define TRACE(protocol, bytes, buf)                                                        \
	trace_packet(protocol, (const uint8_t *)(bytes), sizeof(bytes) - 1, buf)

static void a_request_tells_its_options(void **state)
{
	char buf[TRACE_TEXT_MAX];

	(void)state;
	assert_string_equal(
	    TRACE(PROTOCOL_LCP,
		  "\1\7\0\x18"
		  "\1\4\5\xdc"
		  "\2\6\0\0\0\0"
		  "\5\6\x12\x34\x56\x78"
		  "\7\2"
		  "\x8\2",
		  buf),
	    "LCP ConfReq id=0x7 <mru 1500> <asyncmap 0x0> <magic 0x12345678> <pcomp> "
	    "<accomp>");
	assert_string_equal(TRACE(PROTOCOL_IPCP, "\3\2\0\xa\3\6\xa\x9\0\1", buf),
			    "IPCP ConfNak id=0x2 <addr 10.9.0.1>");
	assert_string_equal(TRACE(PROTOCOL_IPV6CP, "\2\1\0\xe\1\xa\0\0\0\0\0\0\0\2", buf),
			    "IPV6CP ConfAck id=0x1 <addr fe80::0000:0000:0000:0002>");
	assert_string_equal(TRACE(PROTOCOL_LCP, "\x9\3\0\x8\1\2\3\4", buf),
			    "LCP EchoReq id=0x3 magic=0x1020304");
	assert_string_equal(TRACE(PROTOCOL_LCP, "\x8\4\0\x8\x80\xfd\1\1", buf),
			    "LCP ProtRej id=0x4 of CCP 0x80fd");
}

static void what_is_no_option_is_escaped(void **state)
{
	char buf[TRACE_TEXT_MAX];

	(void)state;
	/* A length beyond the end, a value of another size, an unknown type and code. */
	assert_string_equal(TRACE(PROTOCOL_LCP, "\1\1\0\6\1\x20", buf),
			    "LCP ConfReq id=0x1 \"\\x01 \"");
	assert_string_equal(TRACE(PROTOCOL_LCP, "\1\1\0\7\1\3\n", buf),
			    "LCP ConfReq id=0x1 <mru \"\\x0a\">");
	assert_string_equal(TRACE(PROTOCOL_LCP, "\1\1\0\7\x63\3\"", buf),
			    "LCP ConfReq id=0x1 <option 99 \"\\x22\">");
	assert_string_equal(TRACE(PROTOCOL_LCP, "\x63\1\0\4", buf), "LCP code 99 id=0x1");
	assert_string_equal(TRACE(0x1234, "\33[2", buf), "protocol 0x1234 \"\\x1b[2\"");
	/* It tells a length that is none, or more than came. */
	assert_string_equal(TRACE(PROTOCOL_LCP, "\1\1\0\0\1\4\5\xdc", buf),
			    "LCP ConfReq id=0x1 <mru 1500>");
	assert_string_equal(TRACE(PROTOCOL_LCP, "\1\1\xff\xff\1\4\5\xdc", buf),
			    "LCP ConfReq id=0x1 <mru 1500>");
	/* Padding behind the length that it tells. */
	assert_string_equal(TRACE(PROTOCOL_LCP, "\5\1\0\4xxxx", buf), "LCP TermReq id=0x1");
}

static void whatever_comes_is_one_printable_line(void **state)
{
	uint8_t bytes[600];
	char buf[TRACE_TEXT_MAX];
	uint32_t random = 1;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		const size_t len = random >> 8 & 511;

		for (size_t i = 0; i < len; i++) {
			random = random * 1664525 + 1013904223;
			bytes[i] = (uint8_t)(random >> 24);
		}
		if (len > 1)
			bytes[0] %= 16;
		trace_packet(round % 2 == 0 ? PROTOCOL_LCP : (uint16_t)random, bytes, len,
			     buf);
		assert_true(strlen(buf) < TRACE_TEXT_MAX);
		for (const char *at = buf; *at != '\0'; at++)
			assert_true(*at >= ' ' && *at <= '~');
		random = random * 1664525 + 1013904223;
	}
}

static void a_peer_cannot_fill_the_log(void **state)
{
	(void)state;
	ends_set(&a, NULL, "debug 10.9.0.2:10.9.0.1");
	ends_start(&a);
	for (unsigned i = 0; i < 5000; i++) {
		const struct frame echo = {PROTOCOL_LCP,
					   (const uint8_t *)"\x9\1\0\x8\0\0\0\0", 8};

		ppp_frame(&a.ppp, &echo, now);
	}
	/* So many, and that there are more. */
	assert_in_range(a.lines, 200, 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_tells_its_options),
	    cmocka_unit_test(what_is_no_option_is_escaped),
	    cmocka_unit_test(whatever_comes_is_one_printable_line),
	    cmocka_unit_test(a_peer_cannot_fill_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
