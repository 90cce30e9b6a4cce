/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/round_trip.h"

#include "policy/language/parsed.h"
#include "tests/unit/parse_text.h"

static int parse(const char *text, size_t len, struct profile *out, struct error *err)
{
	static union parsed again;
	struct told told = {0};
	const struct error_list list = {take_told, &told};
	const int r = profile_parse("f", "fuzz", text, len, out, err);

	check_told(&told,
		   parsed_read_all(KIND_PROFILE, "fuzz.conf", text, len, &again, &list), r,
		   err);
	return r;
}

FUZZ_ROUND_TRIP(struct profile, parse, &scope_profile)
