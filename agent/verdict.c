/* SPDX-License-Identifier: ISC */
/* Step 4: policy decides, and the log has it before anything is launched. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "agent/agent.h"
#include "agent/log.h"
#include "policy/paths.h"

/* What a client is told of each way its words can fail. */
static enum exit_code intake_code(enum intake_state state)
{
	switch (state) {
	case INTAKE_NO_REQUEST:
	case INTAKE_BAD_REQUEST:
		return EXIT_BAD_REQUEST;
	case INTAKE_NO_PEER:
	case INTAKE_BAD_CONNECTION:
	case INTAKE_BAD_KEY:
		return EXIT_DENIED;
	case INTAKE_FAILED:
		return EXIT_SYSTEM;
	case INTAKE_NOTHING:
	case INTAKE_OK:
	case INTAKE_STATE_COUNT:
		break;
	}
	return EXIT_INTERNAL;
}

void agent_set_rule(struct agent *agent, const char *file, unsigned line, unsigned column)
{
	const struct policy_error at = {.line = line, .column = column};
	const size_t len = strlen(file);

	/* None is longer; one that were would be no rule of ours. */
	if (len + ERROR_WHERE_MAX > sizeof agent->rule)
		return;
	memcpy(agent->rule, file, len);
	error_where(&at, agent->rule + len);
}

void agent_refuse_policy(struct agent *agent, enum exit_code code,
			 const struct policy_error *err)
{
	agent_set_rule(agent, err->file, err->line, err->column);
	agent_refuse(agent, code, "%s", err->text);
}

void agent_decide(struct agent *agent)
{
	struct policy_error err;
	const struct decision decision = {
	    .conf = &agent->conf,
	    .peer = &agent->peer,
	    .request = &agent->intake.what.request,
	    .from = &agent->intake.who.from,
	    .server = &agent->intake.who.server,
	    .digest =
		agent->intake.who.key_told ? (const void *)&agent->intake.who.digest : NULL,
	    .now = time(NULL),
	};

	if (agent->intake.who.state != INTAKE_OK)
		agent_refuse(agent, intake_code(agent->intake.who.state), "%s",
			     agent->intake.who.why);
	if (agent->intake.what.state != INTAKE_OK)
		agent_refuse(agent, intake_code(agent->intake.what.state), "%s",
			     agent->intake.what.why);
	if (policy_load_peer(PATH_PEERS_DIR, agent->intake.who.peer, TRUST_ROOT,
			     &agent->peer, &err) != 0)
		agent_refuse_policy(agent, EXIT_POLICY, &err);
	decide(&decision, &agent->verdict);
	agent_set_rule(agent, agent->verdict.file, agent->verdict.line, 0);
	if (!agent->verdict.allow)
		agent_refuse(agent, agent->verdict.code, "%s", agent->verdict.reason);
}
