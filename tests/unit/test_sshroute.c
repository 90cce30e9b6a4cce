/* SPDX-License-Identifier: ISC */
/*
 * sshroute as vpn-agent leaves it: an unprivileged user with CAP_NET_ADMIN and no more, in
 * a network of the test's own where TUN devices stand for pppd's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "policy/language/exitcode.h"
#include "tests/unit/hasty.h"
#include "tests/unit/launched.h"
#include "tests/unit/netns.h"

/* How long sshroute waits for its session. */
enum { NO_EXEC = 126, DEADLINE_MS = 10 * 1000 };

static const struct launch_way as_launched = {1ULL << CAP_NET_ADMIN, -1, NULL};

/* Runs it to its end and expects this code and these texts. */
static void expect(const char *words, int code, const char *out, const char *err)
{
	struct launched run = launched_start(&as_launched, words);

	launched_finish(&run);
	assert_string_equal(run.stderr_text, err);
	assert_string_equal(run.stdout_text, out);
	assert_int_equal(run.code, code);
}

/* "sp-alice" as a session of 10.9.0.1 and 10.9.0.2. */
static int set_up(void **state)
{
	int *tun = test_malloc(sizeof *tun);

	*tun = netns_tun("sp-alice", ARPHRD_PPP);
	netns_up("sp-alice", true);
	netns_pair("sp-alice", "10.9.0.1", "10.9.0.2");
	*state = tun;
	return 0;
}

static int tear_down(void **state)
{
	close(*(int *)*state);
	test_free(*state);
	return 0;
}

#define SESSION "--interface sp-alice --address 10.9.0.1,10.9.0.2 "

/* Whatever is not spelt as in the manual is refused in one line, before anything is done.
 */
static void the_command_line_is_strict(void **state)
{
	static const char *const wrong[] = {
	    "",
	    "192.0.2.0/24",
	    "--interface",
	    "--interface sp-alice",
	    "--interface sp-alice 192.0.2.0/24",
	    "--interface ../x --address 10.9.0.1,10.9.0.2",
	    "--interface sp%d --address 10.9.0.1,10.9.0.2",
	    "--interface sixteen-letters- --address 10.9.0.1,10.9.0.2",
	    "--inter sp-alice --address 10.9.0.1,10.9.0.2",
	    "--interface=sp-alice --address 10.9.0.1,10.9.0.2",
	    "--INTERFACE sp-alice --address 10.9.0.1,10.9.0.2",
	    SESSION "--interface sp-alice",
	    SESSION "--address 10.9.0.1,10.9.0.2",
	    SESSION "--address6 fd00:9::1,fd00:9::2 --address6 fd00:9::1,fd00:9::2",
	    SESSION "--address6 10.9.0.1,10.9.0.2",
	    SESSION "--address6 fd00:9::1",
	    SESSION "--address6 fd00:9::1,",
	    SESSION "--address6 ,fd00:9::2",
	    SESSION "--address6 fd00:9::1,fd00:9::2,fd00:9::3",
	    SESSION "--address6 fd00:9::1,fd00:9::1",
	    SESSION "--address6 fe80::1%lo,fe80::2%lo",
	    "--interface sp-alice --address fd00:9::1,fd00:9::2",
	    "--interface sp-alice --address 10.9.0.1,fd00:9::2",
	    "--interface sp-alice --address 010.9.0.1,10.9.0.2",
	    SESSION "--",
	    SESSION "-- 192.0.2.0/24",
	    SESSION "--help",
	    SESSION "-v",
	    SESSION "192.0.2.0",
	    SESSION "192.0.2.1/24",
	    SESSION "192.0.2.0/33",
	    SESSION "192.0.2.0/024",
	    SESSION "192.0.2.0/24 --interface sp-bob",
	    SESSION "192.0.2.0/24 default",
	    SESSION "2001:db8::/129",
	    SESSION "\x1b[2J",
	};
	char text[NETNS_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct launched run = launched_start(&as_launched, wrong[i]);
		char *newline;

		launched_finish(&run);
		if (run.code != EXIT_USAGE)
			fail_msg("\"%s\" exits with %d", wrong[i], run.code);
		assert_memory_equal(run.stderr_text, "sshroute: ", 10);
		newline = strchr(run.stderr_text, '\n');
		assert_ptr_equal(newline, run.stderr_text + strlen(run.stderr_text) - 1);
		assert_null(strchr(run.stderr_text, 0x1b));
		assert_string_equal(run.stdout_text, "");
	}
	assert_string_equal(netns_routes(AF_INET, text), "");
}

