/* SPDX-License-Identifier: ISC */
/* agent.conf: the table says it all, no two of its values depend on each other. */
#include <stdio.h>
#include <string.h>

#include "policy/language/load.h"
#include "policy/language/parse.h"

static int parse_agent(struct parse *p, const char *text, size_t len)
{
	struct agent_conf *out = p->out;

	memset(out, 0, sizeof *out);
	if (parse_text(p, text, len) != 0) {
		memset(out, 0, sizeof *out);
		return -1;
	}
	snprintf(out->file, sizeof out->file, "%s", p->file);
	return 0;
}

int policy_parse_agent(const char *file, const char *text, size_t len,
		       struct agent_conf *out, struct error *err)
{
	struct parse p = {.scope = &scope_agent, .file = file, .out = out, .err = err};

	return parse_agent(&p, text, len);
}

int policy_parse_agent_all(const char *file, const char *text, size_t len,
			   struct agent_conf *out, const struct error_list *list)
{
	struct error err;
	struct parse p = {
	    .scope = &scope_agent, .file = file, .out = out, .err = &err, .list = list};

	return parse_agent(&p, text, len);
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
