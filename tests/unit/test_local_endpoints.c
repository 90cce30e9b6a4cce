/* SPDX-License-Identifier: ISC */
/* Where a session is connected to; and that it is said when that cannot be told. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/endpoints.h"
#include "unit.h"

enum { DEADLINE_MS = 10000, PORT = 9 };

static struct error err;

/* What pidfd_getfd(2) fails with, or 0: the kernel's own. */
static int denied;

int __real_pidfd_getfd(int pidfd, int fd, unsigned flags);
int __wrap_pidfd_getfd(int pidfd, int fd, unsigned flags);

int __wrap_pidfd_getfd(int pidfd, int fd, unsigned flags)
{
	if (denied == 0)
		return __real_pidfd_getfd(pidfd, fd, flags);
	errno = denied;
	return -1;
}

/* One of each kind that ssh or what it starts may have beside its connections. */
static bool open_others(void)
{
	static const struct sockaddr_nl any = {.nl_family = AF_NETLINK};
	const int netlink = socket(AF_NETLINK, SOCK_RAW, 0);
	int pair[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && netlink >= 0 &&
	       bind(netlink, (const struct sockaddr *)&any, sizeof(any)) == 0;
}

static bool connect_six(void)
{
	/* Mapped: to IPv4's 127.0.0.1, which is there already. */
	static const struct sockaddr_in6 to = {
	    .sin6_family = AF_INET6,
	    .sin6_port = 9,
	    .sin6_addr.s6_addr = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1}};
	const int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	return fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0;
}

/* Set: a list of files breaks off with that error after so many entries. */
static int broken, entries_left;
struct dirent *__real_readdir(DIR *list);
struct dirent *__wrap_readdir(DIR *list);
struct dirent *__wrap_readdir(DIR *list)
{
	if (broken == 0 || entries_left-- > 0)
		return __real_readdir(list);
	errno = broken;
	return NULL;
}

/* Connected to 127.0.0.1 and so many addresses after it; no datagram is sent. */
static void connect_many(const void *arg, struct error *out)
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
	if (!open_others() || (*count > 0 && !connect_six()))
		_exit(1);
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

/* Yama's ptrace_scope 3 has none for anybody: the far ends are in the kernel's lists. */
static void finds_them_without_copies(void **state)
{
	static const int errors[] = {EPERM, EACCES, ENOSYS};

	for (size_t i = 0; i < COUNT(errors); i++) {
		denied = errors[i];
		finds_the_far_ends(state);
		says_what_it_cannot_tell(state);
	}
	denied = 0;
}

/* What was seen before must not be taken for all. */
static void says_when_a_list_breaks_off(void **state)
{
	struct endpoints endpoints;

	(void)state;
	for (int after = 0; after < 3000; after = 2 * after + 1) {
		broken = ENOMEM;
		entries_left = after;
		/* With room for all of them nothing breaks off. */
		if (find(2, &endpoints) != 0)
			assert_int_equal(ENOMEM, err.sys);
		else
			assert_int_equal(2, endpoints.count);
	}
	broken = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_far_ends),
	    cmocka_unit_test(says_what_it_cannot_tell),
	    cmocka_unit_test(finds_them_without_copies),
	    cmocka_unit_test(says_when_a_list_breaks_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
