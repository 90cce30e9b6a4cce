/* SPDX-License-Identifier: ISC */
/* Protects: the time of an echo is counted for its own answer, once, and for nothing that a
 * peer makes up. */
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/round_trip.h"
#include "tests/unit/ppp_ends.h"

enum { MS = 1000, INTERVAL_MS = 4000, ECHO_REPLY_LEN = 8 };

static struct round_trip trip;

/* One echo and its answer. */
static void answer(uint8_t id, int64_t sent, int64_t came)
{
	round_trip_sent(&trip, id, sent);
	assert_true(round_trip_answered(&trip, id, came));
}

static void the_first_answer_is_all_that_is_known(void **state)
{
	(void)state;
	trip = (struct round_trip){0};
	answer(0, 7 * MS, 19 * MS);
	assert_int_equal(trip.samples, 1);
	assert_int_equal(trip.last, 12 * MS);
	assert_int_equal(trip.smoothed, 12 * MS);
	assert_int_equal(trip.least, 12 * MS);
}

static void later_ones_are_smoothed(void **state)
{
	(void)state;
	trip = (struct round_trip){0};
	answer(0, 0, 8 * MS);
	answer(1, 0, 16 * MS);
	assert_int_equal(trip.last, 16 * MS);
	assert_int_equal(trip.smoothed, 9 * MS);
	assert_int_equal(trip.least, 8 * MS);
	answer(2, 0, 1 * MS);
	assert_int_equal(trip.last, 1 * MS);
	assert_int_equal(trip.smoothed, 8 * MS);
	assert_int_equal(trip.least, 1 * MS);
	for (int i = 3; i < 200; i++)
		answer((uint8_t)i, 0, 40 * MS);
	assert_in_range(trip.smoothed, 39 * MS, 40 * MS);
	assert_int_equal(trip.least, 1 * MS);
}

static void an_answer_counts_once_and_only_to_its_echo(void **state)
{
	(void)state;
	trip = (struct round_trip){0};
	/* Nothing was asked. */
	for (int id = 0; id <= UINT8_MAX; id++)
		assert_false(round_trip_answered(&trip, (uint8_t)id, 5 * MS));
	round_trip_sent(&trip, 1, 5 * MS);
	/* The same place, and another echo. */
	assert_false(round_trip_answered(&trip, 1 + ROUND_TRIP_PENDING, 6 * MS));
	assert_true(round_trip_answered(&trip, 1, 6 * MS));
	assert_false(round_trip_answered(&trip, 1, 7 * MS));
	assert_int_equal(trip.samples, 1);
	assert_int_equal(trip.last, 1 * MS);
}

static void several_may_be_on_their_way(void **state)
{
	(void)state;
	trip = (struct round_trip){0};
	for (uint8_t id = 250; id != 2; id++)
		round_trip_sent(&trip, id, id * MS);
	/* In any order. */
	assert_true(round_trip_answered(&trip, 1, 300 * MS));
	assert_int_equal(trip.last, 299 * MS);
	assert_true(round_trip_answered(&trip, 250, 300 * MS));
	assert_int_equal(trip.last, 50 * MS);
	/* One more in its place: the old one is forgotten. */
	round_trip_sent(&trip, (uint8_t)(251 + ROUND_TRIP_PENDING), 400 * MS);
	assert_false(round_trip_answered(&trip, 251, 401 * MS));
}

static void no_number_is_absurd(void **state)
{
	(void)state;
	trip = (struct round_trip){0};
	/* A clock that goes back, and an answer of the day after next. */
	round_trip_sent(&trip, 0, 10);
	assert_false(round_trip_answered(&trip, 0, 9));
	round_trip_sent(&trip, 0, 0);
	assert_false(round_trip_answered(&trip, 0, (int64_t)UINT32_MAX + 1));
	assert_int_equal(trip.samples, 0);
	/* The longest that is counted. */
	answer(0, 0, UINT32_MAX);
	answer(1, 0, UINT32_MAX);
	assert_int_equal(trip.smoothed, UINT32_MAX);
	assert_int_equal(trip.least, UINT32_MAX);
	trip.samples = UINT32_MAX;
	answer(2, 0, 1);
	assert_int_equal(trip.samples, UINT32_MAX);
}

