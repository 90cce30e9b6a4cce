/* SPDX-License-Identifier: ISC */
/* What step 4 decides, and nothing else: the agent acts on it, vpn-policy explains it. */
#include <errno.h>
#include <stdio.h>

#include "agent/core/login.h"

/* The exit code for each way a request can fail to parse. */
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

void login_set_rule(struct login *login, const char *file, unsigned line, unsigned column)
{
	login->rule = (struct rule_place){.line = line, .column = column};
	snprintf(login->rule.file, sizeof login->rule.file, "%s", file);
}

/* The reason of a denial, and its code. */
static enum exit_code say(char reason[ERROR_TEXT_MAX], enum exit_code code, const char *why)
{
	snprintf(reason, ERROR_TEXT_MAX, "%s", why);
	return code;
}

/* pppd makes an interface of its own each time, which takes a capability. */
static bool lacks_device(const struct login *login)
{
	const struct engine_question question = login_engine_question(login, true);

	return login->verdict.allow && login->conf.tun_persistent &&
	       login_launches_ppp(login) && engine_settle(&question) != PPP_PPPTUN;
}

enum exit_code login_judge(struct login *login, const char *peers, enum trust trust,
			   time_t now, char reason[ERROR_TEXT_MAX])
{
	const struct intake_identity *who = &login->intake.who;
	const struct intake_request *what = &login->intake.what;
	struct error err;
	const struct question question = {
	    .conf = &login->conf,
	    .peer = &login->peer,
	    .request = &what->request,
	    .from = &who->from,
	    .server = &who->server,
	    .digest = who->key_told ? (const void *)&who->digest : NULL,
	    .certificate = who->certified ? &who->certificate : NULL,
	    .now = now,
	};

	if (who->state != INTAKE_OK)
		return say(reason, intake_code(who->state), who->why);
	if (what->state != INTAKE_OK)
		return say(reason, intake_code(what->state), what->why);
	if (policy_load_peer(peers, who->peer, trust, &login->peer, &err) != 0) {
		login->no_peer = err.sys == ENOENT;
		login_set_rule(login, err.file, err.line, err.column);
		return say(reason, error_exit_code(&err), err.text);
	}
	decide(&question, &login->verdict);
	if (lacks_device(login)) {
		login->verdict.allow = false;
		login_set_rule(login, login->conf.file, login->conf.tun_line, 0);
		return say(reason, EXIT_POLICY,
			   "Tun persistent needs ppptun, but Ppp says pppd");
	}
	login_set_rule(login, login->verdict.file, login->verdict.line, 0);
	return say(reason, login->verdict.code, login->verdict.reason);
}
