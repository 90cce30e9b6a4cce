/* SPDX-License-Identifier: ISC */
#include "local/tunnel.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/echo_file.h"
#include "agent/core/engine.h"
#include "local/ppp_program.h"
#include "local/ppp_status.h"
#include "local/undo.h"

int tunnel_open_signals(void)
{
	const int wanted[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2};
	struct sigaction now;
	sigset_t set;

	sigemptyset(&set);
	/* One that is ignored, as SIGHUP by nohup(1), would come to the descriptor all the
	 * same once it is blocked. */
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (sigaction(wanted[i], NULL, &now) != 0 || now.sa_handler != SIG_IGN)
			sigaddset(&set, wanted[i]);
	/* Children get back the default in process_spawn(). */
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int tunnel_watch(struct tunnel *tunnel, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	if (epoll_ctl(tunnel->watch, EPOLL_CTL_ADD, fd, &event) == 0)
		return 0;
	return failure_set(&tunnel->failure, EXIT_SYSTEM, "cannot watch a process: %s",
			   strerrordesc_np(errno));
}

int tunnel_open(struct tunnel *tunnel, const struct profile *profile, struct report *report,
		struct state *state)
{
	struct error err;

	*tunnel = (struct tunnel){.profile = profile, .report = report, .state = state};
	tunnel->began = monotonic_ms();
	tunnel->patience = tunnel->login = profile->timeout;
	tunnel->slave = tunnel->pty.master = tunnel->journal.fd = -1;
	tunnel->ssh = tunnel->ppp = tunnel->request = PROCESS_NONE;
	tunnel->reader = READER_NONE;
	tunnel->watch = epoll_create1(EPOLL_CLOEXEC);
	tunnel->signals = tunnel_open_signals();
	if (tunnel->watch < 0 || tunnel->signals < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return failure_set(&tunnel->failure, EXIT_SYSTEM,
				   "cannot wait for events: %s", strerrordesc_np(errno));
	if (tunnel_watch(tunnel, tunnel->signals) != 0)
		return -1;
	if (run_as_find(profile->run_as, &tunnel->account, &err) != 0)
		return err.sys != 0 ? tunnel_fail(tunnel, &err)
				    : failure_set(&tunnel->failure, EXIT_POLICY, "%s: %s",
						  profile->file, err.text);
	if (run_as_environment(&tunnel->account, getenv("SSH_AUTH_SOCK"), &tunnel->env,
			       &err) != 0 ||
	    state_control_path(state, tunnel->control, sizeof tunnel->control, &err) != 0 ||
	    ready_nonce(tunnel->nonce, &err) != 0)
		return tunnel_fail(tunnel, &err);
	return 0;
}

int64_t tunnel_deadline(const struct tunnel *tunnel)
{
	return monotonic_ms() + (int64_t)tunnel->profile->timeout * 1000;
}

int tunnel_fail(struct tunnel *tunnel, const struct error *err)
{
	return failure_from(&tunnel->failure, EXIT_SYSTEM, err);
}

int tunnel_note(struct tunnel *tunnel, const struct journal_entry *entry)
{
	struct error err;

	return journal_add(&tunnel->journal, entry, &err) == 0 ? 0
							       : tunnel_fail(tunnel, &err);
}

int tunnel_supervisor_entry(struct journal_entry *out, struct error *err)
{
	struct proc_stat stat;

	*out = (struct journal_entry){
	    .kind = JOURNAL_SUPERVISOR, .pid = getpid(), .time = time(NULL)};
	if (proc_stat_read(out->pid, &stat) != 0)
		return error_set(err, "cannot read /proc");
	out->start = stat.start;
	return 0;
}

int tunnel_begin_journal(const struct state *state, const struct tunnel_past *past,
			 struct journal *out, struct error *err)
{
	static struct journal_entry entries[1 + HOLD_ENTRIES_MAX + 1];
	const struct failure *const last = past->last;
	size_t count = 1;

	*out = (struct journal){.fd = -1};
	if (tunnel_supervisor_entry(&entries[0], err) != 0)
		return -1;
	count += hold_entries(past->hold, &entries[count]);
	if (last->text[0] != '\0')
		entries[count++] = (struct journal_entry){.kind = JOURNAL_FAILED,
							  .time = past->time,
							  .blame = last->blame,
							  .code = last->code,
							  .text = last->text};
	return journal_replace(state->dir, entries, count, out, err);
}

int tunnel_release(struct tunnel *tunnel, const char *name, struct process *process)
{
	struct journal_entry entry = {
	    .kind = JOURNAL_PROCESS, .pid = process->pid, .start = process->start};
	struct error err;

	snprintf(entry.name, sizeof entry.name, "%s", name);
	if (tunnel_note(tunnel, &entry) != 0)
		return -1;
	return process_release(process, tunnel_deadline(tunnel), &err) == 0
		   ? 0
		   : tunnel_fail(tunnel, &err);
}

int tunnel_run(struct tunnel *tunnel, const char *name, struct process *process)
{
	return tunnel_release(tunnel, name, process) == 0
		   ? tunnel_watch(tunnel, process->pidfd)
		   : -1;
}

static int milliseconds_left(int64_t deadline)
{
	int64_t left;

	if (deadline == TUNNEL_FOREVER)
		return -1;
	left = deadline - monotonic_ms();
	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

/* -1 (which poll(2) passes over) once it has been reaped: its descriptor stays readable. */
static int live_pidfd(const struct process *process)
{
	return process->reaped ? -1 : process->pidfd;
}

int tunnel_take_signal(int signals)
{
	struct signalfd_siginfo info;

	return read(signals, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

static bool take_signal(struct tunnel *tunnel)
{
	const int taken = tunnel_take_signal(tunnel->signals);

	if (taken == SIGUSR1 && tunnel->heeds != NULL && !tunnel->heeds(tunnel->who)) {
		tunnel->passed_over = true;
		return false;
	}
	if (taken != 0)
		tunnel->signal = taken;
	return taken != 0;
}

enum { WAIT_SIGNALS, WAIT_SSH, WAIT_PPP, WAIT_FD, WAIT_READER, WAIT_FILTER, WAITED };

bool tunnel_take_filter(struct tunnel *tunnel)
{
	if (tunnel->guards == NULL || deadline_wait(tunnel->filter, 0) != 1)
		return false;
	tunnel->guards(tunnel->who, tunnel);
	return true;
}

/* TUNNEL_DEADLINE: nothing that ends a wait. */
static enum tunnel_event take_events(struct tunnel *tunnel, const struct pollfd *fds)
{
	if (fds[WAIT_FILTER].revents != 0)
		(void)tunnel_take_filter(tunnel);
	if (fds[WAIT_READER].revents != 0)
		reader_take(&tunnel->reader, tunnel->report);
	if (fds[WAIT_SIGNALS].revents != 0 && take_signal(tunnel))
		return TUNNEL_SIGNAL;
	if (fds[WAIT_SSH].revents != 0 && process_reap(&tunnel->ssh))
		return TUNNEL_SSH_ENDED;
	if (fds[WAIT_PPP].revents != 0 && process_reap(&tunnel->ppp))
		return TUNNEL_PPP_ENDED;
	if (tunnel->reader.broken)
		return TUNNEL_READER_ENDED;
	return fds[WAIT_FD].revents != 0 ? TUNNEL_READABLE : TUNNEL_DEADLINE;
}

enum tunnel_event tunnel_wait(struct tunnel *tunnel, int fd, int64_t deadline)
{
	for (;;) {
		const int left = tunnel->reader.broken ? 0 : milliseconds_left(deadline);
		struct pollfd fds[WAITED] = {
		    [WAIT_SIGNALS] = {.fd = tunnel->signals, .events = POLLIN},
		    [WAIT_SSH] = {.fd = live_pidfd(&tunnel->ssh), .events = POLLIN},
		    [WAIT_PPP] = {.fd = live_pidfd(&tunnel->ppp), .events = POLLIN},
		    [WAIT_FD] = {.fd = fd, .events = POLLIN},
		    [WAIT_READER] = {.fd = tunnel->reader.fd, .events = POLLIN},
		    [WAIT_FILTER] = {.fd = tunnel->guards != NULL ? tunnel->filter : -1,
				     .events = POLLIN}};
		enum tunnel_event event;

		if (poll(fds, WAITED, left) < 0 && errno != EINTR)
			return TUNNEL_BROKEN;
		event = take_events(tunnel, fds);
		/* It looks once even after the deadline; output of the children does not
		 * extend it. */
		if (event != TUNNEL_DEADLINE || left == 0)
			return event;
	}
}

static enum ssh_agent agent_of(const struct tunnel *tunnel)
{
	static const char name[] = "SSH_AUTH_SOCK=";

	for (char *const *at = tunnel->env.argv; *at != NULL; at++)
		if (strncmp(*at, name, sizeof name - 1) == 0)
			return SSH_AGENT_GIVEN;
	return getenv("SSH_AUTH_SOCK") != NULL ? SSH_AGENT_STRANGE : SSH_AGENT_NONE;
}

int tunnel_explain_ssh(struct tunnel *tunnel, enum reader_about about,
		       const struct ssh_end *end)
{
	struct reader_question question = {
	    .about = about,
	    .source = about == READER_WHY_ROUTES ? READER_REQUEST : READER_SSH,
	    .end = *end};

	snprintf(question.host, sizeof question.host, "%s", tunnel->host);
	return reader_explain(&tunnel->reader, tunnel->report, &question, &tunnel->failure);
}

static int explain_ssh(struct tunnel *tunnel)
{
	const struct ssh_end end = {
	    .status = process_exit_status(&tunnel->ssh),
	    .pid = tunnel->ssh.pid,
	    .launched = tunnel->ready.link,
	    .agent = agent_of(tunnel),
	    .session = tunnel->answered || state_control_used(tunnel->state),
	    .host = tunnel->host,
	};

	(void)tunnel_explain_ssh(tunnel, READER_WHY_SSH, &end);
	if (!end.session && strstr(tunnel->failure.text, SSH_KEY_REFUSED) != NULL)
		tunnel_add_certificate(tunnel);
	return -1;
}

/*
 * This side's PPP program sees a hangup first, or the other end's last message; ssh, which
 * passes on how that end's program ended, knows why.
 */
static int explain_ppp(struct tunnel *tunnel)
{
	enum { ENDED_BY_PEER = 0 };
	const enum ppp_engine engine =
	    engine_is_ppptun(tunnel->program) ? PPP_PPPTUN : PPP_PPPD;
	char last[QUOTED_LINE_MAX];
	int status = process_exit_status(&tunnel->ppp);

	reader_last_line(&tunnel->reader, tunnel->report, READER_PPP, last);
	status = ppp_status_meant(engine, status, last);
	if ((status == ENDED_BY_PEER || status == PPP_STATUS_HANGUP) &&
	    process_wait(&tunnel->ssh, monotonic_ms() + TUNNEL_SETTLE_MS))
		return explain_ssh(tunnel);
	return ppp_explain(&tunnel->ppp, engine, last, &tunnel->failure);
}

int tunnel_fail_silent(struct tunnel *tunnel, unsigned seconds, const char *doing)
{
	return failure_set(&tunnel->failure, EXIT_LINK,
			   "nothing happened in %u seconds while %s", seconds, doing);
}

int tunnel_explain(struct tunnel *tunnel, enum tunnel_event event, const char *doing)
{
	switch (event) {
	case TUNNEL_SIGNAL:
		return failure_set(
		    &tunnel->failure, (enum exit_code)(EXIT_BY_SIGNAL + tunnel->signal),
		    "ended by a signal (%s) while %s", sigabbrev_np(tunnel->signal), doing);
	case TUNNEL_SSH_ENDED:
		return explain_ssh(tunnel);
	case TUNNEL_PPP_ENDED:
		return explain_ppp(tunnel);
	case TUNNEL_READER_ENDED:
		return failure_set(
		    &tunnel->failure, EXIT_SYSTEM,
		    "the process that reads what ssh and %s print %s, while %s",
		    tunnel->reader.names[READER_PPP], tunnel->reader.why, doing);
	case TUNNEL_DEADLINE:
		return tunnel_fail_silent(tunnel, tunnel->profile->timeout, doing);
	case TUNNEL_CHANGED:
		return -1;
	case TUNNEL_READABLE:
	case TUNNEL_BROKEN:
		break;
	}
	return failure_set(&tunnel->failure, EXIT_SYSTEM, "cannot wait while %s", doing);
}

int tunnel_undo(struct tunnel *tunnel, struct error *err)
{
	/* Nothing has been changed yet. */
	if (tunnel->journal.fd < 0)
		return 0;
	echo_file_remove(tunnel->state->dir);
	return undo_attempt(&tunnel->journal, tunnel->state, tunnel->report, err);
}

void tunnel_close(struct tunnel *tunnel)
{
	const int fds[] = {tunnel->signals, tunnel->watch, tunnel->slave,
			   tunnel->pty.master};

	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	journal_close(&tunnel->journal);
	process_close(&tunnel->ssh);
	process_close(&tunnel->ppp);
	process_close(&tunnel->request);
	reader_close(&tunnel->reader, tunnel->report);
}
