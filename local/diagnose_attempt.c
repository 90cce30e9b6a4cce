/* SPDX-License-Identifier: ISC */
/* diagnose: one link of its own, brought up step by step, looked at, and taken down. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "agent/base/deadline.h"
#include "local/diagnose.h"
#include "local/frame_story.h"
#include "local/supervise.h"

struct attempt {
	struct diagnose *diagnose;
	struct frame_story story;
	/* CLOCK_MONOTONIC, microseconds: when ssh and the PPP program began, when ssh had
	 * read the remote's version, when the remote knew the key; 0: not yet. And when the
	 * last step was done. */
	int64_t ssh, ppp, version, key, last;
	/* The gateway of it has failed, and another may follow. */
	bool failed;
	/* All has been told of PPP. */
	bool told_ppp;
	/* The last error that would be logged: what there is to say where no step has
	 * failed. */
	char error[FAILURE_TEXT_MAX];
};

static void ok(struct attempt *attempt, enum link_step step, int64_t took, const char *what)
{
	diagnosis_ok(attempt->diagnose->diagnosis, step, took, "%s", what);
}

/* What ssh does before there is a ready line, as far as it came: all before last, which is
 * left out. */
static void tell_login(struct attempt *attempt, const struct tunnel *tunnel,
		       enum link_step last)
{
	const int64_t now = monotonic_us();
	const struct diagnose *const diagnose = attempt->diagnose;
	char name[SSH_VIEW_TEXT_MAX];

	if (last > STEP_JUMP && diagnose->view.jump[0] != '\0')
		ok(attempt, STEP_JUMP, FINDING_NOT_TIMED,
		   check_shown(diagnose->view.jump, name));
	if (last > STEP_HOST_KEY)
		ok(attempt, STEP_HOST_KEY,
		   attempt->key > 0 && attempt->version > 0
		       ? attempt->key - attempt->version
		       : FINDING_NOT_TIMED,
		   "known, and the keys are exchanged");
	if (last > STEP_LOGIN)
		ok(attempt, STEP_LOGIN, attempt->key > 0 ? now - attempt->key : -1,
		   tunnel->host);
	if (last > STEP_COMMAND)
		ok(attempt, STEP_COMMAND, FINDING_NOT_TIMED, "vpn-agent answers");
	if (last > STEP_AGENT)
		ok(attempt, STEP_AGENT, FINDING_NOT_TIMED, "policy there allows the link");
}

static void tell_ready(struct attempt *attempt, const struct tunnel *tunnel)
{
	const struct ready *const ready = &tunnel->ready;

	tell_login(attempt, tunnel, STEP_READY);
	diagnosis_ok(attempt->diagnose->diagnosis, STEP_READY,
		     monotonic_us() - attempt->ssh, "%s there, %u bytes, %zu %s",
		     ready->link == PPP_PPPTUN ? "ppptun" : "pppd", ready->mru,
		     ready->noffers, ready->noffers == 1 ? "offer" : "offers");
}

/* What of the offers is not taken although the profile would. */
static void tell_offers(struct attempt *attempt, const struct tunnel *tunnel)
{
	struct diagnosis *const diagnosis = attempt->diagnose->diagnosis;
	bool all = true;

	for (size_t i = 0; i < tunnel->choice.nrefused; i++) {
		const struct refused_offer *const one = &tunnel->choice.refused[i];
		struct remark finding = {.step = STEP_OFFERS,
					 .verdict =
					     one->accepted ? VERDICT_FAILED : VERDICT_NOTE,
					 .code = EXIT_IMPAIRED,
					 .took = FINDING_NOT_TIMED};
		char text[PREFIX_TEXT_MAX];

		snprintf(finding.what, sizeof finding.what, "%s is not taken",
			 ip_prefix_print(&one->prefix, text));
		snprintf(finding.text, sizeof finding.text, "%s", one->why);
		if (one->accepted)
			snprintf(finding.cure, sizeof finding.cure,
				 "write Route %s into the profile if it is to be taken "
				 "all the same, or have what is in its way go",
				 text);
		diagnosis_add(diagnosis, &finding);
		all = false;
	}
	if (all)
		diagnosis_ok(diagnosis, STEP_OFFERS, FINDING_NOT_TIMED, "%zu %s",
			     tunnel->choice.nroutes,
			     tunnel->choice.nroutes == 1 ? "route" : "routes");
}

