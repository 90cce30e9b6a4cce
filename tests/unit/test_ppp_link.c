/* SPDX-License-Identifier: ISC */
/* Protects: two ends agree on what their settings say, and on nothing else. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/line.h"
#include "tests/unit/ppp_ends.h"

static uint32_t address_of(const char *text)
{
	uint32_t value;

	assert_int_equal(inet_pton(AF_INET, text, &value), 1);
	return value;
}

static void assert_address(const uint8_t address[NCP_VALUE_MAX], const char *text)
{
	const uint32_t expected = address_of(text);

	assert_memory_equal(address, &expected, sizeof expected);
}

static void two_ends_come_up_with_their_addresses(void **state)
{
	(void)state;
	ends_between("10.9.0.1:10.9.0.2 +ipv6 ipv6 ::1,::2 mru 4000",
		     "10.9.0.2:10.9.0.1 +ipv6 ipv6 ::2,::1 silent");
	assert_true(a.ip_up && b.ip_up && a.ipv6_up && b.ipv6_up);
	assert_address(a.ppp.ipcp.local, "10.9.0.1");
	assert_address(b.ppp.ipcp.remote, "10.9.0.1");
	assert_int_equal(a.ppp.ipv6cp.remote[7], 2);
	assert_int_equal(ppp_mtu(&b.ppp), 4000);
	assert_int_equal(ppp_mtu(&a.ppp), 1500);
	ppp_close(&a.ppp, PPP_EXIT_SIGNAL, now);
	ends_run(20, 0);
	assert_true(a.ppp.done && b.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_SIGNAL);
	assert_int_equal(b.ppp.result, PPP_EXIT_OK);
	assert_false(a.ip_up || b.ip_up || a.ipv6_up || b.ipv6_up);
}

static void an_end_without_addresses_is_told_them(void **state)
{
	(void)state;
	ends_between("10.9.0.1:10.9.0.2", ":");
	assert_true(a.ip_up && b.ip_up);
	assert_address(b.ppp.ipcp.local, "10.9.0.2");
	assert_address(b.ppp.ipcp.remote, "10.9.0.1");
}

static void addresses_that_do_not_agree_come_to_nothing(void **state)
{
	(void)state;
	ends_between("10.9.0.1:10.9.0.2", "10.9.0.3:10.9.0.1");
	ends_run(TURNS_MAX, 0);
	assert_false(a.ip_up || b.ip_up);
	assert_true(a.ppp.done && b.ppp.done);
	assert_int_equal(b.ppp.result, PPP_EXIT_NEGOTIATION);
	/* unless one of them takes what comes */
	ends_between("10.9.0.1:10.9.0.2 ipcp-accept-remote", "10.9.0.3:10.9.0.1");
	ends_run(TURNS_MAX, 0);
	assert_true(a.ip_up && b.ip_up);
	assert_address(a.ppp.ipcp.remote, "10.9.0.3");
}

static void an_identifier_that_was_not_given_is_not_taken(void **state)
{
	(void)state;
	ends_between("10.9.0.1:10.9.0.2 +ipv6 ipv6 ::1,::2",
		     "10.9.0.2:10.9.0.1 +ipv6 ipv6 ::3,::1");
	ends_run(TURNS_MAX, 0);
	assert_true(a.ip_up && b.ip_up);
	assert_false(a.ipv6_up || b.ipv6_up);
}

/* The device has its addresses, and nobody is left who may give it others. */
static void what_was_agreed_on_once_stays(void **state)
{
	static const uint8_t address6[] = {
	    CONFIGURE_REQUEST, 9, 0, 14, 1, 10, 2, 2, 2, 2, 2, 2, 2, 9};
	static const uint8_t address[] = {CONFIGURE_REQUEST, 9, 0, 10, 3, 6, 10, 9, 0, 9};
	const struct frame other6 = {PROTOCOL_IPV6CP, address6, sizeof address6};
	const struct frame other = {PROTOCOL_IPCP, address, sizeof address};
	struct ncp before6;

	(void)state;
	ends_between(": ipcp-accept-remote ipcp-accept-local +ipv6",
		     "10.9.0.3:10.9.0.1 +ipv6 ipv6 ::3,");
	assert_true(a.ip_up && b.ip_up && a.ipv6_up);
	before6 = a.ppp.ipv6cp;
	ppp_frame(&a.ppp, &other, now);
	ppp_frame(&a.ppp, &other6, now);
	assert_address(a.ppp.ipcp.remote, "10.9.0.3");
	assert_memory_equal(a.ppp.ipv6cp.remote, before6.remote, INTERFACE_ID_SIZE);
	/* nor by the peer's Nak */
	b.settings.remote = address_of("10.9.0.8");
	memcpy(b.ppp.ipcp.remote, &b.settings.remote, sizeof b.settings.remote);
	ends_run(TURNS_MAX, 0);
	assert_address(a.ppp.ipcp.local, "10.9.0.1");
	assert_memory_equal(a.ppp.ipv6cp.local, before6.local, INTERFACE_ID_SIZE);
}

