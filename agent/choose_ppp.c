/* SPDX-License-Identifier: ISC */
/* Step 6, before there is a plan: who speaks PPP. */
#include <unistd.h>

#include "agent/agent.h"
#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "agent/net/kernel_has.h"
#include "agent/core/session.h"

/* The kernel may have to load its module. */
enum { DEVICE_TIMEOUT_S = 5 };

/*
 * Runs with the ids that pppd would have: as a rule the account may not open the device.
 * Landlock is not required here; whether pppd may be launched without it is decided later.
 */
static void open_device(const void *arg, int answer)
{
	const struct login *login = arg;
	const bool root = login->conf.launch_as != LAUNCH_ACCOUNT;
	const struct confine confine = {
	    .profile = CONFINE_PPPD,
	    .uid = root ? 0 : login->account.uid,
	    .gid = root ? 0 : login->account.gid,
	    .keep_net_admin = true,
	    .target_fd = -1,
	};
	struct confine_report report;
	struct error err;

	/* Its exit status is the answer. */
	(void)answer;
	/* This timer is its deadline: the agent's account may not send a signal to uid 0,
	 * and the pipe that tells of its end is closed below. */
	alarm(DEVICE_TIMEOUT_S);
	/* Otherwise it could hold the session's lock, and the client's descriptors, longer
	 * than the session lasts. */
	if (descriptors_close(STDIN_FILENO, UINT_MAX) != 0 ||
	    confine_apply(&confine, &report, &err) != 0 || ppp_device_check(&err) != 0)
		_exit(EXIT_NO_PPP);
	_exit(EXIT_DONE);
}

static bool kernel_has_ppp(const struct login *login)
{
	struct child child;

	return child_start(&child, open_device, login) == 0 &&
	       child_finish(&child, monotonic_ms() + DEVICE_TIMEOUT_S * 1000) == EXIT_DONE;
}

/* pppd does not know what a challenge is; its own echoes end it. */
static void promise(const struct login *login)
{
	struct error err = {0};

	if (login->engine == PPP_PPPTUN &&
	    session_promise(&login->peer, &login->session, &err) != 0)
		agent_refuse(login, EXIT_SYSTEM, "%s", err.text);
}

void agent_choose_ppp(struct login *login)
{
	const struct engine_question question =
	    login_engine_question(login, access(PATH_PPPTUN, F_OK) == 0);

	if (!login_launches_ppp(login))
		return;
	login->engine = engine_settle(&question);
	if (login->engine == PPP_AUTO)
		login->engine = access(login->conf.pppd, F_OK) == 0 && kernel_has_ppp(login)
				    ? PPP_PPPD
				    : PPP_PPPTUN;
	promise(login);
}
