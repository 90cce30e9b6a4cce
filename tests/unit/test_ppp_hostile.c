/* SPDX-License-Identifier: ISC */
/* Protects: no peer, however odd, gets more than it was given, nor more than an answer to
 * what it says. */
#include "tests/unit/ppp_ends.h"

#include <string.h>

enum { FLOOD = 1000, REQUEST_MAX = 60000 };

/* Gives a packet of that code and data to a, as if it came from the line. */
static void give(uint16_t protocol, uint8_t code, const void *data, size_t len)
{
	static uint8_t bytes[PACKET_HEADER + REQUEST_MAX];
	const struct frame frame = {protocol, bytes, len + PACKET_HEADER};

	bytes[0] = code;
	bytes[1] = 9;
	bytes[2] = (uint8_t)(frame.len >> 8);
	bytes[3] = (uint8_t)frame.len;
	memcpy(bytes + PACKET_HEADER, data, len);
	ppp_frame(&a.ppp, &frame, now);
}

/* What a said last; b only keeps it. */
static const uint8_t *answer(void)
{
	assert_int_not_equal(b.queued, 0);
	return b.queue[b.queued - 1].bytes;
}

static void alone(const char *options)
{
	ends_set(&a, &b, options);
	memset(&b, 0, sizeof b);
	ends_start(&a);
	b.queued = 0;
}

static void options_that_are_none_are_not_answered(void **state)
{
	static const uint8_t none[] = {1, 0}, one[] = {1, 1}, most[] = {1, 255, 1, 2};
	static const uint8_t half[] = {1, 4, 5, 220, 5, 6, 1}, byte[] = {1};
	static const struct {
		const uint8_t *bytes;
		size_t len;
	} all[] = {{none, sizeof none},
		   {one, sizeof one},
		   {most, sizeof most},
		   {half, sizeof half},
		   {byte, sizeof byte}};

	(void)state;
	alone("10.9.0.1:10.9.0.2");
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		for (unsigned code = CONFIGURE_REQUEST; code <= CONFIGURE_REJECT; code++)
			give(PROTOCOL_LCP, (uint8_t)code, all[i].bytes, all[i].len);
	assert_int_equal(b.queued, 0);
	assert_int_equal(a.ppp.lcp.state, STATE_REQUEST_SENT);
	/* nor those of IP, of lengths that an address has not */
	ends_between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
	b.queued = 0;
	give(PROTOCOL_IPCP, CONFIGURE_REQUEST, "\3\0\12\11\0\2", 6);
	give(PROTOCOL_IPCP, CONFIGURE_REQUEST, "\3\377\12\11\0\2", 6);
	assert_int_equal(b.queued, 0);
	assert_true(a.ip_up);
	give(PROTOCOL_IPCP, CONFIGURE_REQUEST, "\3\5\12\11\0", 5);
	assert_int_equal(answer()[0], CONFIGURE_REJECT);
}

static void a_flood_of_options_has_one_answer_that_fits(void **state)
{
	static uint8_t options[REQUEST_MAX];
	static const uint8_t types[] = {0, 1, 2, 3, 5, 7, 200};

	(void)state;
	for (size_t i = 0; i < sizeof types; i++) {
		for (size_t at = 0; at < sizeof options; at += 2) {
			options[at] = types[i];
			options[at + 1] = OPTION_HEADER;
		}
		alone("10.9.0.1:10.9.0.2");
		give(PROTOCOL_LCP, CONFIGURE_REQUEST, options, sizeof options);
		assert_int_equal(b.queued, 1);
		assert_in_range(b.queue[0].len, PACKET_HEADER, PACKET_SIZE_MAX);
	}
}

/* Terminate-Requests, once and for ever. */
static void what_ends_is_not_prolonged(void **state)
{
	unsigned sent;
	int64_t last;

	(void)state;
	ends_between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
	a.other = NULL;
	sent = a.sent;
	give(PROTOCOL_LCP, TERMINATE_REQUEST, "", 0);
	assert_false(a.ip_up);
	last = ppp_deadline(&a.ppp);
	for (unsigned i = 0; i < FLOOD; i++) {
		now += 1;
		give(PROTOCOL_LCP, TERMINATE_REQUEST, "", 0);
		give(PROTOCOL_LCP, CONFIGURE_REQUEST, "", 0);
	}
	assert_int_equal(a.sent, sent + 1 + FLOOD);
	assert_int_equal(ppp_deadline(&a.ppp), last);
	ppp_tick(&a.ppp, last);
	assert_true(a.ppp.done);
	/* and nothing begins again behind the end */
	sent = a.sent;
	give(PROTOCOL_LCP, CONFIGURE_REQUEST, "", 0);
	assert_int_equal(a.sent, sent);
}

