/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/round_trip.h"

#include "policy/print.h"
#include "policy/policy.h"

static int parse(const char *text, size_t len, struct agent_conf *out,
		 struct policy_error *err)
{
	return policy_parse_agent("f", text, len, out, err);
}

FUZZ_ROUND_TRIP(struct agent_conf, parse, print_agent)
