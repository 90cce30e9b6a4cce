/* SPDX-License-Identifier: ISC */
/*
 * Calls that are on the lists under a condition: every value that the condition tells
 * apart, those that must work among them, since the real programs need these.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <linux/netlink.h>
#include <unistd.h>

#include "agent/confine/filter_lists.h"
#include "tests/probe/probe.h"

enum {
	PAGE = 4096,
	FLAGS = 32,
	SIGNALS = 256,
	SOME_PORT = 9,
	ALL_ACCESS = 7,
	LEVELS_MAX = 320,
	OPTIONS_MAX = 300
};

static int own_code(void)
{
	return 17;
}

static uintptr_t page_of(int (*function)(void))
{
	return (uintptr_t)function & ~(uintptr_t)(PAGE - 1);
}

static void try_maps(void)
{
	char name[64];

	for (int access = 0; access <= ALL_ACCESS; access++) {
		void *page = mmap(NULL, PAGE, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		snprintf(name, sizeof name, "memory mapped with access %d", access);
		if ((access & (PROT_WRITE | PROT_EXEC)) == (PROT_WRITE | PROT_EXEC))
			probe_fails(name, page == MAP_FAILED ? -1 : 0, EPERM);
		else
			probe_true(name, page != MAP_FAILED);
	}
}

/* Memory that was written, or is to be, and the program's own code. */
static void try_written_code(void)
{
	char *page =
	    mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *code = (void *)page_of(own_code); /* NOLINT(performance-no-int-to-ptr) */

	if (page == MAP_FAILED) {
		puts("FAIL memory to write");
		return;
	}
	page[0] = 'x';
	probe_fails("what was written made executable",
		    mprotect(page, PAGE, PROT_READ | PROT_EXEC), EPERM);
	probe_fails("and that alone", mprotect(page, PAGE, PROT_EXEC), EPERM);
	probe_fails("written and executed by turns",
		    mprotect(page, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC), EPERM);
	probe_fails("the program's code made writable too",
		    mprotect(code, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC), EPERM);
	probe_true("memory made readable alone", mprotect(page, PAGE, PROT_READ) == 0);
}

static long clone_with(unsigned long flags)
{
	const long child = syscall(SYS_clone, flags, 0, 0, 0, 0);

	if (child == 0)
		_exit(0);
	return child;
}

/* Every flag, and every signal of its end, beside what fork(2) has. */
static void try_flags(const struct expect *expect)
{
	char name[64];

	for (unsigned bit = 8; bit < FLAGS; bit++) {
		const unsigned long flag = 1UL << bit;

		if (expect->pppd && (flag & FILTER_CLONE_FORK) != 0)
			continue;
		snprintf(name, sizeof name, "clone with flag %#lx", flag);
		probe_fails(name, clone_with(flag | SIGCHLD), EPERM);
	}
	for (unsigned long signal = 0; signal < SIGNALS; signal++) {
		const long child = signal == SIGCHLD ? -1 : clone_with(signal);

		if (signal != SIGCHLD && (child != -1 || errno != EPERM))
			printf("FAIL clone with signal %lu: %ld %s\n", signal, child,
			       strerrorname_np(errno));
	}
	puts("ok clone with every signal but one");
	probe_fails("a thread",
		    clone_with(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			       CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS |
			       CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID),
		    EPERM);
	probe_fails("what posix_spawn does", clone_with(CLONE_VM | CLONE_VFORK | SIGCHLD),
		    EPERM);
	/* Whoever compared all 64 bits would pass these over. */
	probe_fails("clone with more than 32 bits",
		    clone_with(1UL << FLAGS | CLONE_NEWNET | SIGCHLD), EPERM);
}

static bool ends_well(long child)
{
	int status;

	if (child == 0)
		_exit(0);
	return child > 0 && waitpid((pid_t)child, &status, 0) == child && status == 0;
}

/* pppd's copying process. */
static void try_forks(const struct expect *expect)
{
	if (expect->pppd) {
		probe_true("fork works", ends_well(fork()));
		probe_true("clone works as fork", ends_well(clone_with(SIGCHLD)));
#ifdef SYS_fork
		probe_true("fork works by name", ends_well(syscall(SYS_fork)));
#endif
		return;
	}
	probe_fails("fork", fork(), EPERM);
#ifdef SYS_fork
	probe_fails("fork by name", syscall(SYS_fork), EPERM);
#endif
}

