/* SPDX-License-Identifier: ISC */
/* Protects: what is written to a slow line is cut to packets of TCP, and nothing of it is
 * lost or out of order. */
#include "agent/ppp/line.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/unit.h"

enum { BYTES = 2 * LINE_MESSAGE + 100 };

static struct line line;
static int other;

/* Each write is a message at the other end. */
static int begin(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
	memset(&line, 0, sizeof line);
	line.out = ends[0];
	other = ends[1];
	return 0;
}

static int end(void **state)
{
	(void)state;
	close(line.out);
	close(other);
	return 0;
}

static void put(size_t bytes)
{
	for (size_t i = 0; i < bytes; i++, line.end++)
		line.buffer[line.end] = (uint8_t)(line.end * 7);
}

/* The next message has so many bytes, the first of which stood there. */
static void expect(size_t from, size_t bytes)
{
	uint8_t got[sizeof line.buffer];

	assert_int_equal(read(other, got, sizeof got), bytes);
	for (size_t i = 0; i < bytes; i++)
		assert_int_equal(got[i], (uint8_t)((from + i) * 7));
}

static void whole_messages_go_and_the_rest_waits(void **state)
{
	(void)state;
	put(BYTES);
	assert_int_equal(line_flush_messages(&line), 0);
	expect(0, LINE_MESSAGE);
	expect(LINE_MESSAGE, LINE_MESSAGE);
	assert_int_equal(line_waiting(&line), BYTES - 2 * LINE_MESSAGE);
	assert_int_equal(line_flush_messages(&line), 0);
	assert_int_equal(read(other, &(uint8_t){0}, 1), -1);
	/* With what follows it. */
	put(LINE_MESSAGE);
	assert_int_equal(line_flush_messages(&line), 0);
	expect(2 * (size_t)LINE_MESSAGE, LINE_MESSAGE);
	assert_int_equal(line_waiting(&line), BYTES - 2 * LINE_MESSAGE);
	/* Or when nothing does. */
	assert_int_equal(line_flush(&line), 0);
	expect(3 * (size_t)LINE_MESSAGE, BYTES - 2 * LINE_MESSAGE);
	assert_int_equal(line_waiting(&line), 0);
}

static void a_line_that_takes_nothing_loses_nothing(void **state)
{
	const uint8_t full[LINE_MESSAGE] = {0};
	unsigned fillers = 0;

	(void)state;
	while (write(line.out, full, sizeof full) > 0)
		fillers++;
	put(BYTES);
	assert_int_equal(line_flush_messages(&line), 0);
	assert_int_equal(line_waiting(&line), BYTES);
	for (; fillers > 0; fillers--)
		assert_int_equal(read(other, &(uint8_t){0}, 1), 1);
	assert_int_equal(line_flush_messages(&line), 0);
	expect(0, LINE_MESSAGE);
	expect(LINE_MESSAGE, LINE_MESSAGE);
}

static void a_line_that_is_gone_is_told(void **state)
{
	(void)state;
	put(BYTES);
	close(other);
	assert_int_equal(line_flush_messages(&line), -1);
	other = dup(line.out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(whole_messages_go_and_the_rest_waits, begin,
					    end),
	    cmocka_unit_test_setup_teardown(a_line_that_takes_nothing_loses_nothing, begin,
					    end),
	    cmocka_unit_test_setup_teardown(a_line_that_is_gone_is_told, begin, end),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
