/* SPDX-License-Identifier: ISC */
/* Steps 6 to 8: the plan, its confinement, and the execution that ends the agent. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/base/log.h"
#include "agent/base/terminal.h"
#include "agent/core/pppd_version.h"
#include "agent/net/ipv6.h"
#include "agent/net/ppp_device.h"
#include "agent/net/tun_device.h"

static bool launches_pppd(const struct agent *agent)
{
	return agent->intake.what.request.verb == VERB_PPPD;
}

/*
 * pppd up to 2.5.3 refuses to start unless its effective uid is 0. From 2.5.4 on the
 * capability is enough, if the account may open the device.
 */
static bool needs_root(const struct agent *agent, const struct pppd_nature *nature)
{
	switch (agent->conf.launch_as) {
	case LAUNCH_ROOT:
		return true;
	case LAUNCH_ACCOUNT:
		return false;
	case LAUNCH_AUTO:
		break;
	}
	return access("/dev/ppp", R_OK | W_OK) != 0 || !nature->without_root;
}

void agent_plan(struct agent *agent)
{
	char text[ERROR_FILE_MAX + ERROR_TEXT_MAX];
	const bool pppd = launches_pppd(agent) && agent->engine == PPP_PPPD;
	struct pppd_nature nature = {0};
	struct policy_error err = {0};

	agent->ssh_tty = isatty(STDIN_FILENO) == 1;
	if ((agent->peer.address6.local.family != AF_UNSPEC && ipv6_check(&err) != 0) ||
	    agent_build_plan(agent, log_descriptor(), &err) != 0 ||
	    plan_open(&agent->plan, &err) != 0) {
		error_print(&err, text, sizeof text);
		agent_refuse(agent, EXIT_SYSTEM, "%s", text);
	}
	if (pppd)
		pppd_probe(&agent->plan, agent->account.uid, agent->account.gid, &nature);
	if (pppd_adapt(&agent->plan, &nature, &err) != 0)
		agent_refuse(agent, EXIT_SYSTEM, "%s", err.text);
	agent_shape_confinement(agent, pppd && needs_root(agent, &nature));
}

/* sshd's terminal (ssh -t) echoes and edits lines; frames must pass as they are. */
static int make_raw(struct agent *agent, int fd)
{
	if (!isatty(fd))
		return 0;
	agent->raw = true;
	return terminal_make_raw(fd, NULL);
}

/* One of the standard descriptors becomes /dev/null: the target has no business with it. */
static int point_at_null(int fd)
{
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int result;

	if (null < 0)
		return -1;
	result = dup2(null, fd) < 0 ? -1 : 0;
	close(null);
	return result;
}

/* What ppptun will look at again; here it is in time to tell the client. */
static int check_device(const struct agent *agent, struct policy_error *err)
{
	const struct peer *peer = &agent->peer;
	const struct tun_wanted wanted = {
	    .name = agent->session.interface,
	    .mtu = peer->mru,
	    .local = peer->address.local,
	    .remote = peer->address.remote,
	    .local6 = peer->address6.local,
	    .remote6 = peer->address6.remote,
	};

	return tun_device_try(&wanted, err);
}

/* What would have done without PPP in the kernel, had it been installed. */
static const char *absent_ppptun(const struct agent *agent)
{
	const bool here = access(PATH_PPPTUN, F_OK) == 0;
	const struct engine_question question = agent_engine_question(agent, here);

	return here || question.wanted != PPP_AUTO || question.hooks
		   ? ""
		   : "; " PATH_PPPTUN ", which needs none, is not there";
}

void agent_confine(struct agent *agent)
{
	/* Confined, it cannot be looked for. */
	const char *absent = absent_ppptun(agent);
	struct policy_error err = {0};

	if (!launches_pppd(agent) && log_hand_on() != 0)
		agent_refuse(agent, EXIT_SYSTEM, "cannot hand on the log: %s",
			     strerrordesc_np(errno));
	if (launches_pppd(agent) ? make_raw(agent, STDIN_FILENO) != 0
				 : point_at_null(STDIN_FILENO) != 0)
		/* A terminal that was hung up answers so. */
		agent_refuse(agent, EXIT_SYSTEM, "cannot prepare standard input: %s",
			     launches_pppd(agent) && errno == EIO ? "the client has gone"
								  : strerrordesc_np(errno));
	/* From here on the deadline is sshroute's, which waits for half of it at most. */
	alarm(AGENT_DEADLINE_S);
	if (confine_apply(&agent->confine, &agent->report, &err) != 0)
		agent_refuse(agent, EXIT_SYSTEM, "confinement: %s", err.text);
	if (agent->engine == PPP_PPPD && ppp_device_check(&err) != 0)
		agent_refuse(agent, err.sys == ENODEV ? EXIT_NO_PPP : EXIT_SYSTEM, "%s%s",
			     err.text, absent);
	if (launches_pppd(agent) && agent->conf.tun_persistent &&
	    check_device(agent, &err) != 0)
		agent_refuse(agent, EXIT_NO_PPP, "%s", err.text);
}

void agent_launch(struct agent *agent)
{
	if (launches_pppd(agent)) {
		if (agent->intake.what.request.ready[0] != '\0')
			agent_tell_ready(agent);
		/* What pppd says goes to the system log; the client is not who it is for.
		 */
		if (point_at_null(STDERR_FILENO) != 0)
			agent_refuse(agent, EXIT_SYSTEM, "cannot close standard error: %s",
				     strerrordesc_np(errno));
	}
	if (agent_heed_client(true) != 0)
		agent_refuse(agent, EXIT_SYSTEM, "cannot restore the client's signals");
	/* A session may last; sshroute has to be done within what is left of the deadline.
	 */
	if (launches_pppd(agent))
		alarm(0);
	plan_execute(&agent->plan);
	agent_refuse(agent, EXIT_SYSTEM, "cannot execute %s: %s", agent->plan.target,
		     strerrordesc_np(errno));
}