static void try_processes(const struct expect *expect)
{
	/* Some would run on in the same memory. */
	if (!probe_is_filtered()) {
		puts("FAIL clone with every flag: not tried without a filter");
		return;
	}
	if (!expect->hooks)
		try_flags(expect);
	for (unsigned bit = 0; bit < FLAGS; bit++)
		if ((FILTER_CLONE_NEW_ANY & 1UL << bit) != 0)
			probe_fails("clone with a namespace",
				    clone_with(1UL << bit | SIGCHLD), EPERM);
	probe_fails("clone3", syscall(SYS_clone3, NULL, 0), expect->pppd ? ENOSYS : EPERM);
	try_forks(expect);
}

/* To an address the filter says no; without one the socket says what it lacks. */
static void try_datagram(const char *name, int family, int type, const void *address,
			 socklen_t len, int without)
{
	const int fd = socket(family, type | SOCK_CLOEXEC, 0);
	char text[64];

	snprintf(text, sizeof text, "a datagram to %s", name);
	probe_fails(text, sendto(fd, "", 1, MSG_DONTWAIT, address, len), EPERM);
	snprintf(text, sizeof text, "a datagram to nobody (%s)", name);
	errno = 0;
	probe_true(text, sendto(fd, "", 1, MSG_DONTWAIT, NULL, 0) < 0 ? errno == without
								      : without == 0);
	close(fd);
}

static void try_datagrams(const struct expect *expect)
{
	const struct sockaddr_un log = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
	const struct sockaddr_in port = {.sin_family = AF_INET,
					 .sin_port = htons(SOME_PORT),
					 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	const struct sockaddr_nl another = {.nl_family = AF_NETLINK, .nl_pid = 1};

	if (expect->pppd) {
		try_datagram("a name", AF_UNIX, SOCK_DGRAM, &log, sizeof log, ENOTCONN);
		try_datagram("a port", AF_INET, SOCK_DGRAM, &port, sizeof port,
			     EDESTADDRREQ);
	}
	/* That without an address is the kernel's. */
	try_datagram("another's rtnetlink", AF_NETLINK, SOCK_RAW, &another, sizeof another,
		     0);
}

static bool option_on(const struct filter_option *list, unsigned level, unsigned option)
{
	for (; list->name != NULL; list++)
		if (list->level == level && list->option == option)
			return true;
	return false;
}

/* Denied is EPERM, and allowed gets as far as EBADF. */
static void try_options(const struct expect *expect)
{
	const struct filter_option *list =
	    expect->pppd ? filter_pppd_options : filter_netlink_options;
	unsigned wrong = 0, passed = 0;

	for (unsigned level = 0; level < LEVELS_MAX; level++) {
		for (unsigned option = 0; option < OPTIONS_MAX; option++) {
			const bool on_list = option_on(list, level, option);
			const long result =
			    syscall(SYS_setsockopt, -1, level, option, NULL, 0);

			passed += on_list;
			if (result == -1 && errno == (on_list ? EBADF : EPERM))
				continue;
			if (wrong++ == 0)
				printf("FAIL setsockopt %u %u: %ld %s\n", level, option,
				       result, strerrorname_np(errno));
		}
	}
	printf("%s every setsockopt (%u allowed, %u wrong)\n", wrong == 0 ? "ok" : "FAIL",
	       passed, wrong);
}

/* What iptables(8) does, which asks a socket of any kind and CAP_NET_ADMIN for it. */
static void try_packet_filters(const struct expect *expect)
{
	enum {
		REPLACE4 = 64 /* IPT_SO_SET_REPLACE, and IPv6's */,
		SERVERS = 1152 /* IP_VS_BASE_CTL */
	};
	const int four = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
		  six = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (!expect->pppd)
		return;
	probe_fails("iptables' rules replaced",
		    setsockopt(four, IPPROTO_IP, REPLACE4, "", 1), EPERM);
	probe_fails("ip6tables' rules replaced",
		    setsockopt(six, IPPROTO_IPV6, REPLACE4, "", 1), EPERM);
	probe_fails("a virtual server made",
		    setsockopt(four, IPPROTO_IP, SERVERS + 1, "", 1), EPERM);
	close(four);
	close(six);
}

void probe_arguments(const struct expect *expect)
{
	if (!expect->hooks) {
		try_maps();
		try_written_code();
		try_datagrams(expect);
		try_options(expect);
		try_packet_filters(expect);
	}
	try_processes(expect);
}
