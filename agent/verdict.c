/* SPDX-License-Identifier: ISC */
/* Step 4: policy decides, and the log has it before anything is launched. */
#include <time.h>

#include "agent/agent.h"
#include "policy/paths.h"

void agent_refuse_policy(struct agent *agent, enum exit_code code,
			 const struct policy_error *err)
{
	agent_set_rule(agent, err->file, err->line, err->column);
	agent_refuse(agent, code, "%s", err->text);
}

void agent_decide(struct agent *agent)
{
	char reason[ERROR_TEXT_MAX];
	const enum exit_code code =
	    agent_judge(agent, PATH_PEERS_DIR, TRUST_ROOT, time(NULL), reason);

	if (code != EXIT_DONE || !agent->verdict.allow)
		agent_refuse(agent, code != EXIT_DONE ? code : EXIT_INTERNAL, "%s", reason);
}
