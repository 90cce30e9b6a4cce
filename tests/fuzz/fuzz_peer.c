/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/round_trip.h"

#include "policy/print.h"
#include "policy/policy.h"

static int parse(const char *text, size_t len, struct peer *out, struct policy_error *err)
{
	return policy_parse_peer("f", "fuzz", text, len, out, err);
}

FUZZ_ROUND_TRIP(struct peer, parse, print_peer)
