/* SPDX-License-Identifier: ISC */
/* Protects: the automaton is the standard's table, cell by cell (RFC 1661 4.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/ppp/automaton.h"

/* What an event made the automaton do, in the standard's words. */
static char done[128];
static enum packet_code judgement;

static void did(const char *action)
{
	const size_t used = strlen(done);

	(void)snprintf(done + used, sizeof done - used, "%s%s", used > 0 ? "," : "",
		       action);
}

static void request(void *owner, struct options *out)
{
	(void)owner;
	(void)options_add(out, 1, "x", 1);
}

static enum packet_code judge(void *owner, const uint8_t *options, size_t len, bool may_nak,
			      struct options *answer)
{
	(void)owner;
	(void)options;
	(void)len;
	(void)may_nak;
	(void)options_add(answer, 1, "y", 1);
	return judgement;
}

static void nothing_taken(void *owner, const uint8_t *options, size_t len)
{
	(void)owner;
	(void)options;
	(void)len;
}

static void up(void *owner)
{
	(void)owner;
	did("tlu");
}

static void down(void *owner)
{
	(void)owner;
	did("tld");
}

static void finished(void *owner)
{
	(void)owner;
	did("tlf");
}

static void send_packet(void *owner, uint16_t protocol, const uint8_t *packet, size_t len)
{
	static const char *const names[] = {
	    [CONFIGURE_REQUEST] = "scr", [CONFIGURE_ACK] = "sca",
	    [CONFIGURE_NAK] = "scn",	 [CONFIGURE_REJECT] = "scn",
	    [TERMINATE_REQUEST] = "str", [TERMINATE_ACK] = "sta",
	    [CODE_REJECT] = "scj",
	};

	(void)owner;
	assert_int_equal(protocol, 0xc021);
	assert_int_equal((size_t)packet[2] << 8 | packet[3], len);
	did(names[packet[0]]);
}

static const struct automaton_protocol protocol = {
    .request = request,
    .judge = judge,
    .naked = nothing_taken,
    .rejected = nothing_taken,
    .up = up,
    .down = down,
    .finished = finished,
    .send = send_packet,
};

enum { REQUEST_ID = 7, CONFIGURES = 10, RESTART_MS = 3000 };

static void put(struct automaton *a, enum automaton_state state)
{
	*a = (struct automaton){
	    .protocol = &protocol,
	    .number = 0xc021,
	    .max_configure = CONFIGURES,
	    .max_failure = 5,
	    .restart_ms = RESTART_MS,
	    .state = state,
	    .request_id = REQUEST_ID,
	    .next_id = REQUEST_ID + 1,
	    .restarts_left = 3,
	};
	(void)options_add(&a->sent, 1, "x", 1);
	done[0] = '\0';
}

static void packet(struct automaton *a, uint8_t code, uint8_t id, const char *data,
		   size_t len)
{
	uint8_t bytes[32] = {code, id, 0, (uint8_t)(len + PACKET_HEADER)};

	memcpy(bytes + PACKET_HEADER, data, len);
	automaton_packet(a, bytes, len + PACKET_HEADER, 1);
}