static void one_family_is_enough(void **state)
{
	(void)state;
	/* The question of IPv6 is open while it was not answered. */
	ends_set(&a, &b, "10.9.0.1:10.9.0.2 +ipv6");
	ends_set(&b, &a, "10.9.0.2:10.9.0.1");
	ends_start(&a);
	ends_start(&b);
	assert_false(ppp_undecided(&a.ppp));
	for (unsigned i = 0; i < 20 && a.ppp.lcp.state != STATE_OPENED; i++)
		ends_run(1, 0);
	assert_true(ppp_undecided(&a.ppp));
	ends_run(20, 0);
	assert_true(a.ip_up);
	assert_false(ppp_undecided(&a.ppp));
	ends_between("10.9.0.1:10.9.0.2 +ipv6 ipv6 ::1,::2", "10.9.0.2:10.9.0.1");
	assert_true(a.ip_up && b.ip_up);
	assert_false(a.ipv6_up || b.ipv6_up);
	assert_false(a.ppp.done || b.ppp.done);
}

static void nothing_in_common_is_an_end(void **state)
{
	(void)state;
	ends_between("10.9.0.1:10.9.0.2", "noip +ipv6 ipv6 ::2,::1");
	ends_run(TURNS_MAX, 0);
	assert_true(a.ppp.done && b.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_NEGOTIATION);
}

static void it_comes_up_over_a_line_that_loses_frames(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		ends_set(&a, &b, "10.9.0.1:10.9.0.2 lcp-max-configure 50");
		ends_set(&b, &a, "10.9.0.2:10.9.0.1 lcp-max-configure 50");
		ends_start(&a);
		ends_start(&b);
		ends_run(TURNS_MAX, 4);
		assert_true(a.ip_up && b.ip_up);
	}
}

static void a_peer_that_never_answers_is_given_up(void **state)
{
	(void)state;
	ends_set(&a, NULL, "10.9.0.1:10.9.0.2 lcp-max-configure 5");
	ends_set(&b, NULL, "10.9.0.1:10.9.0.2 silent");
	ends_start(&a);
	ends_start(&b);
	ends_run(TURNS_MAX, 0);
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_NEGOTIATION);
	assert_int_equal(a.sent, 5);
	/* and one that waits says nothing */
	assert_int_equal(b.sent, 0);
}

/* As with pppd: "lcp-" is what it says. */
static void counters_that_are_given_are_lcps(void **state)
{
	(void)state;
	ends_set(&a, NULL, "10.9.0.1:10.9.0.2 +ipv6 lcp-max-configure 7 lcp-restart 1");
	ends_start(&a);
	assert_int_equal(a.ppp.lcp.max_configure, 7);
	assert_int_equal(a.ppp.lcp.restart_ms, 1000);
	assert_int_equal(a.ppp.ipcp.automaton.max_configure, MAX_CONFIGURE);
	assert_int_equal(a.ppp.ipv6cp.automaton.restart_ms, RESTART_S * 1000);
}

static void a_line_that_leads_back_is_noticed(void **state)
{
	(void)state;
	memset(&b, 0, sizeof b);
	ends_set(&a, &a, "10.9.0.1:10.9.0.2");
	ends_start(&a);
	ends_run_alone();
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_LOOPBACK);
	assert_false(a.ip_up);
}

static void a_peer_that_went_away_is_noticed(void **state)
{
	(void)state;
	ends_between("10.9.0.1:10.9.0.2 lcp-echo-interval 10 lcp-echo-failure 3",
		     "10.9.0.2:10.9.0.1");
	ends_run(100, 0);
	assert_true(a.ip_up);
	a.other = NULL;
	ends_run(TURNS_MAX, 0);
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
}

