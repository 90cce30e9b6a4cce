/* SPDX-License-Identifier: ISC */
/* Step 5: the lock of a new session, or the session that a request is about. */
#include <errno.h>

#include "agent/agent.h"

void agent_take_session(struct agent *agent)
{
	const struct session_origin origin = {.from = agent->intake.who.from,
					      .port = agent->intake.who.port};
	struct policy_error err = {0};
	int fd, result;

	if (agent->intake.what.request.verb == VERB_STATUS)
		return; /* is about all of them: agent_answer() */
	fd = session_open(agent->account.gid, &err);
	if (fd < 0)
		agent_refuse(agent, EXIT_SYSTEM, "%s", err.text);
	if (agent->intake.what.request.verb == VERB_PPPD)
		result = session_lock(fd, &agent->peer, &origin, &agent->session, &err);
	else
		result = session_find(fd, &agent->peer, &origin, &agent->session, &err);
	if (result == 0)
		return;
	/* The number of sessions is policy's, and so is this denial. */
	agent->verdict.allow = false;
	agent_set_rule(agent, agent->peer.file, agent->peer.sessions_line, 0);
	agent_refuse(agent,
		     err.sys == EAGAIN || err.sys == ENOENT ? EXIT_BUSY : EXIT_SYSTEM, "%s",
		     err.text);
}
