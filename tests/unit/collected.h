/* SPDX-License-Identifier: ISC */
/* What a test is told piece by piece, as one text that can be compared. */
#ifndef SALLYPORT_TESTS_UNIT_COLLECTED_H
#define SALLYPORT_TESTS_UNIT_COLLECTED_H

#include <stdarg.h>
#include <stdio.h>

#include "tests/unit/unit.h"

static char collected[1024];
static size_t collected_len;

static inline void collect_none(void)
{
	collected_len = 0;
	collected[0] = '\0';
}

static inline void collect(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static inline void collect(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	collected_len += (size_t)vsnprintf(collected + collected_len,
					   sizeof collected - collected_len, fmt, args);
	va_end(args);
	assert_true(collected_len < sizeof collected);
}

#endif
