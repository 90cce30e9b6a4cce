/* SPDX-License-Identifier: ISC */
/* Protects: two ends agree on what their settings say, and on nothing else; and no peer,
 * however odd, gets more than it was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ppp/ppp.h"

enum { QUEUE_MAX = 256, FRAME_MAX = 2048, TURNS_MAX = 400 };

/* One end, and the frames that are on their way to it. */
struct end {
	struct ppp ppp;
	struct settings settings;
	struct end *other;
	struct {
		uint16_t protocol;
		uint8_t bytes[FRAME_MAX];
		size_t len;
	} queue[QUEUE_MAX];
	size_t queued;
	bool ip_up, ipv6_up;
	unsigned delivered, sent, lines;
	char said[4096];
};

static struct end a, b;
static int64_t now;

static void send_frame(void *context, const struct frame *frame,
		       const struct frame_style *style)
{
	struct end *end = context, *other = end->other;

	(void)style;
	end->sent++;
	if (other == NULL || other->queued == QUEUE_MAX)
		return;
	assert_true(frame->len <= FRAME_MAX);
	other->queue[other->queued].protocol = frame->protocol;
	memcpy(other->queue[other->queued].bytes, frame->information, frame->len);
	other->queue[other->queued++].len = frame->len;
}

static void deliver(void *context, uint16_t protocol, const uint8_t *packet, size_t len)
{
	(void)protocol;
	(void)packet;
	(void)len;
	((struct end *)context)->delivered++;
}

static void network(void *context, uint16_t protocol, bool up)
{
	struct end *end = context;

	/* What is told is so. */
	assert_int_equal(ppp_carries(&end->ppp, protocol), up);
	*(protocol == PROTOCOL_IP ? &end->ip_up : &end->ipv6_up) = up;
}

static void say(void *context, bool debug, const char *line)
{
	struct end *end = context;

	(void)debug;
	end->lines++;
	strncat(end->said, line, sizeof end->said - strlen(end->said) - 1);
	strncat(end->said, "\n", sizeof end->said - strlen(end->said) - 1);
}

static const struct ppp_hooks hooks = {send_frame, deliver, network, say};

static void set(struct end *end, struct end *other, const char *options)
{
	char text[512], *argv[64] = {(char[]){"ppptun"}};
	struct policy_error err = {0};
	int argc = 1;

	memset(end, 0, sizeof *end);
	end->other = other;
	(void)strncpy(text, options, sizeof text - 1);
	text[sizeof text - 1] = '\0';
	for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
		argv[argc++] = word;
	if (settings_parse(&end->settings, argc, argv, &err) != 0)
		fail_msg("%s", err.text);
}

static void start(struct end *end)
{
	ppp_start(&end->ppp, &end->settings, &hooks, end, (uint64_t)rand() << 16 | 1, now);
}

static void receive(struct end *end, unsigned one_in)
{
	static struct end was;

	was = *end;
	end->queued = 0;
	for (size_t i = 0; i < was.queued; i++) {
		const struct frame frame = {was.queue[i].protocol, was.queue[i].bytes,
					    was.queue[i].len};

		/* What the line loses. */
		if (one_in > 0 && (unsigned)rand() % one_in == 0)
			continue;
		ppp_frame(&end->ppp, &frame, now);
	}
}

/* Until nothing is on its way, and then until the time that something is due. */
static void run(unsigned turns, unsigned lost_one_in)
{
	for (unsigned i = 0; i < turns; i++) {
		if (a.queued == 0 && b.queued == 0) {
			const int64_t first = ppp_deadline(&a.ppp) < ppp_deadline(&b.ppp)
						  ? ppp_deadline(&a.ppp)
						  : ppp_deadline(&b.ppp);

			if (first == INT64_MAX)
				return;
			now = first > now ? first : now;
			ppp_tick(&a.ppp, now);
			ppp_tick(&b.ppp, now);
		}
		receive(&a, lost_one_in);
		receive(&b, lost_one_in);
	}
}

static void between(const char *of_a, const char *of_b)
{
	set(&a, &b, of_a);
	set(&b, &a, of_b);
	start(&a);
	start(&b);
	run(20, 0);
}

static uint32_t address_of(const char *text)
{
	uint32_t value;

	assert_int_equal(inet_pton(AF_INET, text, &value), 1);
	return value;
}

