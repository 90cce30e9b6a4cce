/* SPDX-License-Identifier: ISC */
/* Protects: a session whose client is gone ends when a new login asks, and one whose client
 * answers does not, however often it is asked. */
#include <string.h>

#include "agent/ppp/challenge.h"
#include "tests/unit/ppp_ends.h"

enum { SILENCE_MS = 5000, HEARD_MS = 1000, RESTART_MS = 3000, ASK_MS = 1200 };

/* A link that is up, and whose other end was last heard SILENCE_MS ago. Without echoes of
 * its own nothing else is due. */
static void link_up_and_silent(void)
{
	ends_between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
	assert_true(a.ip_up && b.ip_up);
	assert_int_equal(ppp_deadline(&a.ppp), INT64_MAX);
	now += SILENCE_MS;
	a.sent = 0;
}

static void a_client_that_is_gone_is_taken_over(void **state)
{
	(void)state;
	link_up_and_silent();
	a.said[0] = '\0';
	ppp_challenge(&a.ppp, now);
	assert_int_equal(a.sent, 1);
	assert_int_equal(ppp_deadline(&a.ppp), now + CHALLENGE_MS);
	ppp_tick(&a.ppp, now + CHALLENGE_MS - 1);
	assert_false(a.ppp.done);
	ppp_tick(&a.ppp, now + CHALLENGE_MS);
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
	assert_non_null(strstr(a.said, "a new login of the same peer takes over"));
	/* The echo, and no farewell that somebody would have to answer. */
	assert_int_equal(a.sent, 1);
}

static void a_client_that_answers_stays(void **state)
{
	(void)state;
	link_up_and_silent();
	for (unsigned i = 0; i < 20; i++) {
		ppp_challenge(&a.ppp, now);
		now += 100;
		ends_receive(&b, 0);
		ends_receive(&a, 0);
		/* Nothing is left to wake up for. */
		assert_int_equal(ppp_deadline(&a.ppp), INT64_MAX);
		now += CHALLENGE_MS;
		ppp_tick(&a.ppp, now);
		assert_false(a.ppp.done);
	}
	assert_int_equal(a.sent, 20);
	assert_true(a.ip_up && b.ip_up);
}

/* Any frame: the client's own traffic, or its own echoes. */
static void any_frame_is_a_sign_of_life(void **state)
{
	static const uint8_t packet[] = {0x45, 0, 0, 20};
	const struct frame frame = {PROTOCOL_IP, packet, sizeof packet};
	const struct frame unknown = {0x1234, packet, sizeof packet};

	(void)state;
	link_up_and_silent();
	ppp_challenge(&a.ppp, now);
	ppp_frame(&a.ppp, &frame, now + 1);
	assert_int_equal(ppp_deadline(&a.ppp), INT64_MAX);
	now += SILENCE_MS;
	ppp_challenge(&a.ppp, now);
	ppp_frame(&a.ppp, &unknown, now + CHALLENGE_MS - 1);
	ppp_tick(&a.ppp, now + CHALLENGE_MS);
	assert_false(a.ppp.done);
}

static void a_client_that_was_heard_just_now_is_not_asked(void **state)
{
	(void)state;
	ends_between("10.9.0.1:10.9.0.2", "10.9.0.2:10.9.0.1");
	a.sent = 0;
	now = a.ppp.heard_at + HEARD_MS - 1;
	ppp_challenge(&a.ppp, now);
	assert_int_equal(a.sent, 0);
	assert_int_equal(ppp_deadline(&a.ppp), INT64_MAX);
	now++;
	ppp_challenge(&a.ppp, now);
	assert_int_equal(a.sent, 1);
}

/* Each login of a flood waits for the answer to the one echo, and none puts the end off. */
static void a_flood_of_logins_sends_one_echo(void **state)
{
	const int64_t end = (link_up_and_silent(), now + CHALLENGE_MS);

	(void)state;
	for (unsigned i = 0; i < 200; i++, now += CHALLENGE_MS / 250)
		ppp_challenge(&a.ppp, now);
	assert_int_equal(a.sent, 1);
	assert_int_equal(ppp_deadline(&a.ppp), end);
	ppp_tick(&a.ppp, end);
	assert_true(a.ppp.done);
}

/* A client that went away before its PPP began. */
static void a_link_that_is_not_up_yet_is_asked_with_what_it_waits_for(void **state)
{
	(void)state;
	ends_set(&a, &b, "10.9.0.1:10.9.0.2");
	memset(&b, 0, sizeof b);
	ends_start(&a);
	assert_int_equal(a.sent, 1);
	/* It may just be starting. */
	now += HEARD_MS;
	ppp_challenge(&a.ppp, now);
	assert_int_equal(a.sent, 1);
	now += SILENCE_MS;
	ppp_challenge(&a.ppp, now);
	assert_int_equal(a.sent, 2);
	assert_int_equal(b.queue[1].protocol, PROTOCOL_LCP);
	assert_int_equal(b.queue[1].bytes[0], CONFIGURE_REQUEST);
	ppp_tick(&a.ppp, now + CHALLENGE_MS);
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
}

static void a_link_that_comes_up_under_a_challenge_stays(void **state)
{
	(void)state;
	ends_set(&a, &b, "10.9.0.1:10.9.0.2");
	ends_set(&b, &a, "10.9.0.2:10.9.0.1");
	ends_start(&a);
	now += SILENCE_MS;
	ppp_challenge(&a.ppp, now);
	ends_start(&b);
	ends_run(20, 0);
	assert_true(a.ip_up && b.ip_up);
	ppp_tick(&a.ppp, now + CHALLENGE_MS);
	assert_false(a.ppp.done);
}

