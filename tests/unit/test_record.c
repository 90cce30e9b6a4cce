/* SPDX-License-Identifier: ISC */
/* The parser of log records that other tests rely on: it takes what the agent writes, gives
 * back the bytes, and takes nothing else. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "policy/language/escape.h"
#include "tests/record/record.h"

#define HEAD                                                                               \
	"verdict=deny id=0123abcd code=65 peer=alice verb=- from=192.0.2.1 port=1 key=- "  \
	"rule=- "

static int parse(const char *text, struct record *out)
{
	const char *why;

	return record_parse(text, strlen(text), out, &why);
}

static void bytes_come_back(void **state)
{
	static struct record record;
	unsigned char all[256];
	char text[2048], shown[1200];

	(void)state;
	for (unsigned i = 0; i < sizeof all; i++)
		all[i] = (unsigned char)i;
	snprintf(text, sizeof text, HEAD "reason=\"no\" request=%s",
		 escape_quoted(all, sizeof all, shown, sizeof shown));
	assert_int_equal(parse(text, &record), 0);
	assert_int_equal(record_field(&record, "request")->len, sizeof all);
	assert_memory_equal(record_field(&record, "request")->value, all, sizeof all);
	assert_false(record_field(&record, "request")->cut);
	assert_string_equal(record_field(&record, "from")->value, "192.0.2.1");
	assert_null(record_field(&record, "program"));
}

static void a_cut_is_seen(void **state)
{
	static struct record record;

	(void)state;
	assert_int_equal(parse(HEAD "reason=\"no\" request=\"abc\"...", &record), 0);
	assert_true(record_field(&record, "request")->cut);
}

static void what_the_agent_does_not_write_is_no_record(void **state)
{
	static const char *const bad[] = {
	    "",
	    "verdict=allow",
	    HEAD "reason=\"no\"",
	    HEAD "request=- reason=\"no\"",
	    HEAD "reason=\"no\" request=- more=1",
	    HEAD "reason=\"no\" request=- ",
	    HEAD "reason=\"no\"  request=-",
	    HEAD "reason=no request=-",
	    HEAD "reason=\"no request=-",
	    HEAD "reason=\"no\" request=\"a\\x4\"",
	    HEAD "reason=\"no\" request=\"a\\n\"",
	    HEAD "reason=\"no\" request=\"\x1b[0m\"",
	    HEAD "reason=\"no\" request=\"a\"b",
	    "verdict=maybe id=0123abcd code=65 reason=\"\"",
	    "verdict=failed id=0123abcg code=65 reason=\"\"",
	    "verdict=failed id=0123abcd code=x reason=\"\"",
	};
	static struct record record;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (parse(bad[i], &record) == 0)
			fail_msg("taken for a record: %s", bad[i]);
	assert_int_equal(parse("verdict=failed id=0123abcd code=65 reason=\"\"", &record),
			 0);
}

static void only_the_agents_lines_count(void **state)
{
	(void)state;
	assert_string_equal(
	    record_of_line(
		"Nov 24 08:55:26 remote authpriv.info vpn-agent[12]: verdict=allow"),
	    "verdict=allow");
	assert_string_equal(record_of_line("<86>Nov 24 08:55:26 sshroute[1]: x"), "x");
	assert_null(
	    record_of_line("Nov 24 08:55:26 remote authpriv.info sshd[12]: vpn-agent"));
	assert_null(record_of_line("not-vpn-agent[12]: x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes_come_back),
	    cmocka_unit_test(a_cut_is_seen),
	    cmocka_unit_test(what_the_agent_does_not_write_is_no_record),
	    cmocka_unit_test(only_the_agents_lines_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
