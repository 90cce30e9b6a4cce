/* SPDX-License-Identifier: ISC */
/*
 * Protects: after confine_apply() nothing is left but what was asked for, seen from outside
 * in /proc/PID/status; test_confine_refused.c tries it from inside. Needs root, as the real
 * callers do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/confine/confine.h"

enum { SOME_UID = 61234, SOME_GID = 61235, STATUS_MAX = 4096, PASS = 17 };

static struct confine for_pppd(uid_t uid, gid_t gid)
{
	return (struct confine){.profile = CONFINE_PPPD,
				.uid = uid,
				.gid = gid,
				.keep_net_admin = true,
				.target_fd = -1};
}

/* The value of a field of /proc/PID/status, blanks folded. */
static void read_status(pid_t pid, const char *field, char *value, size_t size)
{
	char path[64], text[STATUS_MAX];
	const char *at;
	ssize_t len;
	int fd;
	size_t out = 0;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	len = read(fd, text, sizeof text - 1);
	close(fd);
	assert_true(len > 0);
	text[len] = '\0';
	at = strstr(text, field);
	assert_non_null(at);
	for (at += strlen(field) + 1; *at != '\n' && out + 1 < size; at++)
		if ((*at != '\t' && *at != ' ') || (out > 0 && value[out - 1] != ' '))
			value[out++] = *at == '\t' ? ' ' : *at;
	while (out > 0 && value[out - 1] == ' ')
		out--;
	value[out] = '\0';
}

static void assert_status(pid_t pid, const char *field, const char *expected)
{
	char value[256];

	read_status(pid, field, value, sizeof value);
	assert_string_equal(value, expected);
}

static void nothing(void)
{
}

/*
 * A child that has confined itself (what NULL: as a parser), waits to be looked at, and
 * then does one thing more; *go closed lets it.
 */
static pid_t held_child(const struct confine *what, void (*then)(void), int *go)
{
	struct confine_report report;
	struct error err;
	int ready[2], hold[2], result;
	char byte = 0;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(hold), 0);
	child = fork();
	if (child == 0) {
		close(hold[1]);
		result = what != NULL ? confine_apply(what, &report, &err)
				      : confine_parser(SOME_UID, SOME_GID, false, &err);
		if (result != 0) {
			fprintf(stderr, "cannot confine: %s\n", err.text);
			_exit(1);
		}
		if (write(ready[1], "r", 1) != 1 || read(hold[0], &byte, 1) != 0)
			confine_parser_exit(2);
		then();
		confine_parser_exit(PASS);
	}
	close(hold[0]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	*go = hold[1];
	return child;
}

static void end_child(pid_t child, int go)
{
	int status;

	close(go);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), PASS);
}

static void only_net_admin_is_left_seen_from_outside(void **state)
{
	static const char *const sets[] = {
	    "CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"};
	const uid_t uids[] = {0, SOME_UID};

	(void)state;
	for (size_t u = 0; u < sizeof uids / sizeof *uids; u++) {
		const struct confine what = for_pppd(uids[u], uids[u] == 0 ? 0 : SOME_GID);
		int go;
		const pid_t child = held_child(&what, nothing, &go);

		for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
			assert_status(child, sets[i], "0000000000001000");
		assert_status(child,
			      "Uid:", uids[u] == 0 ? "0 0 0 0" : "61234 61234 61234 61234");
		assert_status(child,
			      "Gid:", uids[u] == 0 ? "0 0 0 0" : "61235 61235 61235 61235");
		assert_status(child, "Groups:", "");
		assert_status(child, "NoNewPrivs:", "1");
		assert_status(child, "Seccomp:", "2");
		end_child(child, go);
	}
}

static void a_parser_has_no_capability_and_a_filter(void **state)
{
	int go;
	const pid_t child = held_child(NULL, nothing, &go);

	(void)state;
	assert_status(child, "Uid:", "61234 61234 61234 61234");
	assert_status(child, "Gid:", "61235 61235 61235 61235");
	assert_status(child, "Groups:", "");
	assert_status(child, "CapInh:", "0000000000000000");
	assert_status(child, "CapPrm:", "0000000000000000");
	assert_status(child, "CapEff:", "0000000000000000");
	assert_status(child, "CapAmb:", "0000000000000000");
	assert_status(child, "NoNewPrivs:", "1");
	assert_status(child, "Seccomp:", "2");
	end_child(child, go);
}

