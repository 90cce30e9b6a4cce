/* SPDX-License-Identifier: ISC */
#include "agent/base/deadline.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

int64_t monotonic_us(void)
{
	struct timespec now;

	/* Cannot fail: the clock exists on every kernel that runs this, and the pointer is
	 * good. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t monotonic_ms(void)
{
	return monotonic_us() / 1000;
}

int deadline_wait(int fd, int64_t deadline)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	for (;;) {
		const int64_t left = deadline - monotonic_ms();
		const int count =
		    poll(&ready, 1, left <= 0 ? 0 : (left > INT_MAX ? INT_MAX : (int)left));

		if (count > 0)
			return 1;
		if (count == 0 && left <= 0)
			return 0;
		if (count < 0 && errno != EINTR)
			return -1;
	}
}

ssize_t deadline_read(int fd, void *buf, size_t size, int64_t deadline)
{
	size_t got = 0;
	bool looked = false;

	while (got < size) {
		/* A side that writes byte by byte must not make it later. */
		const bool late = looked && monotonic_ms() >= deadline;
		const int ready = late ? 0 : deadline_wait(fd, deadline);
		ssize_t len;

		looked = true;
		if (ready == 0)
			errno = ETIMEDOUT;
		if (ready <= 0)
			return -1;
		len = read(fd, (char *)buf + got, size - got);
		if (len < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (len < 0)
			return -1;
		if (len == 0)
			break;
		got += (size_t)len;
	}
	return (ssize_t)got;
}
