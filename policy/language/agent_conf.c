/* SPDX-License-Identifier: ISC */
/* agent.conf: the table says it all, no two of its values depend on each other. */
#include <string.h>

#include "policy/language/load.h"
#include "policy/language/parse.h"

const struct parse_kind parse_agent_kind = {
    .scope = &scope_agent,
    .size = sizeof(struct agent_conf),
    .file = offsetof(struct agent_conf, file),
    .name = KEYWORD_NOWHERE,
};

int policy_parse_agent(const char *file, const char *text, size_t len,
		       struct agent_conf *out, struct error *err)
{
	return parse_file(&parse_agent_kind, file, NULL, text, len, out, err, NULL);
}

int policy_load_agent(const char *path, enum trust trust, struct agent_conf *out,
		      struct error *err)
{
	const char *text;
	size_t len;

	memset(out, 0, sizeof *out);
	if (policy_read(path, trust, &text, &len, err) != 0)
		return -1;
	return policy_parse_agent(path, text, len, out, err);
}
