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
	case INTAKE_OK:
	case INTAKE_STATE_COUNT:
		break;
	}
	return EXIT_INTERNAL;
}

void agent_decide(struct agent *agent)
{
	char text[ERROR_FILE_MAX + ERROR_TEXT_MAX];
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
			     &agent->peer, &err) != 0) {
		error_print(&err, text, sizeof text);
		agent_refuse(agent, EXIT_POLICY, "%s", text);
	}
	decide(&decision, &agent->verdict);
	if (!agent->verdict.allow && agent->verdict.line == 0)
		agent_refuse(agent, agent->verdict.code, "%s: %s", agent->verdict.file,
			     agent->verdict.reason);
	if (!agent->verdict.allow)
		agent_refuse(agent, agent->verdict.code, "%s:%u: %s", agent->verdict.file,
			     agent->verdict.line, agent->verdict.reason);
}

void agent_record(struct agent *agent)
{
	char from[ADDRESS_TEXT_MAX], fingerprint[KEY_FINGERPRINT_TEXT_MAX] = "untold";
	struct public_key key = {0};

	if (agent->intake.who.key_told) {
		memcpy(key.digest, agent->intake.who.digest, sizeof key.digest);
		key_fingerprint(&key, fingerprint);
	}
	if (log_record(
		LOG_INFO,
		"verdict=allow id=%s peer=%s verb=%s from=%s port=%u key=%s rule=%s:%u",
		agent->id, agent->peer.name, verb_name(agent->intake.what.request.verb),
		ip_addr_print(&agent->intake.who.from, from), agent->intake.who.port,
		fingerprint, agent->verdict.file, agent->verdict.line) != 0)
		agent_refuse(agent, EXIT_SYSTEM, "the system log did not take the record");
	agent->recorded = true;
}