static void what_was_on_its_way_is_forgotten_with_its_link(void **state)
{
	(void)state;
	trip = (struct round_trip){0};
	answer(0, 0, 3 * MS);
	round_trip_sent(&trip, 1, 4 * MS);
	round_trip_restart(&trip);
	assert_false(round_trip_answered(&trip, 1, 5 * MS));
	assert_int_equal(trip.samples, 1);
}

/* --- on a link */

static void link_up(void)
{
	ends_between("10.9.0.1:10.9.0.2 lcp-echo-interval 4 lcp-echo-failure 3",
		     "10.9.0.2:10.9.0.1");
	assert_true(a.ip_up && b.ip_up);
	a.measured = 0;
	a.ppp.round_trip = (struct round_trip){0};
}

/* a asks; what it has sent is on its way to b. */
static void ask(void)
{
	now = a.ppp.echo_timer;
	ppp_tick(&a.ppp, now);
	assert_int_equal(b.queued, 1);
}

/* An Echo-Reply to a, as if b had sent it. */
static void reply(uint8_t id, uint32_t magic)
{
	uint8_t packet[ECHO_REPLY_LEN] = {ECHO_REPLY, id, 0, ECHO_REPLY_LEN};
	const struct frame frame = {PROTOCOL_LCP, packet, sizeof packet};

	put32(packet + 4, magic);
	ppp_frame(&a.ppp, &frame, now);
}

static void a_link_measures_its_echoes(void **state)
{
	(void)state;
	link_up();
	for (unsigned i = 1; i <= 300; i++) {
		ask();
		now += 25;
		ends_receive(&b, 0);
		ends_receive(&a, 0);
		assert_int_equal(a.measured, i);
	}
	assert_int_equal(a.ppp.round_trip.last, 25 * MS);
	assert_int_equal(a.ppp.round_trip.smoothed, 25 * MS);
	/* The other end sends none, and measures none. */
	assert_int_equal(b.measured, 0);
}

/* Each is the answer but for one thing; then the answer comes, twice. */
static void made_up_answers_do_not_count(void **state)
{
	uint32_t magic;
	uint8_t id;

	(void)state;
	link_up();
	magic = a.ppp.lcp_values.peer_magic;
	id = a.ppp.echo_id;
	assert_int_not_equal(magic, 0);
	reply(id, magic);
	ask();
	b.queued = 0;
	now += 30;
	reply(id, magic + 1);
	reply(id, 0);
	reply(id, a.ppp.lcp_values.magic);
	reply((uint8_t)(id + 1), magic);
	reply((uint8_t)(id + ROUND_TRIP_PENDING), magic);
	assert_int_equal(a.measured, 0);
	reply(id, magic);
	assert_int_equal(a.measured, 1);
	now += 30;
	reply(id, magic);
	assert_int_equal(a.measured, 1);
	assert_int_equal(a.ppp.round_trip.last, 30 * MS);
	assert_int_equal(a.ppp.round_trip.samples, 1);
}

/* What was counted as a sign of life before still is. */
static void a_peer_with_another_number_still_lives(void **state)
{
	(void)state;
	link_up();
	for (unsigned i = 0; i < 20; i++) {
		ask();
		b.queued = 0;
		reply((uint8_t)(a.ppp.echo_id - 1), 0);
		assert_int_equal(a.ppp.echoes_pending, 0);
	}
	assert_false(a.ppp.done);
	assert_int_equal(a.measured, 0);
}

/* A new negotiation: numbers and identifiers of the old one are worth nothing. */
static void an_old_answer_does_not_count_on_a_new_link(void **state)
{
	uint8_t id;

	(void)state;
	link_up();
	id = a.ppp.echo_id;
	ask();
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
	reply(id, a.ppp.lcp_values.peer_magic);
	assert_int_equal(a.measured, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_answer_is_all_that_is_known),
	    cmocka_unit_test(later_ones_are_smoothed),
	    cmocka_unit_test(an_answer_counts_once_and_only_to_its_echo),
	    cmocka_unit_test(several_may_be_on_their_way),
	    cmocka_unit_test(no_number_is_absurd),
	    cmocka_unit_test(what_was_on_its_way_is_forgotten_with_its_link),
	    cmocka_unit_test(a_link_measures_its_echoes),
	    cmocka_unit_test(made_up_answers_do_not_count),
	    cmocka_unit_test(a_peer_with_another_number_still_lives),
	    cmocka_unit_test(an_old_answer_does_not_count_on_a_new_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
