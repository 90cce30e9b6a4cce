/* SPDX-License-Identifier: ISC */
/* From the start of ssh to the ready line of the remote. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/ready_confined.h"
#include "local/tunnel.h"
#include "policy/language/escape.h"

static const char ready_doing[] = "waiting for the remote to be ready";

static bool has_session(const struct tunnel *tunnel)
{
	return tunnel->answered || state_control_used(tunnel->state);
}

enum { LOGIN_REST_MAX = 128 };

static int fail_login(struct tunnel *tunnel)
{
	char rest[LOGIN_REST_MAX];

	snprintf(rest, sizeof rest,
		 " in %u seconds: it, or a host on the way to it, accepts the connection "
		 "but does not continue",
		 SSH_LOGIN_TIMES * tunnel->login);
	(void)failure_name(&tunnel->failure, EXIT_NO_HOST, "ssh has not logged in to %s",
			   tunnel->host, rest);
	return failure_at(&tunnel->failure, STEP_EXCHANGE);
}

/*
 * Waits until there is something to read, or ssh has ended: what it passed on before can
 * still be read then. Before the login, ssh may be trying the second address of a host: it
 * gives up by itself (ConnectTimeout), and says why. Where the time is short because there
 * are other gateways, a session has the time of a login as well: the remote may first have
 * to end another one.
 */
static int await_bytes(struct tunnel *tunnel, int64_t begin)
{
	const int64_t timeout = (int64_t)tunnel->login * 1000;
	const bool is_short = tunnel->login < tunnel->profile->timeout;
	unsigned times = 1;
	enum tunnel_event event = tunnel_wait(tunnel, tunnel->slave, begin + timeout);

	if (event == TUNNEL_DEADLINE && (is_short || !has_session(tunnel))) {
		times = SSH_LOGIN_TIMES;
		event = tunnel_wait(tunnel, tunnel->slave, begin + times * timeout);
	}
	if (event == TUNNEL_DEADLINE)
		return has_session(tunnel)
			   ? tunnel_fail_silent(tunnel, times * tunnel->login, ready_doing)
			   : fail_login(tunnel);
	return event == TUNNEL_READABLE || event == TUNNEL_SSH_ENDED
		   ? 0
		   : tunnel_explain(tunnel, event, ready_doing);
}

/* ssh has ended, or is about to. */
static int explain_hangup(struct tunnel *tunnel)
{
	enum tunnel_event event = TUNNEL_SSH_ENDED;

	/* Its end is reported as an event only once. */
	if (!tunnel->ssh.reaped)
		event = tunnel_wait(tunnel, -1, monotonic_ms() + TUNNEL_SETTLE_MS);
	return tunnel_explain(tunnel, event, ready_doing);
}

/* To a failure: the line that had no end. */
static int add_bytes(struct tunnel *tunnel, const char *line, size_t len)
{
	const struct failure before = tunnel->failure;
	const char *kind = ready_line_kind(line, len);
	char quoted[QUOTED_LINE_MAX];

	if (before.code != EXIT_LINK)
		return -1;
	failure_set(&tunnel->failure, before.code, "%s, but for %s%s%s%s", before.text,
		    escape_quoted(line, len, quoted, sizeof quoted),
		    kind != NULL ? " (" : "", kind != NULL ? kind : "",
		    kind != NULL ? ")" : "");
	tunnel->failure.blame = before.blame;
	return failure_at(&tunnel->failure, STEP_COMMAND);
}

/* One byte at a time: what follows the newline is PPP, which the PPP program reads. */
static int read_ready_line(struct tunnel *tunnel, char *line, size_t *len)
{
	const int64_t begin = monotonic_ms();

	*len = 0;
	while (*len < READY_LINE_MAX) {
		ssize_t got;

		if (await_bytes(tunnel, begin) != 0)
			return *len > 0 ? add_bytes(tunnel, line, *len) : -1;
		got = read(tunnel->slave, &line[*len], 1);
		if (got < 0 && (errno == EAGAIN || errno == EINTR) && !tunnel->ssh.reaped)
			continue;
		if (got != 1)
			return explain_hangup(tunnel);
		tunnel->answered = true;
		if (line[*len] == '\n')
			return 0;
		++*len;
	}
	(void)failure_set(
	    &tunnel->failure, EXIT_PROTOCOL,
	    "the remote did not answer with a ready line, but with a line that does not "
	    "end: "
	    "is vpn-agent the login shell or forced command of the account there?");
	return failure_at(&tunnel->failure, STEP_COMMAND);
}

/* Whether the agent has written it, be it good or not. */
static bool is_of_agent(const char *line, size_t len)
{
	static const char begin[] = "sallyport/";

	return len >= sizeof begin - 1 && memcmp(line, begin, sizeof begin - 1) == 0;
}

int tunnel_await_ready(struct tunnel *tunnel)
{
	static char line[READY_LINE_MAX];
	struct error err;
	size_t len;

	if (read_ready_line(tunnel, line, &len) != 0)
		return -1;
	if (ready_parse_confined(&(struct ready_line){line, len, tunnel->nonce,
						      tunnel->account.uid,
						      tunnel->account.gid},
				 tunnel_deadline(tunnel), &tunnel->ready, &err) != 0) {
		failure_from(&tunnel->failure, err.sys == 0 ? EXIT_PROTOCOL : EXIT_SYSTEM,
			     &err);
		return failure_at(&tunnel->failure,
				  is_of_agent(line, len) ? STEP_READY : STEP_COMMAND);
	}
	if (tunnel->ssh.reaped)
		return explain_hangup(tunnel);
	report_progress(tunnel->report, "%s is ready", tunnel->host);
	return 0;
}
