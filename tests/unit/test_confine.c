/* SPDX-License-Identifier: ISC */
/*
 * Protects: after confine_apply() nothing is left but what was asked for, seen from outside
 * in /proc/PID/status, and from inside by trying. Needs root, as the real callers do.
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

#include "agent/confine.h"

enum { SOME_UID = 61234, SOME_GID = 61235, STATUS_MAX = 4096, PASS = 17 };

/* A file that was open before, as the session's lock is. */
static int inherited_file = -1;

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
	struct policy_error err;
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
	struct policy_error err;
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
	struct policy_error err;
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

/* Runs attempt in a confined child; it returns 0 when what it tried was refused as it must
 * be. */
static void assert_refused(const struct confine *what, int (*attempt)(void))
{
	struct confine_report report;
	struct policy_error err;
	int status;
	const pid_t child = fork();

	if (child == 0)
		_exit(confine_apply(what, &report, &err) != 0 ? 1
		      : attempt() == 0			      ? PASS
							      : 2);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), PASS);
}

static int refused(long result, int expected)
{
	return result == -1 && errno == expected ? 0 : -1;
}

static int try_other_uid(void)
{
	return refused(setresuid(SOME_UID, SOME_UID, SOME_UID), EPERM);
}

static int try_terminal_injection(void)
{
	const int master = posix_openpt(O_RDWR | O_NOCTTY);

	return master < 0 ? -1 : refused(ioctl(master, TIOCSTI, "x"), EPERM);
}

static int try_execve(void)
{
	char name[] = "/usr/bin/true";
	char *const argv[] = {name, NULL}, *const envp[] = {NULL};

	/* ENOENT: pppd is to believe that there are no hooks, not to complain of them */
	return refused(execve(name, argv, envp), ENOENT);
}

static int try_ptrace(void)
{
	return refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL), EPERM);
}

static int try_namespace(void)
{
	return refused(syscall(SYS_unshare, 0x10000000), EPERM);
}

static int try_new_namespace_by_clone(void)
{
	return refused(syscall(SYS_clone, 0x10000000 | SIGCHLD, 0, 0, 0, 0), EPERM);
}

/* Each of them speaks to somebody who trusts uid 0, or to the network. */
static int try_other_sockets(void)
{
	const int others[][3] = {
	    {AF_PACKET, SOCK_RAW, 0},	  {AF_UNIX, SOCK_STREAM, 0},
	    {AF_UNIX, SOCK_SEQPACKET, 0}, {AF_INET, SOCK_STREAM, 0},
	    {AF_INET, SOCK_STREAM, 262},  {AF_INET, SOCK_RAW, 1},
	    {AF_NETLINK, SOCK_RAW, 15},	  {AF_NETLINK, SOCK_RAW, 12},
	    {AF_NETLINK, SOCK_RAW, 9},	  {AF_VSOCK, SOCK_STREAM, 0},
	};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (refused(socket(others[i][0], others[i][1], others[i][2]), EPERM) != 0)
			return -1;
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0) >= 0 ? 0 : -1;
}

/* The kernel would let uid 0 end any of root's processes this way. */
static int try_limits_of_another(void)
{
	return refused(prlimit(getppid(), RLIMIT_CPU, NULL, NULL), EPERM);
}

static int try_writing_a_file(void)
{
	signal(SIGXFSZ, SIG_IGN);
	return refused(write(inherited_file, "x", 1), EFBIG);
}

/* With an absolute path the kernel passes the descriptor over. */
static int try_another_program_by_path(void)
{
	char name[] = "x";
	char *const argv[] = {name, NULL}, *const envp[] = {NULL};
	static const char path[] = "/lib64/ld-linux-x86-64.so.2";

	return refused(syscall(SYS_execveat, CONFINE_EXEC_FD, path, argv, envp, 0x1000),
		       EPERM);
}

static int try_descriptor_of_the_target_again(void)
{
	return refused(dup2(0, CONFINE_EXEC_FD), EBADF);
}

static int try_lock_of_another_session(void)
{
	struct flock lock = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 7, .l_len = 1};

	return refused(fcntl(0, F_OFD_SETLK, &lock), EPERM) == 0 &&
		       refused(fcntl(0, F_SETLK, &lock), EPERM) == 0
		   ? 0
		   : -1;
}

static int try_more_descriptors(void)
{
	const struct rlimit more = {CONFINE_NOFILE * 4, CONFINE_NOFILE * 4};

	return refused(setrlimit(RLIMIT_NOFILE, &more), EPERM);
}

static int try_shadow(void)
{
	/* EACCES from Landlock or, where the kernel has none, from the lost
	 * CAP_DAC_OVERRIDE */
	return refused(open("/root", O_RDONLY | O_DIRECTORY), EACCES);
}

static void what_is_given_up_cannot_be_had_back(void **state)
{
	const struct confine root = for_pppd(0, 0);
	int (*const attempts[])(void) = {
	    try_other_uid,	  try_terminal_injection,
	    try_execve,		  try_ptrace,
	    try_namespace,	  try_new_namespace_by_clone,
	    try_other_sockets,	  try_limits_of_another,
	    try_writing_a_file,	  try_another_program_by_path,
	    try_more_descriptors, try_descriptor_of_the_target_again,
	    try_shadow,		  try_lock_of_another_session,
	};

	(void)state;
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
		assert_refused(&root, attempts[i]);
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
	struct policy_error err;
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
	struct policy_error err;
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
	    cmocka_unit_test(what_is_given_up_cannot_be_had_back),
	    cmocka_unit_test(seccomp_kill_kills),
	    cmocka_unit_test(without_the_right_to_drop_it_fails_and_says_so),
	};

	inherited_file = memfd_create("inherited", 0);
	if (geteuid() != 0 || inherited_file < 0) {
		fputs("test_confine: needs root\n", stderr);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
