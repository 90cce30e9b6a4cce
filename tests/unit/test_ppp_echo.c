/* SPDX-License-Identifier: ISC */
/* Protects: the time of an echo is counted for its own answer, once, and for nothing that a
 * peer makes up. */
#include <string.h>

#include "agent/ppp/bytes.h"
#include "tests/unit/ppp_ends.h"

enum {
	MS = 1000,
	INTERVAL_MS = 4000,
	ECHO_LEN = 16,
	/* as in lcp.c */
	NO_CLOCK = 0x73707470,
};

static void link_up(void)
{
	ends_between("10.9.0.1:10.9.0.2 lcp-echo-interval 4 lcp-echo-failure 3",
		     "10.9.0.2:10.9.0.1");
	assert_true(a.ip_up && b.ip_up);
	a.measured = 0;
	window_init(&a.window, now * MS);
}

/* a asks; what it has sent is on its way to b. The echo's number. */
static uint32_t ask(void)
{
	now = a.ppp.echo_timer;
	ppp_tick(&a.ppp, now);
	assert_int_equal(b.queued, 1);
	return a.window.marks[(a.window.next - 1) % WINDOW_MARKS].sequence;
}

/* An Echo-Reply to a, as if b had sent it; without its end if that is cut off. */
static void reply(uint8_t id, uint32_t magic, uint32_t number, size_t cut)
{
	uint8_t packet[ECHO_LEN] = {ECHO_REPLY, id, 0, (uint8_t)(ECHO_LEN - cut)};
	const struct frame frame = {PROTOCOL_LCP, packet, sizeof packet - cut};

	put32(packet + 4, magic);
	put32(packet + 8, number);
	ppp_frame(&a.ppp, &frame, now);
}

static void a_link_measures_its_echoes(void **state)
{
	(void)state;
	link_up();
	for (unsigned i = 1; i <= 300; i++) {
		(void)ask();
		now += 25;
		ends_receive(&b, 0);
		ends_receive(&a, 0);
		assert_int_equal(a.measured, i);
	}
	assert_int_equal(a.window.times.last, 25 * MS);
	assert_int_equal(a.window.times.smoothed, 25 * MS);
	/* The other end sends none, and measures none. */
	assert_int_equal(b.measured, 0);
}

/* Each is the answer but for one thing; then the answer comes, twice. */
static void made_up_answers_do_not_count(void **state)
{
	uint32_t magic, number;
	uint8_t id;

	(void)state;
	link_up();
	magic = a.ppp.lcp_values.peer_magic;
	id = a.ppp.echo_id;
	assert_int_not_equal(magic, 0);
	reply(id, magic, id, 0);
	number = ask();
	assert_int_equal((uint8_t)number, id);
	b.queued = 0;
	now += 30;
	reply(id, magic + 1, number, 0);
	reply(id, 0, number, 0);
	reply(id, a.ppp.lcp_values.magic, number, 0);
	reply((uint8_t)(id + 1), magic, number, 0);
	reply(id, magic, number + 256, 0);
	reply(id, magic, number, 4);
	reply(id, magic, number, 8);
	assert_int_equal(a.measured, 0);
	reply(id, magic, number, 0);
	assert_int_equal(a.measured, 1);
	now += 30;
	reply(id, magic, number, 0);
	assert_int_equal(a.measured, 1);
	assert_int_equal(a.window.times.last, 30 * MS);
	assert_int_equal(a.window.times.samples, 1);
}

/* From which a learns how long the answer has waited on its way back. */
static void an_answer_tells_the_clock_of_the_other_end(void **state)
{
	(void)state;
	link_up();
	b.clock_ahead = 123456789;
	a.queued = a.clocks = 0;
	(void)ask();
	now += 25;
	ends_receive(&b, 0);
	now += 50;
	ends_receive(&a, 0);
	assert_int_equal(a.clocks, 1);
	assert_int_equal(a.clock, (uint32_t)(now - 50) * MS + 123456789);
}

/* An Echo-Request to a, with so many bytes behind the magic number; what a answers. */
static const uint8_t *echo_to_a(uint8_t id, const uint8_t *data, size_t len)
{
	uint8_t packet[8 + ECHO_LEN] = {ECHO_REQUEST, id, 0, (uint8_t)(8 + len)};
	const struct frame frame = {PROTOCOL_LCP, packet, 8 + len};

	memcpy(packet + 8, data, len);
	b.queued = 0;
	ppp_frame(&a.ppp, &frame, now);
	assert_int_equal(b.queued, 1);
	assert_int_equal(b.queue[0].bytes[0], ECHO_REPLY);
	assert_int_equal(b.queue[0].len, 8 + len);
	return b.queue[0].bytes + 8;
}

