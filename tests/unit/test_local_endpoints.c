/* SPDX-License-Identifier: ISC */
/* Where a session is connected to; and that it is said when that cannot be told. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/deadline.h"
#include "local/endpoints.h"
#include "unit.h"

enum { DEADLINE_MS = 10000, PORT = 9 };

static struct policy_error err;

/* Connected to 127.0.0.1 and so many addresses after it; no datagram is sent. */
static void connect_many(const void *arg, struct policy_error *out)
{
	const int *count = arg;

	(void)out;
	for (int i = 0; i < *count; i++) {
		const struct sockaddr_in to = {.sin_family = AF_INET,
					       .sin_port = htons(PORT),
					       .sin_addr.s_addr =
						   htonl(INADDR_LOOPBACK + (unsigned)i)};
		const int fd = socket(AF_INET, SOCK_DGRAM, 0);

		if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
			_exit(1);
	}
	if (write(STDOUT_FILENO, "x", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static int find(int count, struct endpoints *out)
{
	struct spawn what = {
	    .in = -1, .err = -1, .session = true, .execute = connect_many, .arg = &count};
	const int64_t deadline = monotonic_ms() + DEADLINE_MS;
	struct process session;
	int fds[2], result;
	char byte;

	assert_int_equal(0, pipe2(fds, 0));
	what.out = fds[1];
	assert_int_equal(0, process_spawn(&what, &session, &err));
	/* It executes nothing, so nothing would tell process_release() that it runs. */
	assert_int_equal(1, write(session.gate, "", 1));
	assert_int_equal(1, deadline_read(fds[0], &byte, 1, deadline));
	result = endpoints_find(&session, deadline, out, &err);
	process_stop(&session, DEADLINE_MS);
	process_close(&session);
	close(fds[0]);
	close(fds[1]);
	return result;
}

static void finds_the_far_ends(void **state)
{
	struct endpoints endpoints;

	(void)state;
	assert_int_equal(0, find(2, &endpoints));
	assert_int_equal(2, endpoints.count);
	for (unsigned char i = 0; i < 2; i++) {
		assert_int_equal(AF_INET, endpoints.addresses[i].family);
		assert_int_equal(127, endpoints.addresses[i].bytes[0]);
	}
	assert_int_not_equal(endpoints.addresses[0].bytes[3],
			     endpoints.addresses[1].bytes[3]);
	assert_int_equal(0, find(ENDPOINTS_MAX, &endpoints));
	assert_int_equal(ENDPOINTS_MAX, endpoints.count);
}

static void says_what_it_cannot_tell(void **state)
{
	struct endpoints endpoints;

	(void)state;
	assert_int_equal(-1, find(0, &endpoints));
	assert_string_equal("its session has no connection", err.text);
	assert_int_equal(-1, find(ENDPOINTS_MAX + 1, &endpoints));
	assert_string_equal("its session has more sockets than can be told", err.text);
	assert_int_equal(ENDPOINTS_MAX, endpoints.count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_far_ends),
	    cmocka_unit_test(says_what_it_cannot_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
