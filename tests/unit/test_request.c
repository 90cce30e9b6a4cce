/* SPDX-License-Identifier: ISC */
/* Requests: what fixed strings in tests/cases/requests cannot say. The rest is there. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/request.h"

static struct request request;
static struct error err;

/* In an allocation of exactly that size: the text of a request has no terminator. */
static int parse(const char *text, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, text, len);
	r = request_parse(copy, len, &request, &err);
	free(copy);
	return r;
}

static void what_is_printed_parses_back(void **state)
{
	static const char *const rows[] = {
	    "pppd",
	    "pppd ready=0123456789abcdef",
	    "pppd ready=ABCDEFGHIJKLMNOPQRSTUVWXYZ012345",
	    "pppd keepalive=600",
	    "pppd ready=0123456789abcdef link=ppptun keepalive=15",
	    "sshroute",
	    "status"};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(parse(rows[i], strlen(rows[i])), 0);
		assert_int_equal(request_print(&request, text, sizeof text),
				 strlen(rows[i]));
		assert_string_equal(text, rows[i]);
	}
}

static void printing_tells_when_it_does_not_fit(void **state)
{
	char text[5];

	(void)state;
	assert_int_equal(parse("pppd", 4), 0);
	assert_int_equal(request_print(&request, text, 5), 4);
	assert_int_equal(request_print(&request, text, 4), -1);
	request.verb = VERB_COUNT;
	assert_int_equal(request_print(&request, text, 5), -1);
}

static void the_limit_is_exact(void **state)
{
	char text[REQUEST_TEXT_MAX + 1];

	(void)state;
	memset(text, 'x', sizeof text);
	/* At the limit the words are judged, beyond it nothing is. */
	assert_int_equal(parse(text, REQUEST_TEXT_MAX), -1);
	assert_int_equal(err.column, 1);
	assert_int_equal(parse(text, REQUEST_TEXT_MAX + 1), -1);
	assert_int_equal(err.column, REQUEST_TEXT_MAX + 1);
}

static void a_keepalive_is_a_number_within_its_limits(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(parse("pppd", 4), 0);
	assert_int_equal(request.keepalive, 0);
	for (unsigned seconds = 0; seconds <= 2 * KEEPALIVE_MAX; seconds++) {
		const int len = snprintf(text, sizeof text, "pppd keepalive=%u", seconds);
		const bool good = seconds >= KEEPALIVE_MIN && seconds <= KEEPALIVE_MAX;

		assert_int_equal(parse(text, (size_t)len), good ? 0 : -1);
		assert_int_equal(request.keepalive, good ? seconds : 0);
		assert_true(good || err.column == 16);
	}
}

/* CVE-2022-39260 was a count of words that overflowed. */
static void huge_requests_are_refused_without_being_read(void **state)
{
	enum { HUGE = 128 * 1024, WORDS = 100000 };
	char *text = malloc(2 * WORDS);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', HUGE);
	assert_int_equal(parse(text, HUGE), -1);
	assert_int_equal(err.column, REQUEST_TEXT_MAX + 1);
	for (size_t i = 0; i < 2 * WORDS; i++)
		text[i] = i % 2 == 0 ? 'a' : ' ';
	assert_int_equal(parse(text, 2 * WORDS), -1);
	assert_int_equal(err.column, REQUEST_TEXT_MAX + 1);
	free(text);
}

static void every_byte_but_printable_ascii_is_refused_where_it_stands(void **state)
{
	char text[] = "pppd ready=0123456789abcdef";

	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		if (byte >= 0x20 && byte <= 0x7e)
			continue;
		text[12] = (char)byte;
		assert_int_equal(parse(text, sizeof text - 1), -1);
		assert_int_equal(err.column, 13);
	}
}

static void a_refused_request_is_no_verb(void **state)
{
	(void)state;
	assert_int_equal(parse("pppd ready=0123456789abcdef x", 29), -1);
	assert_int_equal(request.verb, VERB_COUNT);
	assert_string_equal(request.ready, "");
	assert_null(verb_name(request.verb));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_printed_parses_back),
	    cmocka_unit_test(printing_tells_when_it_does_not_fit),
	    cmocka_unit_test(the_limit_is_exact),
	    cmocka_unit_test(a_keepalive_is_a_number_within_its_limits),
	    cmocka_unit_test(huge_requests_are_refused_without_being_read),
	    cmocka_unit_test(every_byte_but_printable_ascii_is_refused_where_it_stands),
	    cmocka_unit_test(a_refused_request_is_no_verb),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
