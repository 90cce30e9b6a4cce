/* SPDX-License-Identifier: ISC */
/* Which host is the nearest: the order, and a connection on the loopback interface. */
#include "tests/unit/unit.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/nearest.h"

enum { HOSTS = 4, PATIENCE_MS = 5000 };

static void assert_sorted(const struct nearest_answer *answers, size_t count,
			  const char *expected)
{
	uint8_t order[PROFILE_HOSTS_MAX];
	char text[HOSTS + 1] = "";

	nearest_sort(answers, count, HOSTS, order);
	for (size_t i = 0; i < HOSTS; i++)
		text[i] = (char)('0' + order[i]);
	assert_string_equal(expected, text);
}

static void the_fastest_comes_first_and_the_silent_last(void **state)
{
	static const struct nearest_answer answers[] = {
	    {.index = 3, .kind = NEAREST_REACHED, .microseconds = 900},
	    {.index = 0, .kind = NEAREST_SILENT},
	    {.index = 2, .kind = NEAREST_REACHED, .microseconds = 30},
	    {.index = 1, .kind = NEAREST_PROXIED},
	};

	(void)state;
	assert_sorted(answers, 4, "2310");
	/* One that says nothing in time is silent. */
	assert_sorted(answers, 2, "3012");
	assert_sorted(answers, 0, "0123");
}

static void one_that_was_not_asked_for_is_passed_over(void **state)
{
	static const struct nearest_answer answer = {.index = HOSTS,
						     .kind = NEAREST_REACHED};

	(void)state;
	assert_sorted(&answer, 1, "0123");
}

static int listen_on_loopback(struct ssh_reach *reach)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(0, bind(fd, (struct sockaddr *)&address, len));
	assert_int_equal(0, listen(fd, 1));
	assert_int_equal(0, getsockname(fd, (struct sockaddr *)&address, &len));
	*reach = (struct ssh_reach){.host = "127.0.0.1"};
	(void)snprintf(reach->port, sizeof reach->port, "%u", ntohs(address.sin_port));
	return fd;
}

static void measures_what_answers_and_sends_nothing(void **state)
{
	struct nearest_answer answer = {.index = 1};
	struct ssh_reach reach;
	const int listening = listen_on_loopback(&reach);
	char byte;
	int taken;

	(void)state;
	nearest_probe(&reach, monotonic_ms() + PATIENCE_MS, &answer);
	assert_int_equal(1, answer.index);
	assert_int_equal(NEAREST_REACHED, answer.kind);
	assert_true(answer.microseconds < PATIENCE_MS * 1000);
	taken = accept(listening, NULL, NULL);
	assert_true(taken >= 0);
	assert_int_equal(0, read(taken, &byte, 1));
	close(taken);
	close(listening);
	/* Now nobody listens. */
	nearest_probe(&reach, monotonic_ms() + PATIENCE_MS, &answer);
	assert_int_equal(NEAREST_SILENT, answer.kind);
}

static void does_not_connect_to_what_another_program_connects_to(void **state)
{
	struct nearest_answer answer = {0};
	struct ssh_reach reach;
	const int listening = listen_on_loopback(&reach);

	(void)state;
	reach.proxied = true;
	nearest_probe(&reach, monotonic_ms() + PATIENCE_MS, &answer);
	assert_int_equal(NEAREST_PROXIED, answer.kind);
	assert_int_equal(0, deadline_wait(listening, monotonic_ms()));
	close(listening);
	nearest_probe(&(struct ssh_reach){.host = ""}, monotonic_ms(), &answer);
	assert_int_equal(NEAREST_SILENT, answer.kind);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_fastest_comes_first_and_the_silent_last),
	    cmocka_unit_test(one_that_was_not_asked_for_is_passed_over),
	    cmocka_unit_test(measures_what_answers_and_sends_nothing),
	    cmocka_unit_test(does_not_connect_to_what_another_program_connects_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