/* Right after an answer: three echoes have none, and the link ends where the fourth is due,
 * without waiting for an answer to its end. */
static void a_silent_line_ends_one_interval_after_the_last_echo(void **state)
{
	int64_t silent;
	unsigned sent;

	(void)state;
	ends_between("10.9.0.1:10.9.0.2 lcp-echo-interval 10 lcp-echo-failure 3",
		     "10.9.0.2:10.9.0.1");
	ends_run(100, 0);
	a.other = NULL;
	silent = now;
	sent = a.sent;
	ends_run_alone();
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
	assert_int_equal(now - silent, 40 * 1000);
	/* the echoes, and a Terminate-Request */
	assert_int_equal(a.sent - sent, 4);
	assert_false(a.ip_up);
}

/* Until a gives up, or so many intervals have passed. Before each of its echoes a gets that
 * frame; none of what it sends is answered. */
static void keep_telling(const struct frame *frame, unsigned intervals)
{
	a.other = NULL;
	a.queued = 0;
	for (unsigned i = 0; i < intervals && !a.ppp.done; i++) {
		ppp_frame(&a.ppp, frame, now);
		now = ppp_deadline(&a.ppp);
		ppp_tick(&a.ppp, now);
	}
}

/* Its answers are behind what a full line has to carry first. */
static void a_peer_that_is_heard_is_alive(void **state)
{
	static const uint8_t packet[40] = {0x45, 0, 0, 40},
			     echo[] = {ECHO_REQUEST, 1, 0, 8, 0xde, 0xad, 0xbe, 0xef};
	const struct frame frames[] = {{PROTOCOL_IP, packet, sizeof packet},
				       {PROTOCOL_LCP, echo, sizeof echo}};
	int64_t silent;

	(void)state;
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		ends_between("10.9.0.1:10.9.0.2 lcp-echo-interval 10 lcp-echo-failure 3",
			     "10.9.0.2:10.9.0.1");
		ends_run(100, 0);
		keep_telling(&frames[i], 50);
		assert_false(a.ppp.done);
		ppp_frame(&a.ppp, &frames[i], now);
		silent = now;
		ends_run_alone();
		assert_true(a.ppp.done);
		assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
		assert_int_equal(now - silent, 40 * 1000);
	}
}

/* What comes back on a line that leads back are packets, and this end's echoes. */
static void packets_of_its_own_are_no_peer(void **state)
{
	static const uint8_t packet[40] = {0x45, 0, 0, 40};
	const struct frame frame = {PROTOCOL_IP, packet, sizeof packet};
	uint8_t echo[] = {ECHO_REQUEST, 1, 0, 8, 0, 0, 0, 0};
	const struct frame own = {PROTOCOL_LCP, echo, sizeof echo};

	(void)state;
	ends_between("10.9.0.1:10.9.0.2 lcp-echo-interval 10 lcp-echo-failure 3",
		     "10.9.0.2:10.9.0.1");
	ends_run(100, 0);
	put32(echo + 4, a.ppp.lcp_values.magic);
	for (unsigned i = 0; i < 10 && !a.ppp.done; i++) {
		ppp_frame(&a.ppp, &own, now);
		keep_telling(&frame, 1);
	}
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
}

/* The answer of the end that of_a sets up to a request of one option. */
static unsigned answer_to(const char *of_a, const uint8_t *option, size_t len)
{
	uint8_t request[32] = {CONFIGURE_REQUEST, 9, 0, (uint8_t)(4 + len)};
	const struct frame frame = {PROTOCOL_LCP, request, 4 + len};

	memcpy(request + 4, option, len);
	ends_set(&a, &b, of_a);
	memset(&b, 0, sizeof b);
	ends_start(&a);
	b.queued = 0;
	ppp_frame(&a.ppp, &frame, now);
	assert_int_equal(b.queued, 1);
	return b.queue[0].bytes[0];
}

