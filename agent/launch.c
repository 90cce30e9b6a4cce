/* SPDX-License-Identifier: ISC */
/* Steps 6 to 8: the plan, its confinement, and the execution that ends the agent. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/base/descriptors.h"
#include "agent/base/log.h"
#include "agent/base/terminal.h"
#include "agent/net/kernel_has.h"
#include "agent/net/tun_device.h"
#include "agent/pppd_probe.h"

/*
 * pppd up to 2.5.3 refuses to start unless its effective uid is 0. From 2.5.4 on the
 * capability is enough, if the account may open the device.
 */
static bool needs_root(const struct login *login, const struct pppd_nature *nature)
{
	switch (login->conf.launch_as) {
	case LAUNCH_ROOT:
		return true;
	case LAUNCH_ACCOUNT:
		return false;
	case LAUNCH_AUTO:
		break;
	}
	return access("/dev/ppp", R_OK | W_OK) != 0 || !nature->without_root;
}

void agent_plan(struct login *login)
{
	char text[ERROR_FILE_MAX + ERROR_TEXT_MAX];
	const bool pppd = login_launches_ppp(login) && login->engine == PPP_PPPD;
	struct pppd_nature nature = {0};
	struct error err = {0};

	login->ssh_tty = isatty(STDIN_FILENO) == 1;
	if ((login->peer.address6.local.family != AF_UNSPEC && ipv6_check(&err) != 0) ||
	    login_build_plan(login, log_descriptor(), &err) != 0 ||
	    plan_open(&login->plan, &err) != 0) {
		error_print(&err, text, sizeof text);
		agent_refuse(login, EXIT_SYSTEM, "%s", text);
	}
	if (pppd)
		pppd_probe(&login->plan, login->account.uid, login->account.gid, &nature);
	if (pppd_adapt(&login->plan, &nature, &err) != 0)
		agent_refuse(login, EXIT_SYSTEM, "%s", err.text);
	login_shape_confinement(login, pppd && needs_root(login, &nature));
}

/* sshd's terminal (ssh -t) echoes and edits lines; frames must pass as they are. */
static int make_raw(struct login *login, int fd)
{
	if (!isatty(fd))
		return 0;
	login->raw = true;
	return terminal_make_raw(fd, NULL);
}

/* ppptun will check this again; here the client can still be told. */
static int check_device(const struct login *login, struct error *err)
{
	const struct peer *peer = &login->peer;
	const struct tun_wanted wanted = {
	    .name = login->session.interface,
	    .mtu = peer->mru,
	    .local = peer->address.local,
	    .remote = peer->address.remote,
	    .local6 = peer->address6.local,
	    .remote6 = peer->address6.remote,
	};

	return tun_device_try(&wanted, err);
}

/* Whether ppptun, which needs no PPP in the kernel, would have been used if it were
 * installed. */
static const char *absent_ppptun(const struct login *login)
{
	const bool here = access(PATH_PPPTUN, F_OK) == 0;
	const struct engine_question question = login_engine_question(login, here);

	return here || question.wanted != PPP_AUTO || question.hooks
		   ? ""
		   : "; " PATH_PPPTUN ", which needs no kernel PPP, is not installed";
}

void agent_confine(struct login *login)
{
	/* Before confinement, which would hide it. */
	const char *absent = absent_ppptun(login);
	struct error err = {0};

	if (!login_launches_ppp(login) && log_hand_on() != 0)
		agent_refuse(login, EXIT_SYSTEM, "cannot pass the log to sshroute: %s",
			     strerrordesc_np(errno));
	if (login_launches_ppp(login)
		? make_raw(login, STDIN_FILENO) != 0
		: descriptors_standard(-1, STDOUT_FILENO, STDERR_FILENO) != 0)
		/* EIO: the terminal was hung up. */
		agent_refuse(login, EXIT_SYSTEM, "cannot prepare standard input: %s",
			     login_launches_ppp(login) && errno == EIO
				 ? "the client went away"
				 : strerrordesc_np(errno));
	/* From here on the deadline is sshroute's, which waits for half of it at most. */
	alarm(AGENT_DEADLINE_S);
	if (confine_apply(&login->confine, &login->report, &err) != 0)
		agent_refuse(login, EXIT_SYSTEM, "confinement: %s", err.text);
	if (login->engine == PPP_PPPD && ppp_device_check(&err) != 0)
		agent_refuse(login, err.sys == ENODEV ? EXIT_NO_PPP : EXIT_SYSTEM, "%s%s",
			     err.text, absent);
	if (login_launches_ppp(login) && login->conf.tun_persistent &&
	    check_device(login, &err) != 0)
		agent_refuse(login, EXIT_NO_PPP, "%s", err.text);
}

void agent_launch(struct login *login)
{
	if (login_launches_ppp(login)) {
		if (login->intake.what.request.ready[0] != '\0')
			agent_tell_ready(login);
		/* pppd writes to the system log; its messages are not for the client. */
		if (descriptors_standard(STDIN_FILENO, STDOUT_FILENO, -1) != 0)
			agent_refuse(login, EXIT_SYSTEM, "cannot close standard error: %s",
				     strerrordesc_np(errno));
	}
	if (agent_heed_client(true) != 0)
		agent_refuse(login, EXIT_SYSTEM, "cannot restore the client's signals");
	/* A session may last; sshroute has to be done within what is left of the deadline.
	 */
	if (login_launches_ppp(login))
		alarm(0);
	plan_execute(&login->plan);
	agent_refuse(login, EXIT_SYSTEM, "cannot execute %s: %s", login->plan.target,
		     strerrordesc_np(errno));
}
