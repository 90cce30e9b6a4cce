/* SPDX-License-Identifier: ISC */
/* agent.conf: the table says it all, no two of its values depend on each other. */
#include <stdio.h>
#include <string.h>

#include "policy/load.h"
#include "policy/parse.h"

int policy_parse_agent(const char *file, const char *text, size_t len,
		       struct agent_conf *out, struct policy_error *err)
{
	struct parse p = {.scope = &scope_agent, .file = file, .out = out, .err = err};

	memset(out, 0, sizeof *out);
	if (parse_text(&p, text, len) < 0) {
		memset(out, 0, sizeof *out);
		return -1;
	}
	(void)snprintf(out->file, sizeof out->file, "%s", file);
	return 0;
}

int policy_load_agent(const char *path, enum trust trust, struct agent_conf *out,
		      struct policy_error *err)
{
	const char *text;
	size_t len;

	memset(out, 0, sizeof *out);
	if (policy_read(path, trust, &text, &len, err) < 0)
		return -1;
	return policy_parse_agent(path, text, len, out, err);
}
