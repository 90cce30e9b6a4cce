/* SPDX-License-Identifier: ISC */
/* A plan's words, as a line. */
#ifndef SALLYPORT_TESTS_UNIT_PLAN_FIXTURE_H
#define SALLYPORT_TESTS_UNIT_PLAN_FIXTURE_H

#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "agent/core/plan.h"

static const char target[] = "/usr/bin/true";

static inline struct ip_addr address(const char *text)
{
	struct ip_addr addr;
	const char *why;

	assert_int_equal(ip_addr_parse(text, &addr, &why), 0);
	return addr;
}

static inline size_t print_words(const struct plan *plan, char line[WORDS_TEXT_MAX])
{
	size_t used = 0;

	line[0] = '\0';
	for (size_t i = 0; i < plan->words.argc; i++)
		used += (size_t)snprintf(line + used, WORDS_TEXT_MAX - used, "%s%s",
					 i ? " " : "", plan->words.argv[i]);
	assert_null(plan->words.argv[plan->words.argc]);
	return used;
}

static inline void assert_words(const struct plan *plan, const char *expected)
{
	char line[WORDS_TEXT_MAX];

	print_words(plan, line);
	assert_string_equal(line, expected);
}

static inline void assert_last_words(const struct plan *plan, const char *expected)
{
	char line[WORDS_TEXT_MAX];
	const size_t used = print_words(plan, line);

	assert_true(used >= strlen(expected));
	assert_string_equal(line + used - strlen(expected), expected);
}

#endif