static void two_ends_come_up_with_their_addresses(void **state)
{
	(void)state;
	between("10.9.0.1:10.9.0.2 +ipv6 ipv6 ::1,::2 mru 4000",
		"10.9.0.2:10.9.0.1 +ipv6 ipv6 ::2,::1 silent");
	assert_true(a.ip_up && b.ip_up && a.ipv6_up && b.ipv6_up);
	assert_int_equal(a.ppp.ipcp_values.local, address_of("10.9.0.1"));
	assert_int_equal(b.ppp.ipcp_values.remote, address_of("10.9.0.1"));
	assert_int_equal(a.ppp.ipv6cp_values.remote[7], 2);
	assert_int_equal(ppp_mtu(&b.ppp), 4000);
	assert_int_equal(ppp_mtu(&a.ppp), 1500);
	ppp_close(&a.ppp, PPP_EXIT_SIGNAL, now);
	run(20, 0);
	assert_true(a.ppp.done && b.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_SIGNAL);
	assert_int_equal(b.ppp.result, PPP_EXIT_OK);
	assert_false(a.ip_up || b.ip_up || a.ipv6_up || b.ipv6_up);
}

static void an_end_without_addresses_is_told_them(void **state)
{
	(void)state;
	between("10.9.0.1:10.9.0.2", ":");
	assert_true(a.ip_up && b.ip_up);
	assert_int_equal(b.ppp.ipcp_values.local, address_of("10.9.0.2"));
	assert_int_equal(b.ppp.ipcp_values.remote, address_of("10.9.0.1"));
}

static void addresses_that_do_not_agree_come_to_nothing(void **state)
{
	(void)state;
	between("10.9.0.1:10.9.0.2", "10.9.0.3:10.9.0.1");
	run(TURNS_MAX, 0);
	assert_false(a.ip_up || b.ip_up);
	assert_true(a.ppp.done && b.ppp.done);
	assert_int_equal(b.ppp.result, PPP_EXIT_NEGOTIATION);
	/* unless one of them takes what comes */
	between("10.9.0.1:10.9.0.2 ipcp-accept-remote", "10.9.0.3:10.9.0.1");
	run(TURNS_MAX, 0);
	assert_true(a.ip_up && b.ip_up);
	assert_int_equal(a.ppp.ipcp_values.remote, address_of("10.9.0.3"));
}

static void an_identifier_that_was_not_given_is_not_taken(void **state)
{
	(void)state;
	between("10.9.0.1:10.9.0.2 +ipv6 ipv6 ::1,::2",
		"10.9.0.2:10.9.0.1 +ipv6 ipv6 ::3,::1");
	run(TURNS_MAX, 0);
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
	struct ipv6cp_values before6;

	(void)state;
	between(": ipcp-accept-remote ipcp-accept-local +ipv6",
		"10.9.0.3:10.9.0.1 +ipv6 ipv6 ::3,");
	assert_true(a.ip_up && b.ip_up && a.ipv6_up);
	before6 = a.ppp.ipv6cp_values;
	ppp_frame(&a.ppp, &other, now);
	ppp_frame(&a.ppp, &other6, now);
	assert_int_equal(a.ppp.ipcp_values.remote, address_of("10.9.0.3"));
	assert_memory_equal(a.ppp.ipv6cp_values.remote, before6.remote, INTERFACE_ID_SIZE);
	/* nor by the peer's Nak */
	b.settings.remote = b.ppp.ipcp_values.remote = address_of("10.9.0.8");
	run(TURNS_MAX, 0);
	assert_int_equal(a.ppp.ipcp_values.local, address_of("10.9.0.1"));
	assert_memory_equal(a.ppp.ipv6cp_values.local, before6.local, INTERFACE_ID_SIZE);
}

static void one_family_is_enough(void **state)
{
	(void)state;
	between("10.9.0.1:10.9.0.2 +ipv6 ipv6 ::1,::2", "10.9.0.2:10.9.0.1");
	assert_true(a.ip_up && b.ip_up);
	assert_false(a.ipv6_up || b.ipv6_up);
	assert_false(a.ppp.done || b.ppp.done);
}

static void nothing_in_common_is_an_end(void **state)
{
	(void)state;
	between("10.9.0.1:10.9.0.2", "noip +ipv6 ipv6 ::2,::1");
	run(TURNS_MAX, 0);
	assert_true(a.ppp.done && b.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_NEGOTIATION);
}

static void it_comes_up_over_a_line_that_loses_frames(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		set(&a, &b, "10.9.0.1:10.9.0.2 lcp-max-configure 50");
		set(&b, &a, "10.9.0.2:10.9.0.1 lcp-max-configure 50");
		start(&a);
		start(&b);
		run(TURNS_MAX, 4);
		assert_true(a.ip_up && b.ip_up);
	}
}