/* As with pppd, "no" says no to both directions. */
static void what_is_not_wanted_is_not_taken_either(void **state)
{
	static const uint8_t map[] = {2, 6, 0, 0, 0, 0}, protocol[] = {7, 2},
			     address[] = {8, 2};

	(void)state;
	assert_int_equal(answer_to("", map, sizeof map), CONFIGURE_ACK);
	assert_int_equal(answer_to("default-asyncmap", map, sizeof map), CONFIGURE_REJECT);
	assert_int_equal(answer_to("", protocol, sizeof protocol), CONFIGURE_ACK);
	assert_int_equal(answer_to("nopcomp", protocol, sizeof protocol), CONFIGURE_REJECT);
	assert_int_equal(answer_to("noaccomp", protocol, sizeof protocol), CONFIGURE_ACK);
	assert_int_equal(answer_to("", address, sizeof address), CONFIGURE_ACK);
	assert_int_equal(answer_to("noaccomp", address, sizeof address), CONFIGURE_REJECT);
}

/* What a terminal's end needs, it asks for and does, whatever the other asks for. */
static void what_the_line_needs_is_escaped_in_both_directions(void **state)
{
	const uint32_t map = LINE_TTY_ESCAPES;

	(void)state;
	ends_set(&a, &b, "10.9.0.1:10.9.0.2 asyncmap 0");
	ends_set(&b, &a, "10.9.0.2:10.9.0.1 asyncmap 1");
	a.settings.accm |= map;
	a.settings.escape = map;
	ends_start(&a);
	ends_start(&b);
	ends_run(20, 0);
	assert_true(a.ip_up && b.ip_up);
	assert_int_equal(a.ppp.lcp_values.style.accm, map | 1);
	assert_int_equal(b.ppp.lcp_values.style.accm, map);
}

/* RFC 1662 7.1: the Nak names characters that are escaped in any case. */
static void a_peer_that_escapes_more_is_taken_at_its_word(void **state)
{
	uint8_t nak[10] = {CONFIGURE_NAK, 0, 0, 10, 2, 6, 0, 0x0a, 0, 0};
	const struct frame frame = {PROTOCOL_LCP, nak, sizeof nak};

	(void)state;
	ends_set(&a, &b, "10.9.0.1:10.9.0.2 asyncmap 1");
	memset(&b, 0, sizeof b);
	ends_start(&a);
	nak[1] = b.queue[0].bytes[1];
	b.queued = 0;
	ppp_frame(&a.ppp, &frame, now);
	assert_int_equal(b.queued, 1);
	assert_memory_equal(b.queue[0].bytes + 4, "\2\6\0\12\0\1", 6);
}

static void time_limits_hold(void **state)
{
	(void)state;
	ends_between("10.9.0.1:10.9.0.2 idle 60", "10.9.0.2:10.9.0.1");
	ends_run(TURNS_MAX, 0);
	assert_int_equal(a.ppp.result, PPP_EXIT_IDLE);
	ends_between("10.9.0.1:10.9.0.2 maxconnect 60", "10.9.0.2:10.9.0.1");
	ends_run(TURNS_MAX, 0);
	assert_int_equal(a.ppp.result, PPP_EXIT_MAX_CONNECT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_ends_come_up_with_their_addresses),
	    cmocka_unit_test(an_end_without_addresses_is_told_them),
	    cmocka_unit_test(addresses_that_do_not_agree_come_to_nothing),
	    cmocka_unit_test(an_identifier_that_was_not_given_is_not_taken),
	    cmocka_unit_test(what_was_agreed_on_once_stays),
	    cmocka_unit_test(one_family_is_enough),
	    cmocka_unit_test(nothing_in_common_is_an_end),
	    cmocka_unit_test(it_comes_up_over_a_line_that_loses_frames),
	    cmocka_unit_test(a_peer_that_never_answers_is_given_up),
	    cmocka_unit_test(counters_that_are_given_are_lcps),
	    cmocka_unit_test(a_line_that_leads_back_is_noticed),
	    cmocka_unit_test(a_peer_that_went_away_is_noticed),
	    cmocka_unit_test(a_silent_line_ends_one_interval_after_the_last_echo),
	    cmocka_unit_test(a_peer_that_is_heard_is_alive),
	    cmocka_unit_test(packets_of_its_own_are_no_peer),
	    cmocka_unit_test(what_is_not_wanted_is_not_taken_either),
	    cmocka_unit_test(what_the_line_needs_is_escaped_in_both_directions),
	    cmocka_unit_test(a_peer_that_escapes_more_is_taken_at_its_word),
	    cmocka_unit_test(time_limits_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