static void happen(struct automaton *a, const char *event)
{
	judgement = strcmp(event, "RCR+") == 0 ? CONFIGURE_ACK : CONFIGURE_NAK;
	if (strcmp(event, "Up") == 0)
		automaton_event(a, EVENT_UP, 1);
	else if (strcmp(event, "Down") == 0)
		automaton_event(a, EVENT_DOWN, 1);
	else if (strcmp(event, "Open") == 0)
		automaton_event(a, EVENT_OPEN, 1);
	else if (strcmp(event, "Close") == 0)
		automaton_event(a, EVENT_CLOSE, 1);
	else if (strcmp(event, "TO+") == 0)
		automaton_timeout(a, 1);
	else if (strcmp(event, "TO-") == 0) {
		a->restarts_left = 0;
		automaton_timeout(a, 1);
	} else if (strncmp(event, "RCR", 3) == 0)
		packet(a, CONFIGURE_REQUEST, 1, "\1\3x", 3);
	else if (strcmp(event, "RCA") == 0)
		packet(a, CONFIGURE_ACK, REQUEST_ID, "\1\3x", 3);
	else if (strcmp(event, "RCN") == 0)
		packet(a, CONFIGURE_NAK, REQUEST_ID, "\1\3y", 3);
	else if (strcmp(event, "RTR") == 0)
		packet(a, TERMINATE_REQUEST, 1, "", 0);
	else if (strcmp(event, "RTA") == 0)
		packet(a, TERMINATE_ACK, 1, "", 0);
	else if (strcmp(event, "RUC") == 0)
		packet(a, 200, 1, "", 0);
	else if (strcmp(event, "RXJ+") == 0)
		packet(a, CODE_REJECT, 1, "\11\1\0\4", 4);
	else if (strcmp(event, "RXJ+ of a protocol") == 0)
		automaton_event(a, EVENT_SMALL_REJECT, 1);
	else if (strcmp(event, "RXJ- of a code") == 0)
		packet(a, CODE_REJECT, 1, "\1\1\0\4", 4);
	else if (strcmp(event, "RXJ-") == 0)
		automaton_event(a, EVENT_REJECT, 1);
	else
		fail_msg("no event %s", event);
}

/*
 * The standard's table: actions that can be seen from outside, and the next state. "-" is a
 * cell that cannot happen: nothing is done. irc and zrc show in the counter, and are tried
 * below.
 */
static const struct {
	const char *event;
	const char *cells[STATE_COUNT];
} rows[] = {
    {"Up", {"2", "scr/6", "-", "-", "-", "-", "-", "-", "-", "-"}},
    {"Down", {"-", "-", "0", "1", "0", "1", "1", "1", "1", "tld/1"}},
    {"Open", {"1", "1", "scr/6", "3", "5", "5", "6", "7", "8", "9"}},
    {"Close", {"0", "tlf/0", "2", "2", "4", "4", "str/4", "str/4", "str/4", "tld,str/4"}},
    {"TO+", {"-", "-", "-", "-", "str/4", "str/5", "scr/6", "scr/6", "scr/8", "-"}},
    {"TO-", {"-", "-", "-", "-", "tlf/2", "tlf/3", "tlf/3", "tlf/3", "tlf/3", "-"}},
    {"RCR+",
     {"-", "-", "sta/2", "scr,sca/8", "4", "5", "sca/8", "sca,tlu/9", "sca/8",
      "tld,scr,sca/8"}},
    {"RCR-",
     {"-", "-", "sta/2", "scr,scn/6", "4", "5", "scn/6", "scn/7", "scn/6",
      "tld,scr,scn/6"}},
    {"RCA", {"-", "-", "sta/2", "sta/3", "4", "5", "7", "scr/6", "tlu/9", "tld,scr/6"}},
    {"RCN", {"-", "-", "sta/2", "sta/3", "4", "5", "scr/6", "scr/6", "scr/8", "tld,scr/6"}},
    {"RTR",
     {"-", "-", "sta/2", "sta/3", "sta/4", "sta/5", "sta/6", "sta/6", "sta/6",
      "tld,sta/5"}},
    {"RTA", {"-", "-", "2", "3", "tlf/2", "tlf/3", "6", "6", "8", "tld,scr/6"}},
    {"RUC",
     {"-", "-", "scj/2", "scj/3", "scj/4", "scj/5", "scj/6", "scj/7", "scj/8", "scj/9"}},
    {"RXJ+", {"-", "-", "2", "3", "4", "5", "6", "6", "8", "9"}},
    {"RXJ+ of a protocol", {"-", "-", "2", "3", "4", "5", "6", "6", "8", "9"}},
    {"RXJ- of a code",
     {"-", "-", "tlf/2", "tlf/3", "tlf/2", "tlf/3", "tlf/3", "tlf/3", "tlf/3",
      "tld,str/5"}},
    {"RXJ-",
     {"-", "-", "tlf/2", "tlf/3", "tlf/2", "tlf/3", "tlf/3", "tlf/3", "tlf/3",
      "tld,str/5"}},
};

