/* SPDX-License-Identifier: ISC */
/* Step 5: the lock of a new session, or the session that a request is about. */
#include <errno.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/core/session.h"
#include "agent/take_over.h"

/* The limit of sessions holds in any case: the lock alone says who has one. */
static int lock_session(struct login *login, int fd, const struct session_origin *origin,
			struct error *err)
{
	const struct peer *peer = &login->peer;

	if (session_lock(fd, peer, origin, &login->session, err) == 0)
		return 0;
	if (err->sys != EAGAIN)
		return -1;
	/* What came before may have used most of the deadline. */
	alarm(AGENT_DEADLINE_S);
	return take_over_session(fd, peer, origin, TAKE_OVER_MS, &login->session, err);
}

void agent_take_session(struct login *login)
{
	const struct session_origin origin = {.from = login->intake.who.from,
					      .port = login->intake.who.port};
	struct error err = {0};
	int fd, result;

	if (!login_launches(login))
		return; /* is about all of them, agent_answer(); or about none */
	fd = session_open(login->account.gid, &err);
	if (fd < 0)
		agent_refuse(login, EXIT_SYSTEM, "%s", err.text);
	if (login_launches_ppp(login))
		result = lock_session(login, fd, &origin, &err);
	else
		result = session_find(fd, &login->peer, &origin, &login->session, &err);
	if (result == 0)
		return;
	/* The number of sessions is policy's, and so is this denial. */
	login->verdict.allow = false;
	login_set_rule(login, login->peer.file, login->peer.sessions_line, 0);
	login->answered = err.sys == EBUSY;
	agent_refuse(login,
		     login->answered || err.sys == EAGAIN || err.sys == ENOENT
			 ? EXIT_BUSY
			 : EXIT_SYSTEM,
		     "%s", err.text);
}
