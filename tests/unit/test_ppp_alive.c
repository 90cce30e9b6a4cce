/* SPDX-License-Identifier: ISC */
/* Protects: a line that is dead is given up in time, one that is only full is not, and
 * nobody asks more than it takes. */
#include <stdlib.h>
#include <string.h>

#include "agent/ppp/alive.h"
#include "agent/ppp/bytes.h"
#include "tests/unit/ppp_ends.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, ON_THE_WAY_MAX = 4096 };

static struct alive started(unsigned interval, unsigned failures)
{
	struct alive alive;

	alive_start(&alive, interval, failures, true, now);
	return alive;
}

/* Looks whenever that is due, until there is something to do. */
static enum alive_verdict next(struct alive *alive)
{
	enum alive_verdict verdict;

	now = alive_due(alive);
	verdict = alive_look(alive, now);
	assert_int_not_equal(verdict, ALIVE_WAIT);
	return verdict;
}

static void a_dead_line_ends_in_time_whatever_was_sent(void **state)
{
	(void)state;
	for (unsigned interval = 1; interval < 40; interval++)
		for (unsigned failures = 1; failures < 12; failures++) {
			struct alive alive = started(interval, failures);
			const int64_t each = (int64_t)interval * SECOND;
			unsigned asked = 0;
			int64_t heard;

			/* Some questions and answers, and then silence. */
			for (int i = 0; i < 5; i++) {
				assert_int_equal(next(&alive), ALIVE_ASK);
				now += rand() % each;
				alive_heard(&alive, ALIVE_ANSWER, now);
				if (rand() % 2 == 0)
					alive_sent(&alive, now);
			}
			heard = now;
			while (next(&alive) == ALIVE_ASK) {
				asked++;
				/* Whoever floods the line sends all the time. */
				if (rand() % 2 == 0)
					alive_sent(&alive, now + rand() % each);
			}
			assert_int_equal(asked, failures);
			assert_int_equal(alive.unanswered, failures);
			assert_int_equal(now - heard, (failures + 2) * each);
		}
}

static void the_last_question_has_two_intervals_as_well(void **state)
{
	struct alive alive = started(3, 3);
	const int64_t began = now;

	(void)state;
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(next(&alive), ALIVE_ASK);
		assert_int_equal(now - began, i * 3 * SECOND);
	}
	assert_int_equal(alive_look(&alive, began + 15 * SECOND - 1), ALIVE_WAIT);
	/* Any frame will do, up to the last moment. */
	alive_heard(&alive, ALIVE_FRAME, began + 15 * SECOND - 1);
	assert_int_equal(alive.unanswered, 0);
	assert_int_not_equal(alive_look(&alive, began + 15 * SECOND), ALIVE_DEAD);
}

static void without_failures_it_only_asks(void **state)
{
	struct alive alive = started(3, 0);

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(next(&alive), ALIVE_ASK);
	alive_start(&alive, 0, 3, true, now);
	assert_int_equal(alive_due(&alive), INT64_MAX);
	assert_int_equal(alive_look(&alive, now + 1000 * (int64_t)MINUTE), ALIVE_WAIT);
}

/* How often it asks in ten minutes, when something comes and goes so often; 0: never.
 * Answers come at once. */
static unsigned asks(int64_t comes, int64_t goes, bool adaptive)
{
	const int64_t began = now, end = now + 10 * (int64_t)MINUTE;
	struct alive alive;
	unsigned count = 0;

	alive_start(&alive, 3, 3, adaptive, now);
	for (; now < end; now += 50) {
		if (comes > 0 && (now - began) % comes == 0)
			alive_heard(&alive, ALIVE_FRAME, now);
		if (goes > 0 && (now - began) % goes == 0)
			alive_sent(&alive, now);
		if (alive_look(&alive, now) != ALIVE_ASK)
			continue;
		count++;
		alive_sent(&alive, now);
		alive_heard(&alive, ALIVE_ANSWER, now);
	}
	return count;
}

static void it_asks_no_more_than_it_takes(void **state)
{
	(void)state;
	/* Nothing comes; nothing goes; both do. */
	assert_int_equal(asks(0, 0, true), 199);
	assert_int_equal(asks(0, 1000, true), 199);
	assert_int_equal(asks(1000, 0, true), 199);
	assert_int_equal(asks(1000, 1000, true), 66);
	assert_int_equal(asks(50, 50, true), 66);
	/* And without being told to save them. */
	assert_int_equal(asks(1000, 1000, false), 199);
}

static void without_adaptive_it_is_as_it_was(void **state)
{
	struct alive alive;
	int64_t heard;

	(void)state;
	alive_start(&alive, 10, 3, false, now);
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(next(&alive), ALIVE_ASK);
		now += 25;
		alive_heard(&alive, ALIVE_ANSWER, now);
		now -= 25;
	}
	heard = now;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(next(&alive), ALIVE_ASK);
	assert_int_equal(next(&alive), ALIVE_DEAD);
	assert_int_equal(now - heard, 40 * SECOND);
}