static void as_many_prefixes_as_a_policy_holds(void **state)
{
	char words[LAUNCHED_OUTPUT_MAX] = SESSION;
	struct launched run;

	(void)state;
	for (int i = 0; i < 65; i++)
		snprintf(words + strlen(words), sizeof words - strlen(words),
			 " 192.0.2.%d/32", i);
	expect(words, EXIT_USAGE, "", "sshroute: more than 64 prefixes\n");
	*strrchr(words, ' ') = '\0';
	run = launched_start(&as_launched, words);
	launched_finish(&run);
	assert_int_equal(run.code, EXIT_DONE);
	assert_non_null(strstr(run.stdout_text, ",192.0.2.63/32\n"));
}

static void help_and_version_need_nothing(void **state)
{
	const struct launch_way bare = {0, -1, NULL};
	struct launched run = launched_start(&bare, "--help");

	(void)state;
	launched_finish(&run);
	assert_int_equal(run.code, EXIT_DONE);
	assert_memory_equal(run.stdout_text, "usage: sshroute ", 16);
	run = launched_start(&bare, "--version");
	launched_finish(&run);
	assert_int_equal(run.code, EXIT_DONE);
	assert_string_equal(run.stdout_text, "sshroute (Sallyport) " VERSION "\n");
}

static void routes_are_added_and_told_once(void **state)
{
	static const char words[] = SESSION "--address6 fd00:9::1,fd00:9::2 192.0.2.0/24 "
					    "2001:db8:5::/48 198.51.100.0/24";
	char text[NETNS_TEXT_MAX];

	(void)state;
	expect(words, EXIT_DONE,
	       "sallyport/1 routes interface=sp-alice "
	       "added=192.0.2.0/24,2001:db8:5::/48,198.51.100.0/24\n",
	       "");
	expect(words, EXIT_DONE, "sallyport/1 routes interface=sp-alice added=-\n", "");
	assert_string_equal(netns_routes(AF_INET, text),
			    "192.0.2.0/24 dev sp-alice proto 83 scope 253 metric 0\n"
			    "198.51.100.0/24 dev sp-alice proto 83 scope 253 metric 0\n");
	assert_string_equal(netns_routes(AF_INET6, text),
			    "2001:db8:5::/48 dev sp-alice proto 83 scope 0 metric 1024\n");
	assert_string_equal(netns_addresses6("sp-alice", RT_SCOPE_UNIVERSE, text),
			    "fd00:9::1 peer fd00:9::2/128 flags 0x82\n");
	expect(SESSION "192.0.2.0/24 203.0.113.0/24", EXIT_DONE,
	       "sallyport/1 routes interface=sp-alice added=203.0.113.0/24\n", "");
}

static void no_prefix_is_no_error(void **state)
{
	(void)state;
	expect(SESSION, EXIT_DONE, "sallyport/1 routes interface=sp-alice added=-\n", "");
}

/* When one route fails, this run's are gone, and an earlier run's and others' are not. */
static void a_failure_takes_back_this_runs_routes(void **state)
{
	const struct netns_route there = {"sp-bob", "203.0.113.0/24", NULL, RTPROT_STATIC,
					  50};
	char before[NETNS_TEXT_MAX], after[NETNS_TEXT_MAX];
	int other = netns_tun("sp-bob", ARPHRD_PPP);

	(void)state;
	netns_up("sp-bob", true);
	netns_add_route(&there);
	expect(SESSION "192.0.2.0/24", EXIT_DONE,
	       "sallyport/1 routes interface=sp-alice added=192.0.2.0/24\n", "");
	netns_routes(AF_INET, before);
	expect(SESSION "198.51.100.0/24 2001:db8:5::/48 192.0.2.0/24 203.0.113.0/24 "
		       "198.51.100.128/25",
	       EXIT_SYSTEM, "",
	       "sshroute: a route to 203.0.113.0/24 exists already, dev sp-bob\n");
	assert_string_equal(netns_routes(AF_INET, after), before);
	assert_string_equal(netns_routes(AF_INET6, after), "");
	close(other);
}