/* No answer to echoes either: the end is near, and the new login need not wait for it. */
static void a_link_that_is_being_ended_ends_sooner(void **state)
{
	(void)state;
	link_up_and_silent();
	ppp_close(&a.ppp, PPP_EXIT_SIGNAL, now);
	assert_int_equal(ppp_deadline(&a.ppp), now + RESTART_MS);
	ppp_challenge(&a.ppp, now);
	ppp_tick(&a.ppp, now + CHALLENGE_MS);
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_SIGNAL);
}

/* The last Configure-Request may be due in the same moment: that is not why it ends. */
static void what_else_is_due_does_not_change_why_it_ends(void **state)
{
	(void)state;
	ends_set(&a, NULL, "10.9.0.1:10.9.0.2");
	ends_start(&a);
	while (a.ppp.lcp.restarts_left > 0) {
		now = ppp_deadline(&a.ppp);
		ppp_tick(&a.ppp, now);
	}
	now = a.ppp.lcp.timer - CHALLENGE_MS;
	ppp_challenge(&a.ppp, now);
	a.lines = 0;
	ppp_tick(&a.ppp, now + CHALLENGE_MS);
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
	assert_int_equal(a.lines, 1);
}

/* What came before the change says nothing of the line after it. */
static void a_change_of_the_network_has_it_asked_whenever_it_was_heard(void **state)
{
	(void)state;
	link_up_and_silent();
	ppp_heard(&a.ppp, now);
	a.said[0] = '\0';
	ppp_ask(&a.ppp, ASK_MS, now);
	assert_int_equal(a.sent, 1);
	assert_int_equal(ppp_deadline(&a.ppp), now + ASK_MS);
	ppp_tick(&a.ppp, now + ASK_MS);
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
	assert_non_null(strstr(a.said, "1200 ms after a change of this host's network"));
}

static void one_that_answers_after_a_change_stays(void **state)
{
	(void)state;
	link_up_and_silent();
	ppp_ask(&a.ppp, ASK_MS, now);
	now += ASK_MS - 1;
	ends_receive(&b, 0);
	ends_receive(&a, 0);
	assert_int_equal(ppp_deadline(&a.ppp), INT64_MAX);
	ppp_tick(&a.ppp, now + CHALLENGE_MS);
	assert_false(a.ppp.done);
}

/* Who may signal the program may say any number. */
static void no_peer_has_less_time_than_the_least(void **state)
{
	static const int64_t odd[] = {INT32_MIN,	-1,	  0, ASK_MS_MIN - 1,
				      CHALLENGE_MS + 1, INT32_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		link_up_and_silent();
		ppp_ask(&a.ppp, odd[i], now);
		assert_int_equal(ppp_deadline(&a.ppp), now + CHALLENGE_MS);
	}
}

/* Of a challenge and a question the sooner end counts, and each is told as what it was. */
static void a_challenge_does_not_put_off_a_question(void **state)
{
	(void)state;
	link_up_and_silent();
	ppp_challenge(&a.ppp, now);
	ppp_ask(&a.ppp, ASK_MS, now + 100);
	assert_int_equal(ppp_deadline(&a.ppp), now + 100 + ASK_MS);
	ppp_challenge(&a.ppp, now + 200);
	assert_int_equal(ppp_deadline(&a.ppp), now + 100 + ASK_MS);
	ppp_heard(&a.ppp, now + 300);
	a.said[0] = '\0';
	now += SILENCE_MS;
	ppp_challenge(&a.ppp, now);
	ppp_tick(&a.ppp, now + CHALLENGE_MS);
	assert_non_null(strstr(a.said, "a new login of the same peer takes over"));
}

/* It has not begun: its own requests wait for an answer. */
static void one_that_is_not_up_yet_is_not_asked(void **state)
{
	(void)state;
	ends_set(&a, NULL, "10.9.0.1:10.9.0.2");
	ends_start(&a);
	a.sent = 0;
	ppp_ask(&a.ppp, ASK_MS, now);
	assert_int_equal(a.sent, 0);
	assert_int_equal(a.ppp.challenge_timer, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_client_that_is_gone_is_taken_over),
	    cmocka_unit_test(a_client_that_answers_stays),
	    cmocka_unit_test(any_frame_is_a_sign_of_life),
	    cmocka_unit_test(a_client_that_was_heard_just_now_is_not_asked),
	    cmocka_unit_test(a_flood_of_logins_sends_one_echo),
	    cmocka_unit_test(a_link_that_is_not_up_yet_is_asked_with_what_it_waits_for),
	    cmocka_unit_test(a_link_that_comes_up_under_a_challenge_stays),
	    cmocka_unit_test(a_link_that_is_being_ended_ends_sooner),
	    cmocka_unit_test(what_else_is_due_does_not_change_why_it_ends),
	    cmocka_unit_test(a_change_of_the_network_has_it_asked_whenever_it_was_heard),
	    cmocka_unit_test(one_that_answers_after_a_change_stays),
	    cmocka_unit_test(no_peer_has_less_time_than_the_least),
	    cmocka_unit_test(a_challenge_does_not_put_off_a_question),
	    cmocka_unit_test(one_that_is_not_up_yet_is_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