/* Stopped, or on a machine that was: what it would have heard meanwhile is still to be
 * read. */
static void whoever_stood_still_asks_first(void **state)
{
	struct alive alive = started(3, 3);
	int64_t woke;

	(void)state;
	assert_int_equal(next(&alive), ALIVE_ASK);
	now += 100 * (int64_t)MINUTE;
	woke = now;
	assert_int_equal(alive_look(&alive, now), ALIVE_ASK);
	assert_int_equal(next(&alive), ALIVE_ASK);
	assert_int_equal(next(&alive), ALIVE_DEAD);
	assert_int_equal(now - woke, 2 * 3 * SECOND);
}

/* What comes on a line that leads back is what went. */
static void a_line_that_leads_back_is_noticed_under_traffic(void **state)
{
	struct alive alive = started(3, 3);
	const int64_t began = now;
	enum alive_verdict verdict;

	(void)state;
	do {
		now += 100;
		alive_sent(&alive, now);
		alive_heard(&alive, ALIVE_FRAME, now);
		verdict = alive_look(&alive, now);
		if (verdict == ALIVE_ASK) {
			alive_heard(&alive, ALIVE_OWN, now);
			alive_heard(&alive, ALIVE_OWN, now);
		}
		assert_in_range(now - began, 0, MINUTE);
	} while (verdict != ALIVE_DEAD);
	/* Three intervals until a question, and from then on the time of a dead line. */
	assert_in_range(now - began, 0, (9 + 15) * SECOND + 200);
}

/* A question that comes back proves a loop only as long as nobody else is heard. */
static void who_is_heard_beside_the_echo_of_ones_own_is_alive(void **state)
{
	struct alive alive = started(3, 3);

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(next(&alive), ALIVE_ASK);
		alive_heard(&alive, ALIVE_OWN, now);
		assert_true(alive.looped);
		alive_heard(&alive, i % 2 == 0 ? ALIVE_ECHO : ALIVE_ANSWER, now);
		assert_false(alive.looped);
	}
}

/* --- two ends, and a line that keeps what is sent for so long */

struct way {
	int64_t began, late, cut;
	struct {
		int64_t at;
		enum alive_sign sign;
	} frames[ON_THE_WAY_MAX];
	size_t first, count;
};

struct side {
	struct alive alive;
	struct way *in, *out;
	/* sends packets all the time */
	bool floods;
	int64_t died;
};

static int64_t earlier(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

static void put(struct side *side, enum alive_sign sign)
{
	struct way *way = side->out;
	/* What waits before it has come together since the beginning. */
	const int64_t late = earlier(way->late, now - way->began);

	alive_sent(&side->alive, now);
	if (way->cut != 0 && now >= way->cut)
		return;
	assert_true(way->count < ON_THE_WAY_MAX);
	way->frames[(way->first + way->count) % ON_THE_WAY_MAX].at = now + late;
	way->frames[(way->first + way->count++) % ON_THE_WAY_MAX].sign = sign;
}

static void turn(struct side *side)
{
	struct way *in = side->in;

	while (in->count > 0 && in->frames[in->first].at <= now) {
		const enum alive_sign sign = in->frames[in->first].sign;

		in->first = (in->first + 1) % ON_THE_WAY_MAX;
		in->count--;
		if (in->cut != 0 && now >= in->cut)
			continue;
		alive_heard(&side->alive, sign, now);
		if (sign == ALIVE_ECHO)
			put(side, ALIVE_ANSWER);
	}
	if (side->floods)
		put(side, ALIVE_FRAME);
	switch (alive_look(&side->alive, now)) {
	case ALIVE_ASK:
		put(side, ALIVE_ECHO);
		break;
	case ALIVE_DEAD:
		side->died = side->died == 0 ? now : side->died;
		break;
	case ALIVE_WAIT:
		break;
	}
}

/* Up for ten minutes with that delay each way, and then cut: both ends notice, in time. */
static void outlives(int64_t up, int64_t down, bool floods_up, bool floods_down)
{
	static struct way ways[2];
	struct side sides[2];
	const int64_t cut = now + 10 * (int64_t)MINUTE;

	for (size_t i = 0; i < 2; i++) {
		ways[i] = (struct way){
		    .began = now, .late = (i == 0 ? up : down) * SECOND, .cut = cut};
		sides[i] = (struct side){.alive = started(3, 3),
					 .in = &ways[1 - i],
					 .out = &ways[i],
					 .floods = i == 0 ? floods_up : floods_down};
	}
	for (; now < cut + MINUTE; now += 50)
		for (size_t i = 0; i < 2; i++)
			turn(&sides[i]);
	for (size_t i = 0; i < 2; i++)
		assert_in_range(sides[i].died, cut, cut + 15 * SECOND);
}

/* Longer than an answer may take: what goes the other way is what keeps it up. */
static void a_full_line_is_not_dead(void **state)
{
	(void)state;
	outlives(0, 0, false, false);
	outlives(0, 0, true, true);
	outlives(32, 0, true, false);
	outlives(0, 60, false, true);
	outlives(40, 40, true, true);
	/* a slow line that is not full */
	outlives(6, 6, false, false);
}

/* --- on a link */

/* The second end asks nothing. */
static void link_up(void)
{
	ends_between(
	    "10.9.0.1:10.9.0.2 lcp-echo-interval 10 lcp-echo-failure 3 lcp-echo-adaptive",
	    "10.9.0.2:10.9.0.1");
	assert_true(a.ip_up && b.ip_up);
	b.queued = 0;
}

/* What a sends goes nowhere, and frame comes to it so often, for five minutes or until it
 * gives up. Its echoes. */
static unsigned listens_to(const struct frame *frame, int64_t each, bool sends)
{
	const int64_t end = now + 5 * MINUTE;
	unsigned before = a.sent;

	a.other = NULL;
	for (; now < end && !a.ppp.done; now += each) {
		ppp_tick(&a.ppp, now);
		ppp_frame(&a.ppp, frame, now);
		if (sends)
			ppp_used(&a.ppp, now);
	}
	return a.sent - before;
}

static void any_good_frame_is_a_sign_of_life(void **state)
{
	static const uint8_t packet[40] = {0x45, 0, 0, 40},
			     echo[] = {ECHO_REQUEST, 1, 0, 8, 0xde, 0xad, 0xbe, 0xef},
			     discard[] = {DISCARD_REQUEST, 1, 0, 8, 0, 0, 0, 0},
			     malformed[] = {ECHO_REPLY, 1, 0};
	const struct frame frames[] = {{PROTOCOL_IP, packet, sizeof packet},
				       {PROTOCOL_LCP, echo, sizeof echo},
				       {PROTOCOL_LCP, discard, sizeof discard},
				       {PROTOCOL_LCP, malformed, sizeof malformed},
				       /* carried by nobody, and by no protocol */
				       {PROTOCOL_IPV6, packet, sizeof packet},
				       {0x1235, packet, sizeof packet}};
	int64_t silent;

	(void)state;
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		link_up();
		(void)listens_to(&frames[i], 45 * SECOND, true);
		assert_false(a.ppp.done);
		ppp_frame(&a.ppp, &frames[i], now);
		silent = now;
		ends_run_alone();
		assert_true(a.ppp.done);
		assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
		assert_int_equal(now - silent, 50 * SECOND);
		assert_non_null(strstr(a.said, "no answer to 3 echoes"));
	}
}

