/* SPDX-License-Identifier: ISC */
/*
 * Protects: what confine_apply() takes away from a pppd that is uid 0 cannot be had back,
 * seen from inside by trying. Needs root, as the real callers do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/confine.h"

enum { SOME_UID = 61234, PASS = 17 };

/* A file that was open before, as the session's lock is. */
static int inherited_file = -1;

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
	const struct confine root = {
	    .profile = CONFINE_PPPD, .keep_net_admin = true, .target_fd = -1};
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_given_up_cannot_be_had_back),
	};

	inherited_file = memfd_create("inherited", 0);
	if (geteuid() != 0 || inherited_file < 0) {
		fputs("test_confine_refused: needs root\n", stderr);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