static void every_cell_is_the_standards(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (unsigned from = 0; from < STATE_COUNT; from++) {
			struct automaton a;
			char expected[64], actual[160];

			put(&a, from);
			happen(&a, rows[i].event);
			(void)snprintf(actual, sizeof actual, "%s%s%d", done,
				       done[0] != '\0' ? "/" : "", (int)a.state);
			(void)snprintf(expected, sizeof expected, "%s",
				       rows[i].cells[from]);
			if (strcmp(expected, "-") == 0)
				(void)snprintf(expected, sizeof expected, "%u", from);
			if (strcmp(actual, expected) != 0)
				fail_msg("%s in state %u: %s, expected %s", rows[i].event,
					 from, actual, expected);
		}
	}
}

static void the_counter_begins_anew_where_the_standard_says(void **state)
{
	struct automaton a;

	(void)state;
	put(&a, STATE_CLOSED);
	happen(&a, "Open");
	assert_int_equal(a.restarts_left, CONFIGURES - 1);
	put(&a, STATE_REQUEST_SENT);
	happen(&a, "RCA");
	assert_int_equal(a.restarts_left, CONFIGURES);
	put(&a, STATE_REQUEST_SENT);
	happen(&a, "RCR+");
	assert_int_equal(a.restarts_left, 3);
	put(&a, STATE_OPENED);
	happen(&a, "RTR");
	assert_int_equal(a.restarts_left, 0);
}

static void it_gives_up_after_so_many_requests(void **state)
{
	struct automaton a;
	unsigned turns = 0;

	(void)state;
	put(&a, STATE_CLOSED);
	for (automaton_event(&a, EVENT_OPEN, 1); a.timer != 0; turns++)
		automaton_timeout(&a, a.timer);
	assert_int_equal(turns, CONFIGURES);
	assert_int_equal(a.state, STATE_STOPPED);
	assert_true(a.gave_up);
}

static void what_is_not_an_answer_to_us_is_none(void **state)
{
	struct automaton a;

	(void)state;
	/* another identifier, other options, options that are none */
	put(&a, STATE_REQUEST_SENT);
	packet(&a, CONFIGURE_ACK, REQUEST_ID + 1, "\1\3x", 3);
	packet(&a, CONFIGURE_ACK, REQUEST_ID, "\1\3y", 3);
	packet(&a, CONFIGURE_ACK, REQUEST_ID, "\1\3x\1", 4);
	packet(&a, CONFIGURE_NAK, REQUEST_ID, "\1\0x", 3);
	packet(&a, CONFIGURE_REQUEST, 1, "\1\377x", 3);
	assert_string_equal(done, "");
	assert_int_equal(a.state, STATE_REQUEST_SENT);
	/* and the same answer twice counts once */
	packet(&a, CONFIGURE_ACK, REQUEST_ID, "\1\3x", 3);
	packet(&a, CONFIGURE_ACK, REQUEST_ID, "\1\3x", 3);
	assert_int_equal(a.state, STATE_ACK_RECEIVED);
}

static void packets_that_lie_of_their_length_are_discarded(void **state)
{
	struct automaton a;
	const uint8_t longer[] = {CONFIGURE_REQUEST, 1, 0, 9, 1, 3, 'x'};
	const uint8_t shorter[] = {CONFIGURE_REQUEST, 1, 0, 3, 1, 3, 'x'};

	(void)state;
	put(&a, STATE_REQUEST_SENT);
	automaton_packet(&a, longer, sizeof longer, 1);
	automaton_packet(&a, shorter, sizeof shorter, 1);
	for (size_t len = 0; len < PACKET_HEADER; len++)
		automaton_packet(&a, longer, len, 1);
	assert_string_equal(done, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_cell_is_the_standards),
	    cmocka_unit_test(the_counter_begins_anew_where_the_standard_says),
	    cmocka_unit_test(it_gives_up_after_so_many_requests),
	    cmocka_unit_test(what_is_not_an_answer_to_us_is_none),
	    cmocka_unit_test(packets_that_lie_of_their_length_are_discarded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
