/* SPDX-License-Identifier: ISC */
/* Waiting for what a link depends on: a deadline holds, whatever the children say. */
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "local/tunnel.h"
#include "unit.h"

enum { WRITERS = 12, NOBODY = 65534 };
enum { WAIT_MS = 600, LATE_MS = 20000, CPU_MAX_MS = WAIT_MS / 10, HANGUP_MS = 300 };

static struct report report = {
    .name = "t", .foreground = true, .quiet = true, .parent = -1};
static struct tunnel tunnel;

/* As many write without end as RunAs likes. */
static pid_t writers[WRITERS];
static size_t writing;

static void flood(enum reader_source source)
{
	static char much[PIPE_BUF];

	memset(much, '\n', sizeof(much));
	memset(much, 'x', 3);
	for (size_t i = 0; i < WRITERS / READER_SOURCES; i++) {
		const pid_t child = fork();

		assert_true(child >= 0);
		while (child == 0)
			if (write(tunnel.reader.ends[source], much, sizeof(much)) < 0)
				_exit(1);
		writers[writing++] = child;
	}
}

static int set_up(void **state)
{
	const struct run_as nobody = {.uid = NOBODY, .gid = NOBODY};
	struct error err;

	(void)state;
	tunnel = (struct tunnel){.report = &report, .signals = -1};
	tunnel.ssh = tunnel.ppp = tunnel.request = PROCESS_NONE;
	return reader_open(&tunnel.reader, &nobody, false, &err);
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < writing; i++)
		kill(writers[i], SIGKILL);
	while (writing > 0)
		waitpid(writers[--writing], NULL, 0);
	reader_close(&tunnel.reader, &report);
	return 0;
}

static int64_t cpu_ms(void)
{
	struct rusage usage;

	assert_int_equal(0, getrusage(RUSAGE_SELF, &usage));
	return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static void a_deadline_holds_under_a_flood(void **state)
{
	const int64_t begin = monotonic_ms(), used = cpu_ms();

	(void)state;
	flood(READER_SSH);
	flood(READER_PPP);
	flood(READER_REQUEST);
	/* For the old way of waiting, which would not come back. */
	alarm(LATE_MS / 1000);
	assert_int_equal(TUNNEL_DEADLINE, tunnel_wait(&tunnel, -1, begin + WAIT_MS));
	alarm(0);
	assert_in_range(monotonic_ms() - begin, WAIT_MS, LATE_MS);
	assert_in_range(cpu_ms() - used, 0, CPU_MAX_MS);
}

static void a_deadline_that_has_passed_takes_one_look(void **state)
{
	int fds[2];

	(void)state;
	flood(READER_SSH);
	assert_int_equal(0, pipe(fds));
	alarm(LATE_MS / 1000);
	assert_int_equal(TUNNEL_DEADLINE, tunnel_wait(&tunnel, fds[0], monotonic_ms()));
	assert_int_equal(1, write(fds[1], "x", 1));
	assert_int_equal(TUNNEL_READABLE, tunnel_wait(&tunnel, fds[0], monotonic_ms()));
	alarm(0);
	close(fds[0]);
	close(fds[1]);
}

/* An ssh whose connection has just been closed. */
static void run_hung_up(const void *arg, struct error *err)
{
	(void)arg;
	(void)err;
	poll(NULL, 0, HANGUP_MS);
	_exit(255);
}

static void an_ssh_that_is_about_to_end_is_not_what_ssh_config_made(void **state)
{
	static const struct profile profile = {.file = "t.conf", .accept_any = true};
	static struct state none = {.dir = -1, .lock = -1};
	const struct spawn spawn = {
	    .in = -1, .out = -1, .err = -1, .session = true, .execute = run_hung_up};
	struct error err;

	(void)state;
	tunnel.profile = &profile;
	tunnel.state = &none;
	tunnel.answered = true;
	tunnel.ready = (struct ready){.link = PPP_PPPD, .noffers = 1};
	assert_int_equal(0, process_spawn(&spawn, &tunnel.ssh, &err));
	/* It executes nothing, so nothing would tell process_release() that it runs. */
	assert_int_equal(1, write(tunnel.ssh.gate, "", 1));
	assert_int_equal(-1, tunnel_choose(&tunnel));
	assert_int_equal(EXIT_LINK, tunnel.failure.code);
	process_close(&tunnel.ssh);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_deadline_holds_under_a_flood, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(a_deadline_that_has_passed_takes_one_look,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		an_ssh_that_is_about_to_end_is_not_what_ssh_config_made, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