/* Of a PPP that has no room for a clock, or something else there (RFC 1661 5.8). */
static void what_another_sends_comes_back_as_it_was(void **state)
{
	uint8_t data[ECHO_LEN];

	(void)state;
	link_up();
	for (size_t len = 0; len <= sizeof data; len++) {
		for (uint8_t byte = 0; byte < 255; byte++) {
			memset(data, byte, sizeof data);
			assert_memory_equal(echo_to_a(byte, data, len), data, len);
		}
	}
	/* What is in a clock's place goes with the number. */
	put32(data, 1);
	put32(data + 4, NO_CLOCK);
	assert_memory_equal(echo_to_a(1, data, 8), data, 8);
	put32(data + 4, NO_CLOCK ^ 1);
	assert_memory_not_equal(echo_to_a(1, data, 8), data, 8);
}

/* Then nothing is known of its way back. */
static void a_ppp_that_knows_no_clocks_is_not_taken_for_one_that_does(void **state)
{
	uint8_t *echo;

	(void)state;
	link_up();
	a.clocks = 0;
	for (unsigned i = 0; i < 300; i++) {
		(void)ask();
		echo = b.queue[0].bytes;
		assert_int_equal(echo[0], ECHO_REQUEST);
		echo[0] = ECHO_REPLY;
		put32(echo + 4, a.ppp.lcp_values.peer_magic);
		ppp_frame(&a.ppp, &(struct frame){PROTOCOL_LCP, echo, b.queue[0].len}, now);
		b.queued = 0;
		assert_int_equal(a.measured, i + 1);
	}
	assert_int_equal(a.clocks, 0);
}

/* An answer cannot be made up before the question is there. */
static void numbers_are_not_to_be_guessed(void **state)
{
	uint32_t last, steps[3];

	(void)state;
	link_up();
	last = ask();
	for (unsigned i = 0; i < 3; i++) {
		uint32_t number;

		b.queued = 0;
		a.ppp.alive.unanswered = 0;
		number = ask();
		steps[i] = number - last;
		last = number;
	}
	assert_int_not_equal(steps[0], steps[1]);
	assert_int_not_equal(steps[1], steps[2]);
}

/* What was counted as a sign of life before still is. */
static void a_peer_with_another_number_still_lives(void **state)
{
	(void)state;
	link_up();
	for (unsigned i = 0; i < 20; i++) {
		const uint32_t number = ask();

		b.queued = 0;
		reply((uint8_t)number, 0, number, 0);
		assert_int_equal(a.ppp.alive.unanswered, 0);
	}
	assert_false(a.ppp.done);
	assert_int_equal(a.measured, 0);
}

/* A new negotiation: numbers and identifiers of the old one are worth nothing. */
static void an_old_answer_does_not_count_on_a_new_link(void **state)
{
	uint32_t number;

	(void)state;
	link_up();
	number = ask();
	b.queued = 0;
	automaton_event(&a.ppp.lcp, EVENT_DOWN, now);
	automaton_event(&b.ppp.lcp, EVENT_DOWN, now);
	automaton_event(&a.ppp.lcp, EVENT_UP, now);
	automaton_event(&b.ppp.lcp, EVENT_UP, now);
	for (int i = 0; i < 20 && !a.ip_up; i++) {
		ends_receive(&a, 0);
		ends_receive(&b, 0);
	}
	assert_true(a.ip_up);
	reply((uint8_t)number, a.ppp.lcp_values.peer_magic, number, 0);
	assert_int_equal(a.measured, 0);
}

/* What shows how long the line takes for so many bytes. */
static void what_is_to_be_discarded_is_no_news(void **state)
{
	static const size_t sizes[] = {4, WINDOW_TRIAL, 1 << 16};
	static const size_t lengths[] = {8, 4 + WINDOW_TRIAL, 1500};

	(void)state;
	link_up();
	a.queued = 0;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		lcp_send_discard(&a.ppp, sizes[i]);
		assert_int_equal(b.queued, 1);
		assert_int_equal(b.queue[0].protocol, PROTOCOL_LCP);
		assert_int_equal(b.queue[0].len, lengths[i]);
		assert_int_equal(b.queue[0].bytes[0], DISCARD_REQUEST);
		assert_int_equal(get32(b.queue[0].bytes + 4), a.ppp.lcp_values.magic);
		ends_receive(&b, 0);
		assert_int_equal(a.queued, 0);
		assert_false(b.ppp.done);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_link_measures_its_echoes),
	    cmocka_unit_test(made_up_answers_do_not_count),
	    cmocka_unit_test(an_answer_tells_the_clock_of_the_other_end),
	    cmocka_unit_test(what_another_sends_comes_back_as_it_was),
	    cmocka_unit_test(a_ppp_that_knows_no_clocks_is_not_taken_for_one_that_does),
	    cmocka_unit_test(numbers_are_not_to_be_guessed),
	    cmocka_unit_test(a_peer_with_another_number_still_lives),
	    cmocka_unit_test(what_is_to_be_discarded_is_no_news),
	    cmocka_unit_test(an_old_answer_does_not_count_on_a_new_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
