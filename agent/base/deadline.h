/* SPDX-License-Identifier: ISC */
/* Waiting for events, never for time alone. */
#ifndef SALLYPORT_AGENT_BASE_DEADLINE_H
#define SALLYPORT_AGENT_BASE_DEADLINE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* CLOCK_MONOTONIC in milliseconds: deadlines are points on it. */
int64_t monotonic_ms(void);
/* The same in microseconds. */
int64_t monotonic_us(void);

/*
 * 1 when fd is readable or closed by the other side, 0 when it is not and the deadline has
 * passed (one look is taken however late it is), -1 with errno.
 */
int deadline_wait(int fd, int64_t deadline);

/*
 * Reads until size bytes are there or the other side has closed; returns how many there
 * are. -1 with errno (ETIMEDOUT when the deadline passed first).
 */
ssize_t deadline_read(int fd, void *buf, size_t size, int64_t deadline);

#endif
