/* SPDX-License-Identifier: ISC */
/* sshroute on the remote: a second request over the connection that ssh has already. */
#include "local/tunnel.h"

#include <stdio.h>
#include <sys/stat.h>

#include "local/ssh_error.h"

/*
 * The socket is in a directory of RunAs, who can remove it. Then ssh complains about the
 * proxy command in its place (ssh.c), which would only mislead.
 */
static bool lacks_master(const struct tunnel *tunnel)
{
	struct stat st;

	return lstat(tunnel->control, &st) != 0;
}

static int start_request(struct tunnel *tunnel)
{
	return tunnel_spawn_ssh(tunnel, SSH_REQUEST, TUNNEL_ROUTES_REQUEST) == 0
		   ? tunnel_release(tunnel, JOURNAL_REQUEST, &tunnel->request)
		   : -1;
}

static int explain(struct tunnel *tunnel)
{
	const struct ssh_end end = {
	    .status = process_exit_status(&tunnel->request),
	    .pid = tunnel->request.pid,
	    .shared = true,
	    .session = true,
	    .host = tunnel->host,
	};

	if (end.status == SSH_OWN_ERROR && lacks_master(tunnel))
		return failure_set(
		    &tunnel->failure, EXIT_LINK,
		    "%s cannot be asked for its routes: ssh's control socket, %s, is gone",
		    tunnel->host, tunnel->control);
	return tunnel_explain_ssh(tunnel, READER_WHY_ROUTES, &end);
}

int tunnel_ask_routes(struct tunnel *tunnel)
{
	if (!tunnel->profile->remote_routes)
		return 0;
	report_progress(tunnel->report, "asking %s for its routes", tunnel->host);
	return start_request(tunnel);
}

static int await_answer(struct tunnel *tunnel)
{
	const enum tunnel_event event =
	    tunnel_wait(tunnel, tunnel->request.pidfd, tunnel_deadline(tunnel));

	if (event != TUNNEL_READABLE)
		return tunnel_explain(tunnel, event, "waiting for the remote's routes");
	process_reap(&tunnel->request);
	return 0;
}

int tunnel_await_routes(struct tunnel *tunnel)
{
	if (!tunnel->profile->remote_routes)
		return 0;
	if (await_answer(tunnel) != 0)
		return -1;
	/* sshroute did not see the link in time: now the link is there. */
	if (process_exit_status(&tunnel->request) == EXIT_BUSY) {
		process_close(&tunnel->request);
		reader_forget(&tunnel->reader, tunnel->report, READER_REQUEST);
		if (start_request(tunnel) != 0 || await_answer(tunnel) != 0)
			return -1;
	}
	return process_exit_status(&tunnel->request) == EXIT_DONE ? 0 : explain(tunnel);
}
