/* SPDX-License-Identifier: ISC */
/* What steps 6 and 7 are about to do: the agent does it, vpn-policy explains it. */
#include "agent/core/login.h"

bool login_launches_ppp(const struct login *login)
{
	return login->intake.what.request.verb == VERB_PPPD;
}

bool login_launches(const struct login *login)
{
	return login_launches_ppp(login) ||
	       login->intake.what.request.verb == VERB_SSHROUTE;
}

struct engine_question login_engine_question(const struct login *login, bool here)
{
	const struct peer *peer = &login->peer;
	enum ppp_engine wanted = peer->ppp_line != 0 ? peer->ppp : login->conf.ppp;

	/* ppptun is the one that can use a device that exists already. */
	if (wanted == PPP_AUTO && login->conf.tun_persistent)
		wanted = PPP_PPPTUN;
	return (struct engine_question){
	    .wanted = wanted,
	    .pppd = login->conf.pppd,
	    .hooks = login->conf.hooks,
	    .here = here,
	    /* Only ppptun enforces a Reach. */
	    .there = login->intake.what.request.has_ppptun || peer_has_reach(peer),
	};
}

unsigned login_keepalive(const struct request *request)
{
	if (request->legacy)
		return KEEPALIVE_LEGACY;
	if (request->keepalive == 0)
		return KEEPALIVE_DEFAULT;
	return request->keepalive < KEEPALIVE_HELD_MAX ? request->keepalive
						       : KEEPALIVE_HELD_MAX;
}

int login_build_plan(struct login *login, int log, struct error *err)
{
	const struct peer *peer = &login->peer;
	struct ip_prefix reach[PEER_REACH_ALL_MAX];
	const struct ppp_end end = {
	    .interface = login->session.interface,
	    .local = peer->address.local,
	    .remote = peer->address.remote,
	    .local6 = peer->address6.local,
	    .remote6 = peer->address6.remote,
	    .mru = peer->mru,
	    .keepalive = login_keepalive(&login->intake.what.request),
	    .ssh_tty = login->ssh_tty,
	    /*
	     * A client that asked for the ready line starts its own end after reading it.
	     */
	    .silent = login->intake.what.request.ready[0] != '\0',
	    .persistent = login->conf.tun_persistent,
	    .sources = peer->strict ? peer->routes : NULL,
	    .nsources = peer->nroutes,
	    .reach = reach,
	    .nreach = peer_reach_all(peer, reach),
	};
	const struct route_set set = {
	    .id = login->id,
	    .log_fd = log,
	    .interface = login->session.interface,
	    .address = &peer->address,
	    .address6 = &peer->address6,
	    .routes = peer->routes,
	    .nroutes = peer->nroutes,
	};

	if (!login_launches_ppp(login))
		return plan_sshroute(&login->plan, &set, err);
	return plan_ppp(&login->plan, engine_program(login->engine, login->conf.pppd), &end,
			err);
}

/* Without Landlock nothing keeps uid 0 from the files that it owns. */
static bool landlock_required(const struct login *login, uid_t uid)
{
	switch (login->conf.landlock) {
	case LANDLOCK_AUTO:
		return uid == 0;
	case LANDLOCK_OPTIONAL:
		return false;
	case LANDLOCK_REQUIRED:
		break;
	}
	return true;
}

void login_shape_confinement(struct login *login, bool root)
{
	const uid_t uid = root ? 0 : login->account.uid;
	const bool launches = login_launches(login), ppp = login_launches_ppp(login),
		   ppptun = ppp && login->engine == PPP_PPPTUN;

	login->confine = (struct confine){
	    .profile = ppptun	  ? CONFINE_PPPTUN
		       : ppp	  ? CONFINE_PPPD
		       : launches ? CONFINE_SSHROUTE
				  : CONFINE_ANSWER,
	    .uid = uid,
	    .gid = root ? 0 : login->account.gid,
	    .keep_net_admin = launches && !login->conf.tun_persistent,
	    .unprivileged = login->conf.tun_persistent,
	    .target_fd = launches ? login->plan.fd : -1,
	    .hooks = ppp && !ppptun && login->conf.hooks,
	    .landlock_required = landlock_required(login, uid),
	    .seccomp_kill = login->conf.seccomp_kill,
	};
}