/* One who has nothing to begin with, in that group beside its own; 0: as it must be. */
static int confine_the_unprivileged(const struct confine *what, uid_t uid, gid_t group)
{
	struct confine_report report;
	struct error err;
	int status;
	const pid_t child = fork();

	if (child == 0) {
		if (setgroups(group != 0, &group) != 0 ||
		    setresgid(SOME_GID, SOME_GID, SOME_GID) != 0 ||
		    setresuid(uid, uid, uid) != 0)
			_exit(1);
		_exit(confine_apply(what, &report, &err) != 0 ? 2
		      : strstr(report.text, group == 0 ? "groups=none caps_effective=0"
						       : "groups=own caps_effective=0")
			  ? PASS
			  : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void who_has_no_privilege_is_confined_without_one(void **state)
{
	const struct confine good = {.profile = CONFINE_PPPTUN,
				     .uid = SOME_UID,
				     .gid = SOME_GID,
				     .unprivileged = true,
				     .target_fd = -1};
	struct confine what = good;

	(void)state;
	assert_int_equal(confine_the_unprivileged(&good, SOME_UID, 0), PASS);
	assert_int_equal(confine_the_unprivileged(&good, SOME_UID, SOME_GID), PASS);
	/* What it could not give up must not be there, and what it has not must not be
	 * wanted. */
	assert_int_equal(confine_the_unprivileged(&good, SOME_UID, SOME_GID + 1), 2);
	assert_int_equal(confine_the_unprivileged(&good, SOME_UID + 1, 0), 2);
	what.keep_net_admin = true;
	assert_int_equal(confine_the_unprivileged(&what, SOME_UID, 0), 2);
	what = good;
	what.uid = 0;
	assert_int_equal(confine_the_unprivileged(&what, 0, 0), 2);
	what = good;
	what.unprivileged = false;
	assert_int_equal(confine_the_unprivileged(&what, SOME_UID, 0), 2);
}

static void open_a_file(void)
{
	(void)open("/dev/null", O_RDONLY);
}

static void ask_for_a_pid(void)
{
	(void)syscall(SYS_getpid);
}

static void make_a_socket(void)
{
	(void)socket(AF_UNIX, SOCK_DGRAM, 0);
}

static void fork_once_more(void)
{
	(void)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void a_parser_dies_of_any_other_call(void **state)
{
	void (*const attempts[])(void) = {open_a_file, ask_for_a_pid, make_a_socket,
					  fork_once_more};

	(void)state;
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
		int go, status;
		const pid_t child = held_child(NULL, attempts[i], &go);

		close(go);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSYS);
	}
}

/* As under a systemd unit or in a container, which filter before anybody else does. */
static void a_parser_can_be_confined_under_a_filter(void **state)
{
	struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	const struct sock_fprog program = {.len = 1, .filter = allow};
	struct error err;
	int status;
	const pid_t child = fork();

	(void)state;
	if (child == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0 ||
		    confine_parser(SOME_UID, SOME_GID, false, &err) != 0)
			_exit(1);
		confine_parser_exit(PASS);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), PASS);
}

static int try_nothing(void)
{
	(void)syscall(SYS_unshare, 0);
	return 0;
}

static void seccomp_kill_kills(void **state)
{
	struct confine what = for_pppd(SOME_UID, SOME_GID);
	struct confine_report report;
	struct error err;
	int status;
	pid_t child;

	(void)state;
	what.seccomp_kill = true;
	child = fork();
	if (child == 0)
		_exit(confine_apply(&what, &report, &err) != 0 ? 1 : try_nothing());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

static void without_the_right_to_drop_it_fails_and_says_so(void **state)
{
	const struct confine what = for_pppd(SOME_UID, SOME_GID);
	struct confine_report report;
	struct error err;
	int status;
	const pid_t child = fork();

	(void)state;
	if (child == 0) {
		if (setresuid(SOME_UID, SOME_UID, SOME_UID) != 0)
			_exit(1);
		_exit(confine_apply(&what, &report, &err) == -1 && err.text[0] != '\0'
			  ? PASS
			  : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_net_admin_is_left_seen_from_outside),
	    cmocka_unit_test(who_has_no_privilege_is_confined_without_one),
	    cmocka_unit_test(a_parser_has_no_capability_and_a_filter),
	    cmocka_unit_test(a_parser_dies_of_any_other_call),
	    cmocka_unit_test(a_parser_can_be_confined_under_a_filter),
	    cmocka_unit_test(seccomp_kill_kills),
	    cmocka_unit_test(without_the_right_to_drop_it_fails_and_says_so),
	};

	if (geteuid() != 0) {
		fputs("test_confine: needs root\n", stderr);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
