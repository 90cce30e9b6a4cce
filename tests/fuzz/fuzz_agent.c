/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/round_trip.h"

#include "policy/language/policy.h"
#include "policy/language/print.h"

static int parse(const char *text, size_t len, struct agent_conf *out, struct error *err)
{
	static struct agent_conf again;
	struct told told = {0};
	const struct error_list list = {take_told, &told};
	const int r = policy_parse_agent("f", text, len, out, err);

	check_told(&told, policy_parse_agent_all("f", text, len, &again, &list), r, err);
	return r;
}

FUZZ_ROUND_TRIP(struct agent_conf, parse, print_agent)