/* Two ends that reject each other's rejects would never end. */
static void what_is_rejected_is_not_rejected_back(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 256; code++) {
		const uint8_t packet[] = {(uint8_t)code, 1, 0, 4};
		const uint8_t protocol[] = {0xc0, (uint8_t)(code | 1)};

		ends_between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
		b.queued = 0;
		give(PROTOCOL_IPCP, CODE_REJECT, packet, sizeof packet);
		give(PROTOCOL_LCP, PROTOCOL_REJECT, protocol, sizeof protocol);
		give(PROTOCOL_LCP, CODE_REJECT, packet, sizeof packet);
		for (size_t i = 0; i < b.queued; i++)
			assert_true(b.queue[i].bytes[0] != CODE_REJECT &&
				    b.queue[i].bytes[0] != PROTOCOL_REJECT);
	}
	/* and an empty one is nothing */
	ends_between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
	b.queued = 0;
	give(PROTOCOL_LCP, CODE_REJECT, "", 0);
	give(PROTOCOL_LCP, PROTOCOL_REJECT, "\300", 1);
	assert_true(a.ip_up);
	assert_int_equal(b.queued, 0);
	/* what nobody knows is rejected, each time, and the link lives */
	for (unsigned i = 0; i < FLOOD; i++) {
		b.queued = 0;
		give(PROTOCOL_LCP, 200, "", 0);
		assert_int_equal(b.queued, 1);
		assert_int_equal(answer()[0], CODE_REJECT);
	}
	assert_true(a.ip_up);
}

static void nothing_counts_before_its_time(void **state)
{
	static const uint8_t address[] = {3, 6, 10, 9, 0, 9};
	const struct frame packet6 = {PROTOCOL_IPV6, (const uint8_t *)"`", 1};

	(void)state;
	/* IPCP, and what no one knows, before LCP */
	alone("10.9.0.1: ");
	give(PROTOCOL_IPCP, CONFIGURE_REQUEST, address, sizeof address);
	give(PROTOCOL_IPCP, CONFIGURE_ACK, address, sizeof address);
	give(0x4021, CONFIGURE_REQUEST, address, sizeof address);
	assert_int_equal(b.queued, 0);
	assert_int_equal(a.ppp.ipcp.automaton.state, STATE_INITIAL);
	assert_memory_equal(a.ppp.ipcp.remote, "\0\0\0", 4);
	/* packets of a protocol that is not up yet, and of one that never will be */
	ends_between("10.9.0.1:10.9.0.2 +ipv6", "10.9.0.2:10.9.0.1");
	b.queued = 0;
	ppp_frame(&a.ppp, &packet6, now);
	assert_int_equal(a.delivered, 0);
	assert_int_equal(b.queued, 0);
	ends_between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
	ppp_frame(&a.ppp, &packet6, now);
	assert_int_equal(a.delivered, 0);
	assert_int_equal(answer()[0], PROTOCOL_REJECT);
}

/* After the link is up the line is turned around. */
static void our_own_words_coming_back_are_no_peer(void **state)
{
	(void)state;
	ends_between("10.9.0.1:10.9.0.2 lcp-echo-interval 10 lcp-echo-failure 3",
		     "10.9.0.2:10.9.0.1");
	memset(&b, 0, sizeof b);
	a.other = &a;
	a.sent = 0;
	ends_run_alone();
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
	assert_in_range(a.sent, 3, 20);
}

static void echoes_that_are_not_known_are_no_more_asked_for(void **state)
{
	static const uint8_t echo[] = {ECHO_REQUEST, 1, 0, 8, 0, 0, 0, 0};

	(void)state;
	ends_between("10.9.0.1:10.9.0.2 lcp-echo-interval 10 lcp-echo-failure 3",
		     "10.9.0.2:10.9.0.1");
	assert_int_not_equal(ppp_deadline(&a.ppp), INT64_MAX);
	give(PROTOCOL_LCP, CODE_REJECT, echo, sizeof echo);
	assert_true(a.ip_up);
	assert_int_equal(ppp_deadline(&a.ppp), INT64_MAX);
}

