/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/round_trip.h"

#include "policy/language/parsed.h"

static int parse(const char *text, size_t len, struct agent_conf *out, struct error *err)
{
	static union parsed again;
	struct told told = {0};
	const struct error_list list = {take_told, &told};
	const int r = policy_parse_agent("f", text, len, out, err);

	check_told(&told,
		   parsed_read_all(KIND_AGENT, "fuzz.conf", text, len, &again, &list), r,
		   err);
	return r;
}

FUZZ_ROUND_TRIP(struct agent_conf, parse, &scope_agent)