static void a_peer_that_never_answers_is_given_up(void **state)
{
	(void)state;
	set(&a, NULL, "10.9.0.1:10.9.0.2 lcp-max-configure 5");
	set(&b, NULL, "10.9.0.1:10.9.0.2 silent");
	start(&a);
	start(&b);
	run(TURNS_MAX, 0);
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_NEGOTIATION);
	assert_int_equal(a.sent, 5);
	/* and one that waits says nothing */
	assert_int_equal(b.sent, 0);
}

static void a_line_that_leads_back_is_noticed(void **state)
{
	(void)state;
	memset(&b, 0, sizeof b);
	set(&a, &a, "10.9.0.1:10.9.0.2");
	start(&a);
	for (unsigned i = 0; i < TURNS_MAX && !a.ppp.done; i++) {
		if (a.queued == 0) {
			now = ppp_deadline(&a.ppp);
			ppp_tick(&a.ppp, now);
		}
		receive(&a, 0);
	}
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_LOOPBACK);
	assert_false(a.ip_up);
}

static void a_peer_that_went_away_is_noticed(void **state)
{
	(void)state;
	between("10.9.0.1:10.9.0.2 lcp-echo-interval 10 lcp-echo-failure 3",
		"10.9.0.2:10.9.0.1");
	run(100, 0);
	assert_true(a.ip_up);
	a.other = NULL;
	run(TURNS_MAX, 0);
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
}

static void what_came_before_the_link_is_up_goes_nowhere(void **state)
{
	const struct frame packet = {PROTOCOL_IP, (const uint8_t *)"E", 1};

	(void)state;
	set(&a, NULL, "10.9.0.1:10.9.0.2");
	start(&a);
	ppp_frame(&a.ppp, &packet, now);
	assert_int_equal(a.delivered, 0);
	between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
	ppp_frame(&a.ppp, &packet, now);
	assert_int_equal(a.delivered, 1);
}

static void other_protocols_are_refused(void **state)
{
	static const uint16_t protocols[] = {0x80fd, 0x8053, 0xc023,
					     0xc223, 0x002d, 0x4021};

	(void)state;
	between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
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

/* The answer of the end that of_a sets up to a request of one option. */
static unsigned answer_to(const char *of_a, const uint8_t *option, size_t len)
{
	uint8_t request[32] = {CONFIGURE_REQUEST, 9, 0, (uint8_t)(4 + len)};
	const struct frame frame = {PROTOCOL_LCP, request, 4 + len};

	memcpy(request + 4, option, len);
	set(&a, &b, of_a);
	memset(&b, 0, sizeof b);
	start(&a);
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

static void a_flood_costs_no_more_than_an_answer_each(void **state)
{
	static const uint8_t request[] = {CONFIGURE_REQUEST, 9, 0, 4};
	static const uint8_t echo[] = {ECHO_REQUEST, 9, 0, 8, 0, 0, 0, 1};
	const struct frame storm = {PROTOCOL_LCP, request, sizeof request};
	const struct frame echoes = {PROTOCOL_LCP, echo, sizeof echo};
	unsigned sent;

	(void)state;
	between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
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
	between("10.9.0.1:10.9.0.2 +ipv6", "10.9.0.2:10.9.0.1 +ipv6");
	for (unsigned i = 0; i < 1000; i++)
		ppp_frame(&a.ppp, &rejects, now);
	for (unsigned i = 0; i < 1000; i++) {
		ppp_frame(&a.ppp, &requests, now);
		run(20, 0);
	}
	assert_true(a.ipv6_up);
	assert_in_range(a.lines, 1, 100);
	/* and is heard again when it has calmed down */
	lines = a.lines;
	now += 60 * 1000;
	ppp_frame(&a.ppp, &rejects, now);
	assert_true(a.lines > lines);
}

static void time_limits_hold(void **state)
{
	(void)state;
	between("10.9.0.1:10.9.0.2 idle 60", "10.9.0.2:10.9.0.1");
	run(TURNS_MAX, 0);
	assert_int_equal(a.ppp.result, PPP_EXIT_IDLE);
	between("10.9.0.1:10.9.0.2 maxconnect 60", "10.9.0.2:10.9.0.1");
	run(TURNS_MAX, 0);
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
	    cmocka_unit_test(a_line_that_leads_back_is_noticed),
	    cmocka_unit_test(a_peer_that_went_away_is_noticed),
	    cmocka_unit_test(what_came_before_the_link_is_up_goes_nowhere),
	    cmocka_unit_test(other_protocols_are_refused),
	    cmocka_unit_test(what_is_not_wanted_is_not_taken_either),
	    cmocka_unit_test(a_flood_costs_no_more_than_an_answer_each),
	    cmocka_unit_test(a_peer_does_not_fill_the_log),
	    cmocka_unit_test(time_limits_hold),
	};

	now = 1000;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