static void tell_ppp(struct attempt *attempt, struct tunnel *tunnel)
{
	char line[QUOTED_LINE_MAX];

	const struct frame_story *const story = &attempt->story;
	const int64_t begun = attempt->ppp / 1000;

	/* What is asked for is answered after all that has been printed. */
	reader_last_line(&tunnel->reader, tunnel->report, READER_PPP, line);
	if (attempt->told_ppp)
		return;
	attempt->told_ppp = story->ip.opened > 0;
	if (story->lcp.came > 0)
		ok(attempt, STEP_PROGRAM_THERE, FINDING_NOT_TIMED, "it speaks PPP");
	if (story->lcp.opened > 0)
		ok(attempt, STEP_LCP, (story->lcp.opened - begun) * 1000,
		   "both ends agree on how to speak PPP");
	if (story->ip.opened > 0)
		ok(attempt, STEP_ADDRESSES, (story->ip.opened - story->lcp.opened) * 1000,
		   "both ends agree on them");
}

static void done(void *who, struct tunnel *tunnel, enum link_step step)
{
	struct attempt *const attempt = who;
	const int64_t now = monotonic_us();

	switch (step) {
	case STEP_STATE:
		/* Each gateway anew. */
		attempt->story = (struct frame_story){.loops = false};
		attempt->ppp = attempt->version = attempt->key = 0;
		attempt->told_ppp = false;
		attempt->ssh = attempt->last = now;
		break;
	case STEP_READY:
		tell_ready(attempt, tunnel);
		break;
	case STEP_OFFERS:
		tell_offers(attempt, tunnel);
		attempt->ppp = now;
		break;
	case STEP_LCP:
		tell_ppp(attempt, tunnel);
		break;
	case STEP_LINK:
		diagnosis_ok(attempt->diagnose->diagnosis, step, now - attempt->ppp,
			     "%s is up, %u bytes", tunnel->link.name, tunnel->link.mtu);
		break;
	case STEP_ROUTES_THERE:
		if (tunnel->profile->remote_routes)
			ok(attempt, step, now - attempt->last,
			   "sshroute there has put its routes");
		else
			diagnosis_skip(attempt->diagnose->diagnosis, step,
				       "RemoteRoutes no");
		break;
	case STEP_ROUTES_HERE:
		diagnosis_ok(attempt->diagnose->diagnosis, step, now - attempt->last,
			     "%zu through %s", tunnel->choice.nroutes, tunnel->link.name);
		break;
	default:
		break;
	}
	attempt->last = now;
}

/* A step of PPP: which of them it was, the frames tell. */
static enum link_step find_ppp_step(const struct attempt *attempt)
{
	if (attempt->ppp == 0 || attempt->story.ip.opened > 0)
		return STEP_LINK;
	return attempt->story.lcp.opened > 0 ? STEP_ADDRESSES : STEP_LCP;
}

static enum link_step find_step(const struct attempt *attempt, const struct tunnel *tunnel)
{
	const enum link_step told = tunnel->failure.step;

	/* It has begun there, and then said why it ended. */
	if (told == STEP_LINK || (told == STEP_UNKNOWN && tunnel->step == STEP_LCP) ||
	    (told == STEP_PROGRAM_THERE && attempt->story.lcp.came > 0))
		return find_ppp_step(attempt);
	return told != STEP_UNKNOWN ? told : tunnel->step;
}

