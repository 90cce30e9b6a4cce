/* SPDX-License-Identifier: ISC */
/*
 * The file by which a confined ppptun tells how long echoes take: one record of a fixed
 * size, which it writes through a mapping of its own and whoever asks reads. So it needs no
 * system call to write, no right to a file, and cannot make the file longer.
 *
 * What is read is not trusted: its writer speaks to the other end.
 */
#ifndef SALLYPORT_AGENT_BASE_ECHO_FILE_H
#define SALLYPORT_AGENT_BASE_ECHO_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/language/error.h"

/* The descriptors that a ppptun can be told to use: those that its limit lets be. */
enum { ECHO_FD_MIN = 3, ECHO_FD_MAX = 63 };

/* What is told. */
struct echo_times {
	/* When the last answer came: microseconds of CLOCK_MONOTONIC. */
	int64_t when;
	/* Microseconds; samples: of how many answers, at least 1. */
	uint32_t samples, last, smoothed, least;
	/* Seconds from one echo to the next. */
	uint32_t interval;
	/* 0: what is written has no gap. */
	uint32_t unused;
};

/* The file's contents. */
struct echo_record;

/*
 * A new, empty file in a directory that is root's, in place of an old one. Its descriptor,
 * for echo_file_map(), which the caller closes; -1 with *err, also when it would not be one
 * of those above.
 */
int echo_file_create(int dir, struct error *err);
/* One that is not there succeeds. */
void echo_file_remove(int dir);

/* For the writer, for as long as it lives; the descriptor is no longer needed then. NULL
 * with *err when it is not such a file. */
struct echo_record *echo_file_map(int fd, struct error *err);
void echo_file_write(struct echo_record *record, const struct echo_times *times);

/*
 * Whether the file tells of an answer, and of one that is no older than its own interval
 * explains. *out is in range then, and *age, in microseconds, is how old it is.
 */
bool echo_file_read(int dir, struct echo_times *out, int64_t *age);

#endif
