/* SPDX-License-Identifier: ISC */
/* What steps 6 and 7 are about to do: the agent does it, vpn-policy explains it. */
#include "agent/agent.h"

static bool launches_pppd(const struct agent *agent)
{
	return agent->intake.what.request.verb == VERB_PPPD;
}

struct engine_question agent_engine_question(const struct agent *agent, bool here)
{
	const struct peer *peer = &agent->peer;
	enum ppp_engine wanted = peer->ppp_line != 0 ? peer->ppp : agent->conf.ppp;

	/* Whose device is there already. */
	if (wanted == PPP_AUTO && agent->conf.tun_persistent)
		wanted = PPP_PPPTUN;
	return (struct engine_question){
	    .wanted = wanted,
	    .pppd = agent->conf.pppd,
	    .hooks = agent->conf.hooks,
	    .here = here,
	    /* Who has a Reach has it held. */
	    .there = agent->intake.what.request.has_ppptun || peer_has_reach(peer),
	};
}

int agent_build_plan(struct agent *agent, int log, struct policy_error *err)
{
	const struct peer *peer = &agent->peer;
	struct ip_prefix reach[PEER_REACH_ALL_MAX];
	const struct ppp_end end = {
	    .interface = agent->session.interface,
	    .local = peer->address.local,
	    .remote = peer->address.remote,
	    .local6 = peer->address6.local,
	    .remote6 = peer->address6.remote,
	    .mru = peer->mru,
	    .ssh_tty = agent->ssh_tty,
	    /* Who asked for the ready line starts its own pppd when it has read it. */
	    .silent = agent->intake.what.request.ready[0] != '\0',
	    .persistent = agent->conf.tun_persistent,
	    .sources = peer->strict ? peer->routes : NULL,
	    .nsources = peer->nroutes,
	    .reach = reach,
	    .nreach = peer_reach_all(peer, reach),
	};
	const struct route_set set = {
	    .id = agent->id,
	    .log_fd = log,
	    .interface = agent->session.interface,
	    .address = &peer->address,
	    .address6 = &peer->address6,
	    .routes = peer->routes,
	    .nroutes = peer->nroutes,
	};

	if (!launches_pppd(agent))
		return plan_sshroute(&agent->plan, &set, err);
	return plan_pppd(&agent->plan, engine_program(agent->engine, agent->conf.pppd),
			 &end, err);
}

/* Without Landlock nothing stands between uid 0 and the files that it owns. */
static bool landlock_required(const struct agent *agent, uid_t uid)
{
	switch (agent->conf.landlock) {
	case LANDLOCK_AUTO:
		return uid == 0;
	case LANDLOCK_OPTIONAL:
		return false;
	case LANDLOCK_REQUIRED:
		break;
	}
	return true;
}

void agent_shape_confinement(struct agent *agent, bool root)
{
	static const enum confine_profile profiles[VERB_COUNT] = {
	    [VERB_PPPD] = CONFINE_PPPD,
	    [VERB_SSHROUTE] = CONFINE_SSHROUTE,
	    [VERB_STATUS] = CONFINE_ANSWER,
	};
	const enum verb verb = agent->intake.what.request.verb;
	const uid_t uid = root ? 0 : agent->account.uid;
	const bool ppptun = verb == VERB_PPPD && agent->engine == PPP_PPPTUN;

	agent->confine = (struct confine){
	    .profile = ppptun ? CONFINE_PPPTUN : profiles[verb],
	    .uid = uid,
	    .gid = root ? 0 : agent->account.gid,
	    .keep_net_admin = verb != VERB_STATUS && !agent->conf.tun_persistent,
	    .unprivileged = agent->conf.tun_persistent,
	    .target_fd = verb != VERB_STATUS ? agent->plan.fd : -1,
	    .hooks = verb == VERB_PPPD && !ppptun && agent->conf.hooks,
	    .landlock_required = landlock_required(agent, uid),
	    .seccomp_kill = agent->conf.seccomp_kill,
	};
}
