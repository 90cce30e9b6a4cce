/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/round_trip.h"

#include "policy/print.h"
#include "policy/profile.h"

static int parse(const char *text, size_t len, struct profile *out,
		 struct policy_error *err)
{
	return profile_parse("f", "fuzz", text, len, out, err);
}

FUZZ_ROUND_TRIP(struct profile, parse, print_profile)
