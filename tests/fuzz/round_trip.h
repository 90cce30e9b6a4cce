/* SPDX-License-Identifier: ISC */
/*
 * The target for a kind of policy file: any text is one or an error; what is one prints as
 * text that parses to the same.
 */
#ifndef SALLYPORT_TESTS_FUZZ_ROUND_TRIP_H
#define SALLYPORT_TESTS_FUZZ_ROUND_TRIP_H

#include "tests/fuzz/fuzz.h"

enum { PRINTED_MAX = 256 * 1024 };

/* What a parse that goes on behind errors tells. */
struct told {
	unsigned count;
	struct error first;
};

static void take_told(void *context, const struct error *err)
{
	struct told *told = context;

	if (told->count++ == 0)
		told->first = *err;
}

/* It fails when the one that stops does, and its first error is that one's. */
static void check_told(const struct told *told, int all, int r, const struct error *err)
{
	HOLDS((all == 0) == (r == 0) && (told->count == 0) == (r == 0));
	HOLDS(r == 0 ||
	      (told->first.line == err->line && strcmp(told->first.text, err->text) == 0));
}

/* parse(text, len, &value, &err) as policy_parse_agent(); scope is what is
 * printed by. */
#define FUZZ_ROUND_TRIP(type, parse, scope)                                                \
	static size_t print_text(const type *value, char *text)                            \
	{                                                                                  \
		FILE *out = fmemopen(text, PRINTED_MAX, "w");                              \
		long len;                                                                  \
                                                                                           \
		HOLDS(out != NULL);                                                        \
		print_values(scope, value, out);                                           \
		len = ftell(out);                                                          \
		HOLDS(fclose(out) == 0 && len > 0 && len < PRINTED_MAX);                   \
		return (size_t)len;                                                        \
	}                                                                                  \
                                                                                           \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                       \
	{                                                                                  \
		static type once, twice, none;                                             \
		static char first[PRINTED_MAX], second[PRINTED_MAX];                       \
		struct error err;                                                          \
		size_t len;                                                                \
                                                                                           \
		if (parse((const char *)data, size, &once, &err) != 0) {                   \
			check_error(&err, data, size);                                     \
			HOLDS(same_bytes(&once, &none, sizeof once));                      \
			return 0;                                                          \
		}                                                                          \
		len = print_text(&once, first);                                            \
		HOLDS(parse(first, len, &twice, &err) == 0);                               \
		HOLDS(print_text(&twice, second) == len);                                  \
		HOLDS(memcmp(first, second, len) == 0);                                    \
		return 0;                                                                  \
	}

#endif
