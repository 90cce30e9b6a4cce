/* SPDX-License-Identifier: ISC */
/* Any text is a profile file or an error; what is one prints as text that parses to the
 * same. */
#include "tests/fuzz/fuzz.h"

#include "policy/print.h"
#include "policy/profile.h"

enum { PRINTED_MAX = 256 * 1024 };

static int parse(const char *text, size_t len, struct profile *out,
		 struct policy_error *err)
{
	return profile_parse("f", "fuzz", text, len, out, err);
}

static size_t print(const struct profile *value, char *text)
{
	FILE *out = fmemopen(text, PRINTED_MAX, "w");
	long len;

	HOLDS(out != NULL);
	print_profile(value, out);
	len = ftell(out);
	HOLDS(fclose(out) == 0 && len > 0 && len < PRINTED_MAX);
	return (size_t)len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct profile once, twice, none;
	static char first[PRINTED_MAX], second[PRINTED_MAX];
	struct policy_error err;
	size_t len;

	if (parse((const char *)data, size, &once, &err) != 0) {
		check_error(&err, data, size);
		HOLDS(same_bytes(&once, &none, sizeof once));
		return 0;
	}
	len = print(&once, first);
	HOLDS(parse(first, len, &twice, &err) == 0);
	HOLDS(print(&twice, second) == len && memcmp(first, second, len) == 0);
	return 0;
}
