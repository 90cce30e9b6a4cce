/* SPDX-License-Identifier: ISC */
/*
 * A file that is read while it is written again. Both of its versions deny, and each
 * mixture of them allows: the one says so in its first lines, the other in its last.
 * Whatever a reader finds in between must allow nothing. A naive reader takes what it
 * finds: where that one is fooled, the race is known to be one.
 */
#ifndef SALLYPORT_TESTS_UNIT_WRITTEN_FIXTURE_H
#define SALLYPORT_TESTS_UNIT_WRITTEN_FIXTURE_H

#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "policy/language/load.h"
#include "policy/language/settle.h"

enum { WRITTEN_PAGE = 4096, WRITTEN_PAGES_MAX = 4, WRITTEN_NS_IN_MS = 1000000 };
#define WRITTEN_NS_IN_S ((int64_t)1000 * WRITTEN_NS_IN_MS)

#define WRITTEN_HEAD                                                                       \
	"Key SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAllow status\n"
#define WRITTEN_EXPIRED	 "Expires 2001-01-01T00:00:00Z\n"
#define WRITTEN_NOT_HERE "From 203.0.113.0/24\n"
#define WRITTEN_END	 "End\n"

/* The versions are of the same size. */
struct written {
	char versions[2][WRITTEN_PAGES_MAX * WRITTEN_PAGE + 1];
	size_t size;
	const char *file, *aside;
	/* of the last reading */
	struct error err;
};
extern struct written written;

/* The clocks and the waiting: real ones, or played. */
struct written_clocks {
	bool played;
	/* CLOCK_MONOTONIC, and how far CLOCK_REALTIME is ahead */
	int64_t now, ahead;
	void (*until)(int64_t when);
};
extern struct written_clocks written_clocks;
extern enum written_waiting {
	WRITTEN_WAIT_REALLY,
	WRITTEN_WAIT_NEVER,
	WRITTEN_WAIT_NO_TIME
} written_waiting;

/* For cmocka's group set-up and tear-down. */
int written_begin(void **state);
int written_end(void **state);
/* In memory: a disk that is waited for whenever a file is cut off would take most of the
 * time of a test that plays it. */
int written_begin_in_memory(void **state);
int written_end_in_memory(void **state);
/* Ends the test where it is not root that runs it. */
void written_need_root(void);
struct timespec written_time(int64_t ns);
void written_make(size_t of_size);
/* The file, as it was never written to again. */
void written_put(const char *text, size_t len);

enum written_outcome { WRITTEN_ALLOWED, WRITTEN_DENIED, WRITTEN_REFUSED, WRITTEN_OUTCOMES };
enum written_outcome written_read(void);
enum written_outcome written_read_naively(void);

#endif
