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
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/confine/confine.h"

enum { SOME_UID = 61234, PASS = 17, PAGE = 4096 };

/* Open before, as the session's lock is, and the log. */
static int inherited_file = -1, inherited_socket = -1;

/* Runs attempt in a confined child; it returns 0 when what it tried was refused as it must
 * be. */
static void assert_refused(const struct confine *what, int (*attempt)(void))
{
	struct confine_report report;
	struct error err;
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

static int try_code_of_its_own(void)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED && errno == EPERM ? 0 : -1;
}

static int try_written_code(void)
{
	void *page =
	    mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED
		   ? refused(-1, EPERM)
		   : refused(mprotect(page, PAGE, PROT_READ | PROT_EXEC), EPERM);
}

static int try_a_datagram_to_a_name(void)
{
	const struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};

	return refused(
	    sendto(inherited_socket, "", 1, 0, (const struct sockaddr *)&name, sizeof name),
	    EPERM);
}

static int try_a_thread(void)
{
	return refused(syscall(SYS_clone,
			       CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
				   CLONE_THREAD | CLONE_SYSVSEM,
			       0, 0, 0, 0),
		       EPERM);
}

static int try_shared_memory(void)
{
	return refused(syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0),
		       EPERM);
}

static int try_fork(void)
{
	return refused(fork(), EPERM);
}

/* As iptables(8) does, by any socket: IPT_SO_SET_REPLACE. */
static int try_packet_filters(void)
{
	return refused(setsockopt(inherited_socket, IPPROTO_IP, 64, "", 1), EPERM);
}

enum { NOBODY_MAY = -1 };

/* pppd has to fork; ppptun, as long as no peer can speak to it, asks getifaddrs(3). */
static const struct {
	int (*attempt)(void);
	int but_of; /* enum confine_profile, or NOBODY_MAY */
} of_all[] = {
    {try_code_of_its_own, NOBODY_MAY},
    {try_written_code, NOBODY_MAY},
    {try_a_datagram_to_a_name, CONFINE_PPPTUN},
    {try_a_thread, NOBODY_MAY},
    {try_shared_memory, NOBODY_MAY},
    {try_fork, CONFINE_PPPD},
    {try_packet_filters, NOBODY_MAY},
};

/* The agent's answer has no page to be had, and so neither to be executed. */
static void no_program_gets_code_threads_or_other_sockets(void **state)
{
	static const int profiles[] = {CONFINE_PPPD, CONFINE_SSHROUTE, CONFINE_PPPTUN,
				       CONFINE_ANSWER};

	(void)state;
	for (size_t p = 0; p < sizeof profiles / sizeof *profiles; p++) {
		const struct confine what = {.profile = (enum confine_profile)profiles[p],
					     .uid = SOME_UID,
					     .gid = SOME_UID,
					     .keep_net_admin = true,
					     .target_fd = -1};

		for (size_t i = 0; i < sizeof of_all / sizeof *of_all; i++)
			if (of_all[i].but_of != profiles[p])
				assert_refused(&what, of_all[i].attempt);
	}
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
	    cmocka_unit_test(no_program_gets_code_threads_or_other_sockets),
	};

	inherited_file = memfd_create("inherited", 0);
	inherited_socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (geteuid() != 0 || inherited_file < 0 || inherited_socket < 0) {
		fputs("test_confine_refused: needs root\n", stderr);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