static void the_session_may_come_up_later(void **state)
{
	struct launched run =
	    launched_start(&as_launched, "--interface sp-bob --address 10.8.0.1,10.8.0.2 "
					 "198.51.100.0/24");
	int tun;

	(void)state;
	netns_wait_asleep(run.pid);
	tun = netns_tun("sp-bob", ARPHRD_NONE);
	netns_wait_asleep(run.pid);
	netns_up("sp-bob", true);
	netns_wait_asleep(run.pid);
	netns_pair("sp-bob", "10.8.0.1", "10.8.0.2");
	launched_finish(&run);
	assert_string_equal(run.stdout_text,
			    "sallyport/1 routes interface=sp-bob added=198.51.100.0/24\n");
	assert_int_equal(run.code, EXIT_DONE);
	close(tun);
}

/* Without IPv4 the link-local address of this end is what shows whose session it is. */
static void an_ipv6_session_is_known_by_its_link_local_address(void **state)
{
	struct launched run =
	    launched_start(&as_launched, "--interface sp-alice --address6 "
					 "fd00:9::1:1,fd00:9::2 2001:db8:5::/48");
	int status;

	(void)state;
	netns_wait_asleep(run.pid);
	netns_address6("sp-alice", "fe80::1");
	netns_wait_asleep(run.pid);
	assert_int_equal(waitpid(run.pid, &status, WNOHANG), 0);
	netns_address6("sp-alice", "fe80::1:1");
	launched_finish(&run);
	assert_string_equal(
	    run.stdout_text,
	    "sallyport/1 routes interface=sp-alice added=2001:db8:5::/48\n");
	assert_int_equal(run.code, EXIT_DONE);
}

static void an_interface_with_neighbours_is_no_session(void **state)
{
	int tun = netns_tun("sp-bob", ARPHRD_ETHER);

	(void)state;
	netns_up("sp-bob", true);
	netns_pair("sp-bob", "10.8.0.1", "10.8.0.2");
	expect("--interface sp-bob --address 10.8.0.1,10.8.0.2 198.51.100.0/24", EXIT_BUSY,
	       "", "sshroute: no session: interface sp-bob is not a PPP link\n");
	close(tun);
}

static void without_the_capability_nothing_is_changed(void **state)
{
	const struct launch_way bare = {0, -1, NULL};
	struct launched run = launched_start(&bare, SESSION "192.0.2.0/24");
	char text[NETNS_TEXT_MAX];

	(void)state;
	launched_finish(&run);
	assert_string_equal(
	    run.stderr_text,
	    "sshroute: cannot add a route to 192.0.2.0/24: Operation not permitted (with "
	    "Tun persistent, it has to be there: `ip route add PREFIX dev INTERFACE proto "
	    "83`)\n");
	assert_int_equal(run.code, EXIT_SYSTEM);
	assert_string_equal(netns_routes(AF_INET, text), "");
}

static void success_that_cannot_be_told_is_none(void **state)
{
	const struct launch_way full = {1ULL << CAP_NET_ADMIN,
					open("/dev/full", O_WRONLY | O_CLOEXEC), NULL};
	struct launched run = launched_start(&full, SESSION "192.0.2.0/24");

	(void)state;
	launched_finish(&run);
	assert_int_equal(run.code, EXIT_SYSTEM);
	assert_non_null(strstr(run.stderr_text, "No space left on device"));
	close(full.out);
}