static void other_protocols_are_refused(void **state)
{
	static const uint16_t protocols[] = {0x80fd, 0x8053, 0xc023,
					     0xc223, 0x002d, 0x4021};

	(void)state;
	ends_between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
	for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
		const struct frame frame = {protocols[i], (const uint8_t *)"\1\1\0\4", 4};
		const unsigned sent = a.sent;

		b.queued = 0;
		ppp_frame(&a.ppp, &frame, now);
		assert_int_equal(a.sent, sent + 1);
		assert_int_equal(b.queue[0].protocol, PROTOCOL_LCP);
		assert_int_equal(b.queue[0].bytes[0], PROTOCOL_REJECT);
		assert_int_equal(b.queue[0].bytes[4] << 8 | b.queue[0].bytes[5],
				 protocols[i]);
	}
}

static void a_flood_costs_no_more_than_an_answer_each(void **state)
{
	static const uint8_t request[] = {CONFIGURE_REQUEST, 9, 0, 4};
	static const uint8_t echo[] = {ECHO_REQUEST, 9, 0, 8, 0, 0, 0, 1};
	const struct frame storm = {PROTOCOL_LCP, request, sizeof request};
	const struct frame echoes = {PROTOCOL_LCP, echo, sizeof echo};
	unsigned sent;

	(void)state;
	ends_between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
	b.other = a.other = NULL;
	sent = a.sent;
	for (unsigned i = 0; i < 1000; i++)
		ppp_frame(&a.ppp, &echoes, now);
	assert_int_equal(a.sent, sent + 1000);
	/* A new negotiation takes the link down, and is answered; requests of our own go by
	 * the timer alone. */
	for (unsigned i = 0; i < 1000; i++)
		ppp_frame(&a.ppp, &storm, now);
	assert_false(a.ip_up);
	assert_true(a.sent <= sent + 1000 + 1000 + 3);
}

static void a_peer_does_not_fill_the_log(void **state)
{
	static const uint8_t reject[] = {PROTOCOL_REJECT, 9, 0, 6, 0x80, 0x21};
	static const uint8_t request[] = {CONFIGURE_REQUEST, 9, 0, 4};
	const struct frame rejects = {PROTOCOL_LCP, reject, sizeof reject};
	const struct frame requests = {PROTOCOL_LCP, request, sizeof request};
	unsigned lines;

	(void)state;
	ends_between("10.9.0.1:10.9.0.2 +ipv6", "10.9.0.2:10.9.0.1 +ipv6");
	for (unsigned i = 0; i < 1000; i++)
		ppp_frame(&a.ppp, &rejects, now);
	for (unsigned i = 0; i < 1000; i++) {
		ppp_frame(&a.ppp, &requests, now);
		ends_run(20, 0);
	}
	assert_true(a.ipv6_up);
	assert_in_range(a.lines, 1, 100);
	/* and is heard again when it has calmed down */
	lines = a.lines;
	now += 60 * 1000;
	ppp_frame(&a.ppp, &rejects, now);
	assert_true(a.lines > lines);
}

static void what_came_before_the_link_is_up_goes_nowhere(void **state)
{
	const struct frame packet = {PROTOCOL_IP, (const uint8_t *)"E", 1};

	(void)state;
	ends_set(&a, NULL, "10.9.0.1:10.9.0.2");
	ends_start(&a);
	ppp_frame(&a.ppp, &packet, now);
	assert_int_equal(a.delivered, 0);
	ends_between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
	ppp_frame(&a.ppp, &packet, now);
	assert_int_equal(a.delivered, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_that_are_none_are_not_answered),
	    cmocka_unit_test(a_flood_of_options_has_one_answer_that_fits),
	    cmocka_unit_test(what_ends_is_not_prolonged),
	    cmocka_unit_test(what_is_rejected_is_not_rejected_back),
	    cmocka_unit_test(nothing_counts_before_its_time),
	    cmocka_unit_test(our_own_words_coming_back_are_no_peer),
	    cmocka_unit_test(echoes_that_are_not_known_are_no_more_asked_for),
	    cmocka_unit_test(other_protocols_are_refused),
	    cmocka_unit_test(a_flood_costs_no_more_than_an_answer_each),
	    cmocka_unit_test(a_peer_does_not_fill_the_log),
	    cmocka_unit_test(what_came_before_the_link_is_up_goes_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
