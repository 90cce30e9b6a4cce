/* SPDX-License-Identifier: ISC */
/*
 * Preloaded into a program whose deadline a test waits out: its clock runs HASTY times as
 * fast as the machine's, and what it waits for in poll() takes that much less. The program
 * itself is the one that ships, with the deadline that it ships with.
 */
#include <dlfcn.h>
#include <poll.h>
#include <time.h>

#include "tests/unit/hasty.h"

enum { NS_IN_S = 1000000000 };

/* Under the names that the program asks for. */
int hasty_clock(clockid_t clock, struct timespec *out) __asm__("clock_gettime");
int hasty_poll(struct pollfd *fds, nfds_t count, int ms) __asm__("poll");

int hasty_clock(clockid_t clock, struct timespec *out)
{
	int (*real)(clockid_t, struct timespec *) =
	    (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	const int result = real(clock, out);
	long long ns;

	if (result != 0 || clock != CLOCK_MONOTONIC)
		return result;
	ns = ((long long)out->tv_sec * NS_IN_S + out->tv_nsec) * HASTY;
	out->tv_sec = ns / NS_IN_S;
	out->tv_nsec = ns % NS_IN_S;
	return 0;
}

int hasty_poll(struct pollfd *fds, nfds_t count, int ms)
{
	int (*real)(struct pollfd *, nfds_t, int) =
	    (int (*)(struct pollfd *, nfds_t, int))dlsym(RTLD_NEXT, "poll");

	return real(fds, count, ms > 0 ? (ms + HASTY - 1) / HASTY : ms);
}