static void packets_both_ways_save_echoes(void **state)
{
	static const uint8_t packet[40] = {0x45, 0, 0, 40};
	const struct frame frame = {PROTOCOL_IP, packet, sizeof packet};

	(void)state;
	for (int saves = 0; saves < 2; saves++) {
		unsigned before;
		int64_t end;

		link_up();
		end = now + 5 * MINUTE;
		a.ppp.alive.adaptive = saves;
		before = a.sent;
		for (; now < end; now += SECOND) {
			ppp_tick(&a.ppp, now);
			ends_receive(&b, 0);
			ends_receive(&a, 0);
			ppp_frame(&a.ppp, &frame, now);
			ppp_used(&a.ppp, now);
		}
		assert_in_range(a.sent - before, saves ? 8 : 28, saves ? 10 : 30);
	}
	/* One that answers none of them is asked as often as without. */
	link_up();
	assert_in_range(listens_to(&frame, SECOND, true), 26, 30);
	assert_false(a.ppp.done);
}

static void what_leads_back_is_no_peer(void **state)
{
	static const uint8_t packet[40] = {0x45, 0, 0, 40};
	const struct frame frame = {PROTOCOL_IP, packet, sizeof packet};
	uint8_t echo[] = {ECHO_REQUEST, 1, 0, 8, 0, 0, 0, 0};
	const struct frame own = {PROTOCOL_LCP, echo, sizeof echo};

	(void)state;
	link_up();
	put32(echo + 4, a.ppp.lcp_values.magic);
	ppp_frame(&a.ppp, &own, now);
	(void)listens_to(&frame, SECOND, true);
	assert_true(a.ppp.done);
	assert_int_equal(a.ppp.result, PPP_EXIT_PEER_DEAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_dead_line_ends_in_time_whatever_was_sent),
	    cmocka_unit_test(the_last_question_has_two_intervals_as_well),
	    cmocka_unit_test(without_failures_it_only_asks),
	    cmocka_unit_test(it_asks_no_more_than_it_takes),
	    cmocka_unit_test(without_adaptive_it_is_as_it_was),
	    cmocka_unit_test(whoever_stood_still_asks_first),
	    cmocka_unit_test(a_line_that_leads_back_is_noticed_under_traffic),
	    cmocka_unit_test(who_is_heard_beside_the_echo_of_ones_own_is_alive),
	    cmocka_unit_test(a_full_line_is_not_dead),
	    cmocka_unit_test(any_good_frame_is_a_sign_of_life),
	    cmocka_unit_test(packets_both_ways_save_echoes),
	    cmocka_unit_test(what_leads_back_is_no_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