/* `up` says that PPP did not get along; the frames say how. */
static void tell_story(const struct attempt *attempt, enum link_step step, int64_t took,
		       const struct tunnel *tunnel)
{
	struct remark finding = {.step = step,
				 .verdict = VERDICT_FAILED,
				 .code = tunnel->failure.code,
				 .took = took};
	char text[FRAME_STORY_MAX], cure[FRAME_STORY_MAX];

	frame_story_tell(&attempt->story, step, text, cure);
	snprintf(finding.what, sizeof finding.what, "%s", tunnel->host);
	error_show_cut(finding.text, sizeof finding.text,
		       snprintf(finding.text, sizeof finding.text, "%s; up would say: %s",
				text, tunnel->failure.text));
	snprintf(finding.cure, sizeof finding.cure, "%s", cure);
	diagnosis_add(attempt->diagnose->diagnosis, &finding);
}

static void failed(void *who, struct tunnel *tunnel)
{
	struct attempt *const attempt = who;
	const int64_t took =
	    attempt->last > 0 ? monotonic_us() - attempt->last : FINDING_NOT_TIMED;
	enum link_step step;

	if (tunnel->step == STEP_LCP)
		tell_ppp(attempt, tunnel);
	step = find_step(attempt, tunnel);
	attempt->failed = true;
	if (tunnel->step == STEP_READY)
		tell_login(attempt, tunnel, step);
	if ((step == STEP_LCP || step == STEP_ADDRESSES) && tunnel->signal == 0)
		tell_story(attempt, step, took, tunnel);
	else
		diagnosis_failure(attempt->diagnose->diagnosis, step, took, tunnel->host,
				  &tunnel->failure);
}

static void up(void *who, struct tunnel *tunnel)
{
	struct attempt *const attempt = who;
	struct link_parts *const parts = &attempt->diagnose->parts;
	struct diagnosis *const diagnosis = attempt->diagnose->diagnosis;

	diagnosis->has_link = true;
	*parts = (struct link_parts){.pairs = {tunnel->choice.pair, tunnel->choice.pair6},
				     .mtu = tunnel->link.mtu,
				     .has_default = tunnel->profile->route_default,
				     .tunnel = tunnel};
	for (size_t i = 0; i < tunnel->choice.nroutes; i++)
		parts->routes[parts->nroutes++] = tunnel->choice.routes[i].prefix;
	for (size_t i = 0; i < tunnel->names.nservers; i++)
		parts->servers[parts->nservers++] = tunnel->names.servers[i].address;
	(void)diagnose_link(attempt->diagnose, parts);
	/* A device that was there before may be up before PPP is. */
	tell_ppp(attempt, tunnel);
}

/* What would be logged: the PPP program tells its frames, and ssh how far it is. */
static void hear(void *who, int level, const char *text)
{
	struct attempt *const attempt = who;
	const int64_t now = monotonic_us();

	if (level <= LOG_ERR)
		snprintf(attempt->error, sizeof attempt->error, "%s", text);
	if (strncmp(text, "ssh: ", 5) == 0) {
		if (attempt->version == 0 && strstr(text, SSH_SAID_EXCHANGE) != NULL)
			attempt->version = now;
		else if (attempt->key == 0 && strstr(text, "input_userauth_pk_ok") != NULL)
			attempt->key = now;
		return;
	}
	if (attempt->ppp > 0)
		frame_story_hear(&attempt->story, attempt->diagnose->diagnosis, text,
				 (now - attempt->ppp) / 1000, now / 1000);
}

void diagnose_attempt(struct diagnose *diagnose, struct state *state)
{
	struct attempt attempt;
	const struct onlooker onlooker = {&attempt, done, failed, up};
	struct report report = {.name = diagnose->usable.name,
				.foreground = true,
				.verbose = true,
				.parent = -1,
				.hear = hear,
				.hearer = &attempt};
	struct diagnosis *const diagnosis = diagnose->diagnosis;
	struct failure failure;
	enum exit_code code;

	attempt = (struct attempt){.diagnose = diagnose};
	code = supervise_look(&diagnose->usable, &onlooker, &report, state);
	if (code == EXIT_DONE || attempt.failed)
		return;
	failure_set(&failure, code, "%s",
		    attempt.error[0] != '\0'
			? attempt.error
			: "the link could not be begun, or not be undone: "
			  "vpn-connect down tries again what could not be "
			  "undone");
	diagnosis_failure(diagnosis, STEP_STATE, FINDING_NOT_TIMED, "", &failure);
}