/* A copy of sshroute that another user owns, with these mode bits. */
static void make_copy(const char *path, mode_t mode)
{
	int from = open(SSHROUTE, O_RDONLY | O_CLOEXEC),
	    to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char buffer[LAUNCHED_OUTPUT_MAX];
	ssize_t n;

	assert_true(from >= 0 && to >= 0);
	while ((n = read(from, buffer, sizeof buffer)) > 0)
		assert_int_equal(write(to, buffer, (size_t)n), n);
	assert_int_equal(n, 0);
	assert_int_equal(fchown(to, LAUNCHED_UID, LAUNCHED_UID), 0);
	assert_int_equal(fchmod(to, mode), 0);
	close(from);
	close(to);
}

static int run_copy(const char *path)
{
	char *argv[] = {"sshroute", "--version", NULL}, *environment[] = {NULL};
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		close(STDERR_FILENO);
		execve(path, argv, environment);
		_exit(NO_EXEC);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void setuid_and_setgid_are_refused(void **state)
{
	const mode_t modes[] = {04755, 02755};
	char directory[] = SSHROUTE ".XXXXXX", path[sizeof directory + sizeof "/copy"];
	struct statvfs fs;
	int code = -1;

	(void)state;
	assert_int_equal(statvfs(SSHROUTE, &fs), 0);
	if (fs.f_flag & ST_NOSUID) {
		print_message("SKIPPED: the build directory is mounted nosuid\n");
		skip();
	}
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/copy", directory);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		make_copy(path, modes[i]);
		code = run_copy(path);
		unlink(path);
		if (code != EXIT_DENIED)
			break;
	}
	rmdir(directory);
	assert_int_equal(code, EXIT_DENIED);
}

/* The three that wait in vain run together, by a clock that is faster than ours. */
static void without_a_session_the_deadline_ends_it(void **state)
{
	static const struct launch_way hasty = {1ULL << CAP_NET_ADMIN, -1, HASTY_LIBRARY};
	static const char tail[] = " --address 10.9.0.1,10.9.0.9 192.0.2.0/24";
	static const char *const expected[][2] = {
	    {"sp-none", "it does not exist"},
	    {"sp-down", "it is down"},
	    {"sp-alice", "it does not carry the addresses of this session"}};
	struct launched runs[3];
	char text[LAUNCHED_OUTPUT_MAX];
	int down = netns_tun("sp-down", ARPHRD_PPP);
	const int64_t begin = monotonic_ms();

	(void)state;
	for (int i = 0; i < 3; i++) {
		snprintf(text, sizeof text, "--interface %s%s", expected[i][0], tail);
		runs[i] = launched_start(&hasty, text);
	}
	for (int i = 0; i < 3; i++) {
		launched_finish(&runs[i]);
		snprintf(text, sizeof text,
			 "sshroute: no session: interface %s is not up: %s\n",
			 expected[i][0], expected[i][1]);
		assert_string_equal(runs[i].stderr_text, text);
		assert_int_equal(runs[i].code, EXIT_BUSY);
		/* It has had all of its time. A clock in whole milliseconds loses one. */
		assert_true((monotonic_ms() - begin + 1) * HASTY >= DEADLINE_MS);
	}
	assert_string_equal(netns_routes(AF_INET, text), "");
	close(down);
}

#define WITH_SESSION(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_SESSION(the_command_line_is_strict),
	    WITH_SESSION(as_many_prefixes_as_a_policy_holds),
	    cmocka_unit_test(help_and_version_need_nothing),
	    WITH_SESSION(routes_are_added_and_told_once),
	    WITH_SESSION(no_prefix_is_no_error),
	    WITH_SESSION(a_failure_takes_back_this_runs_routes),
	    cmocka_unit_test(the_session_may_come_up_later),
	    WITH_SESSION(an_ipv6_session_is_known_by_its_link_local_address),
	    cmocka_unit_test(an_interface_with_neighbours_is_no_session),
	    WITH_SESSION(without_the_capability_nothing_is_changed),
	    WITH_SESSION(success_that_cannot_be_told_is_none),
	    cmocka_unit_test(setuid_and_setgid_are_refused),
	    WITH_SESSION(without_a_session_the_deadline_ends_it),
	};

	/* Before any socket is opened; the network ends with this process. */
	if (netns_enter() < 0) {
		perror("no network of its own (root is needed)");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
