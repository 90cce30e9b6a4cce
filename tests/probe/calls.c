/* SPDX-License-Identifier: ISC */
/*
 * Every system call by its number, and every value of the arguments that the lists tell
 * apart. What is allowed comes from the very object that the filters are made of, so that a
 * list that grows needs no change here; what is allowed without being on a list shows as a
 * failure.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/confine/filter_lists.h"
#include "tests/probe/probe.h"

#ifdef SYS_fork
#define FORK_BY_NAME SYS_fork
#else
#define FORK_BY_NAME SYS_clone
#endif

enum {
	CALLS_MAX = 512,
	IOCTLS_MAX = 0x10000,
	FCNTLS_MAX = 2048,
	PRCTLS_MAX = 128,
	FAMILIES_MAX = 48,
	TYPES_MAX = 12,
};

/* Told apart by their arguments, and so tried below and in arguments.c. */
static const int by_argument[] = {
    SYS_socket,	  SYS_ioctl,	SYS_fcntl,  SYS_prctl,	    SYS_prlimit64,
    SYS_clone,	  SYS_clone3,	SYS_execve, SYS_mmap,	    SYS_mprotect,
    SYS_execveat, FORK_BY_NAME, SYS_sendto, SYS_setsockopt, FILTER_END,
};
/*
 * The kernel's own trampolines of probes (uretprobe, uprobe): Linux lets them by every
 * filter, since 6.14, and sends SIGILL to whoever makes them by hand.
 */
static const int kernels_own[] = {335, 336, FILTER_END};

static bool is_on(const int *list, int call)
{
	for (; *list != FILTER_END; list++)
		if (*list == call)
			return true;
	return false;
}

static bool has_value(const struct filter_value *values, unsigned value)
{
	for (; values->value != FILTER_VALUES_END; values++)
		if (values->value == value)
			return true;
	return false;
}

static bool is_allowed(const struct expect *expect, int call)
{
	return is_on(filter_program_calls, call) ||
	       is_on(expect->pppd ? filter_pppd_calls : filter_sshroute_calls, call);
}

static void try_every_call(const struct expect *expect)
{
	unsigned tried = 0;
	char name[32];

	/* Some would end, stop or split a process that no filter holds. */
	if (!probe_is_filtered()) {
		puts("FAIL every system call: not tried without a filter");
		return;
	}
	for (int call = 0; call < CALLS_MAX; call++) {
		long result;

		if (is_allowed(expect, call) || is_on(by_argument, call) ||
		    is_on(kernels_own, call))
			continue;
		errno = 0;
		result = syscall(call, -1L, -1L, -1L, -1L, -1L, -1L);
		tried++;
		if (result == -1 && errno == EPERM)
			continue;
		snprintf(name, sizeof name, "system call %d", call);
		probe_fails(name, result, EPERM);
	}
	printf("fact denied system calls tried %u\n", tried);
}

/* Of a call that takes a descriptor: denied is EPERM, and allowed gets as far as EBADF. */
static void try_numbers(const char *name, int call, const struct filter_value *allowed,
			unsigned end)
{
	unsigned wrong = 0, passed = 0;

	for (unsigned number = 0; number < end; number++) {
		const bool on_list = allowed != NULL && has_value(allowed, number);
		const long result = syscall(call, -1, number, -1L);

		passed += on_list;
		if (result == -1 && errno == (on_list ? EBADF : EPERM))
			continue;
		if (wrong++ == 0)
			printf("FAIL %s %#x: %ld %s\n", name, number, result,
			       strerrorname_np(errno));
	}
	printf("%s every %s below %#x (%u allowed, %u wrong)\n", wrong == 0 ? "ok" : "FAIL",
	       name, end, passed, wrong);
}

/* Numbers with a direction and a size (ioctl(2)), each with every direction. */
static void try_encoded_ioctls(const struct filter_value *allowed)
{
	unsigned wrong = 0;

	for (unsigned low = 0; low < IOCTLS_MAX; low++) {
		for (unsigned top = 1; top < 4; top++) {
			const unsigned number = top << 30 | 4u << 16 | low;
			const bool on_list = allowed != NULL && has_value(allowed, number);
			const long result = syscall(SYS_ioctl, -1, number, -1L);

			wrong += result != -1 || errno != (on_list ? EBADF : EPERM);
		}
	}
	printf("%s every ioctl of four bytes (%u wrong)\n", wrong == 0 ? "ok" : "FAIL",
	       wrong);
}

static void try_named_ioctls(void)
{
	char byte = 'x';

	probe_fails("TIOCSTI", ioctl(STDIN_FILENO, TIOCSTI, &byte), EPERM);
	probe_fails("TIOCLINUX", ioctl(STDIN_FILENO, TIOCLINUX, &byte), EPERM);
	probe_fails("TIOCCONS", ioctl(STDIN_FILENO, TIOCCONS), EPERM);
}

static bool socket_on(const struct filter_socket *list, unsigned family, unsigned type,
		      unsigned protocol)
{
	for (; list->family != 0; list++)
		if (list->family == family && list->type == type &&
		    list->protocol == protocol)
			return true;
	return false;
}

static void try_sockets(const struct expect *expect)
{
	static const unsigned protocols[] = {0,	 1,  2,	 3,  6,	  9,   12, 15,
					     16, 17, 41, 58, 132, 255, 262};
	const struct filter_socket *list =
	    expect->pppd ? filter_pppd_sockets : filter_sshroute_sockets;
	unsigned wrong = 0, tried = 0;

	for (unsigned family = 0; family < FAMILIES_MAX; family++) {
		for (unsigned type = 0; type < TYPES_MAX; type++) {
			for (size_t i = 0; i < sizeof protocols / sizeof protocols[0];
			     i++) {
				const bool on_list =
				    socket_on(list, family, type, protocols[i]);
				const int fd =
				    socket((int)family, (int)type, (int)protocols[i]);

				tried++;
				if (fd >= 0)
					close(fd);
				if (on_list == (fd >= 0 || errno != EPERM))
					continue;
				if (wrong++ == 0)
					printf("FAIL socket %u %u %u: %d %s\n", family,
					       type, protocols[i], fd,
					       strerrorname_np(errno));
			}
		}
	}
	printf("%s every socket (%u tried, %u wrong)\n", wrong == 0 ? "ok" : "FAIL", tried,
	       wrong);
}

static void try_prctls(void)
{
	unsigned wrong = 0;

	for (unsigned option = 0; option < PRCTLS_MAX; option++) {
		if (has_value(filter_read_back_prctls, option))
			continue;
		/* -1 is no address and no value of any option. */
		if (prctl((int)option, -1L, -1L, -1L, -1L) == -1 && errno == EPERM)
			continue;
		if (wrong++ == 0)
			printf("FAIL prctl %u: %s\n", option, strerrorname_np(errno));
	}
	printf("%s every prctl (%u wrong)\n", wrong == 0 ? "ok" : "FAIL", wrong);
}

void probe_calls(const struct expect *expect)
{
	try_every_call(expect);
	try_numbers("ioctl", SYS_ioctl, expect->pppd ? filter_pppd_ioctls : NULL,
		    IOCTLS_MAX);
	try_encoded_ioctls(expect->pppd ? filter_pppd_ioctls : NULL);
	try_numbers("fcntl", SYS_fcntl, expect->pppd ? filter_pppd_fcntls : NULL,
		    FCNTLS_MAX);
	try_named_ioctls();
	try_sockets(expect);
	try_prctls();
}
