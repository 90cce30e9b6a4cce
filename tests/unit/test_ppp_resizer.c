/* SPDX-License-Identifier: ISC */
/*
 * Protects: the child that keeps the right to set the device's MTU sets it once, to no more
 * than was asked for, and is gone with its parent's word or its end.
 * Needs root, for a network of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/ppp/resizer.h"
#include "tests/unit/netns.h"

enum { MOST = 1400, LESS = 600, TOO_SMALL = 100, WAIT_MS = 5000 };
enum { MANY = 1500, MORE = 64 };

static int device = -1, many = -1;
static struct resizer resizer;

static int start(void **state)
{
	struct error err = {0};

	(void)state;
	if (device < 0 &&
	    (netns_enter() != 0 || (device = netns_tun("x", ARPHRD_NONE)) < 0))
		return -1;
	return resizer_start(&resizer, "x", MOST, &err);
}

static int device_mtu(void)
{
	const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct ifreq request = {.ifr_name = "x"};

	assert_int_equal(ioctl(fd, SIOCGIFMTU, &request), 0);
	close(fd);
	return request.ifr_mtu;
}

/* Its end of the pipe is closed. */
static void assert_gone(int answer)
{
	struct pollfd wait = {answer, POLLIN, 0};

	assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
	assert_int_equal(read(answer, &(char){0}, 1), 0);
}

static void it_sets_what_it_is_told_once(void **state)
{
	struct error err = {0};

	(void)state;
	assert_int_equal(resizer_finish(&resizer, LESS, &err), 0);
	assert_int_equal(device_mtu(), LESS);
	assert_gone(resizer.answer);
	assert_int_equal(resizer.ask, -1);
	assert_int_equal(resizer_finish(&resizer, MOST, &err), -1);
	assert_int_equal(device_mtu(), LESS);
}

static void it_sets_no_more_than_was_asked_for(void **state)
{
	const int before = device_mtu();
	struct error err = {0};

	assert_int_equal(resizer_finish(&resizer, MOST + 1, &err), -1);
	assert_string_not_equal(err.text, "");
	assert_gone(resizer.answer);
	assert_int_equal(start(state), 0);
	assert_int_equal(resizer_finish(&resizer, TOO_SMALL, &err), -1);
	assert_gone(resizer.answer);
	assert_int_equal(device_mtu(), before);
}

static void it_leaves_the_device_alone_when_told_so(void **state)
{
	const int before = device_mtu();
	struct error err = {0};

	(void)state;
	assert_int_equal(resizer_finish(&resizer, 0, &err), 0);
	assert_gone(resizer.answer);
	assert_int_equal(device_mtu(), before);
}

static void it_ends_with_its_parent(void **state)
{
	const int before = device_mtu();

	(void)state;
	close(resizer.ask);
	assert_gone(resizer.answer);
	assert_int_equal(device_mtu(), before);
}

/* Starts one, and a bystander that holds the same pipes; tells the bystander's number. */
__attribute__((noreturn)) static void run_parent(int told)
{
	struct error err = {0};
	pid_t bystander;

	if (resizer_start(&resizer, "x", MOST, &err) != 0)
		_exit(1);
	bystander = fork();
	if (bystander != 0 && write(told, &bystander, sizeof bystander) < 0)
		_exit(1);
	for (;;)
		pause();
}

/* The pipe that it waits at has another writer: only the signal is left. */
static void it_ends_when_its_parent_is_killed(void **state)
{
	const struct timespec patience = {.tv_sec = WAIT_MS / 1000};
	pid_t parent, bystander, ended = 0;
	struct error err = {0};
	sigset_t child;
	int told[2];

	(void)state;
	resizer_finish(&resizer, 0, &err);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	assert_int_equal(sigprocmask(SIG_BLOCK, &child, NULL), 0);
	assert_true(signal(SIGCHLD, SIG_DFL) != SIG_ERR);
	/* Those of before. */
	while (waitpid(-1, NULL, 0) > 0)
		;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(told), 0);
	parent = fork();
	if (parent == 0)
		run_parent(told[1]);
	assert_int_equal(read(told[0], &bystander, sizeof bystander), sizeof bystander);
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	/* Whoever of the two ends now is not the bystander. */
	while (ended == 0 && sigtimedwait(&child, NULL, &patience) == SIGCHLD)
		ended = waitpid(-1, NULL, WNOHANG);
	kill(bystander, SIGKILL);
	assert_true(ended > 0);
	assert_int_not_equal(ended, bystander);
	assert_int_equal(waitpid(bystander, NULL, 0), bystander);
	close(told[0]);
	close(told[1]);
}

/* As whoever starts it may have opened; and then the pipes are beyond all of that. */
static int start_with_many_descriptors(void **state)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return -1;
	limit.rlim_cur = MANY + MORE;
	if (limit.rlim_max < limit.rlim_cur)
		limit.rlim_max = limit.rlim_cur;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		return -1;
	while (many < MANY)
		many = dup(STDIN_FILENO);
	return start(state);
}

static int close_many(void **state)
{
	(void)state;
	return close_range(device + 1, MANY + MORE, 0);
}

static void it_ends_with_its_parent_whatever_was_open(void **state)
{
	(void)state;
	assert_true(resizer.ask > MANY);
	close(resizer.ask);
	assert_gone(resizer.answer);
}

static void a_limit_on_processes_means_no_child(void **state)
{
	struct rlimit limit, none;
	struct error err = {0};

	(void)state;
	assert_int_equal(resizer_finish(&resizer, 0, &err), 0);
	assert_true(resizer_may());
	assert_int_equal(getrlimit(RLIMIT_NPROC, &limit), 0);
	none = (struct rlimit){0, limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NPROC, &none), 0);
	assert_false(resizer_may());
	assert_int_equal(setrlimit(RLIMIT_NPROC, &limit), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(it_sets_what_it_is_told_once, start),
	    cmocka_unit_test_setup(it_sets_no_more_than_was_asked_for, start),
	    cmocka_unit_test_setup(it_leaves_the_device_alone_when_told_so, start),
	    cmocka_unit_test_setup(it_ends_with_its_parent, start),
	    cmocka_unit_test_setup(it_ends_when_its_parent_is_killed, start),
	    cmocka_unit_test_setup_teardown(it_ends_with_its_parent_whatever_was_open,
					    start_with_many_descriptors, close_many),
	    cmocka_unit_test_setup(a_limit_on_processes_means_no_child, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
