/* SPDX-License-Identifier: ISC */
/* What an attempt leaves, what is held back between attempts, and the end of both. */
#include "local/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "local/undo.h"

int supervisor_begin_journal(const struct supervisor *supervisor, struct journal *out,
			     struct error *err)
{
	const struct tunnel_past past = {&supervisor->last, supervisor->last_time,
					 &supervisor->hold};

	return tunnel_begin_journal(supervisor->state, &past, out, err);
}

/* Readable when it is told to end. */
static int open_ends(void)
{
	const int ends[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR2};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		sigaddset(&set, ends[i]);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* 0, or -1 with *failure; supervisor->signal, when it was told to end meanwhile. */
static int find_gates(struct supervisor *supervisor, struct failure *failure)
{
	const int ends = open_ends();
	const int result =
	    guard_find_gates(&supervisor->hold.guard, supervisor->profile, ends, failure);

	supervisor->signal = result != 0 && ends >= 0 ? tunnel_take_signal(ends) : 0;
	if (ends >= 0)
		close(ends);
	if (supervisor->signal != 0)
		failure_set(failure, (enum exit_code)(EXIT_BY_SIGNAL + supervisor->signal),
			    "ended by a signal (%s) while looking up where %s is",
			    sigabbrev_np(supervisor->signal),
			    supervisor->profile->hosts[0].name);
	return result;
}

bool supervisor_hold_back(struct supervisor *supervisor)
{
	static struct journal journal;
	struct failure failure;
	struct error err;
	bool held, found;

	found = find_gates(supervisor, &failure) == 0;
	if (supervisor->signal != 0) {
		supervisor->last = failure;
		supervisor->last_time = time(NULL);
		return false;
	}
	/* What is held back does not wait for a name server. */
	hold_plan(&supervisor->hold, supervisor->profile);
	if (!found)
		guard_make_nothing(&supervisor->hold.guard);
	held = supervisor_begin_journal(supervisor, &journal, &err) == 0 &&
	       hold_settle(&supervisor->hold, &journal, supervisor->report, &err) == 0;
	journal_close(&journal);
	if (held && found)
		return true;
	if (!held)
		failure_from(&failure, EXIT_SYSTEM, &err);
	/* A program that is not installed does not come by itself. */
	if (!held && err.sys == ENOENT)
		failure_blame(&failure, BLAME_PROFILE);
	supervisor->last = failure;
	supervisor->last_time = time(NULL);
	return false;
}

/* The next attempt tries it again, and tells who has to know. */
void supervisor_keep_held(struct supervisor *supervisor)
{
	static struct journal journal;
	struct error err;

	if (journal_continue(supervisor->state->dir, &journal, &err) != 0 ||
	    hold_settle(&supervisor->hold, &journal, supervisor->report, &err) != 0)
		report_log(supervisor->report, LOG_ERR, "%s", err.text);
	journal_close(&journal);
}

/* A Route that contains the ssh server cannot come up. But it is held back, so that ssh
 * does not get as far as to where that is found. */
void supervisor_explain_held(const struct supervisor *supervisor, const char *host,
			     struct failure *failure)
{
	const struct ip_prefix *const held = hold_covers(&supervisor->hold, host);
	char text[PREFIX_TEXT_MAX];

	if (held != NULL && failure->code == EXIT_NO_HOST)
		failure_set(failure, EXIT_NO_HOST,
			    "%s cannot be reached, and Route %s contains it, to which "
			    "packets are held back while the link is away (Fallback): a "
			    "link cannot carry its own ssh connection",
			    host, ip_prefix_print(held, text));
}

/* A captive portal is on the way to nowhere. */
void supervisor_explain_closed(struct supervisor *supervisor)
{
	const struct failure before = supervisor->last;
	const char *const name = supervisor->profile->name;

	if (before.code != EXIT_NO_HOST || !supervisor->hold.guard.filtered ||
	    !supervisor->hold.guard.closes)
		return;
	failure_set(&supervisor->last, before.code,
		    "%s; KillSwitch lets nothing else out meanwhile: where the network "
		    "wants a login first, `vpn-connect down %s`, log in, and `vpn-connect "
		    "up %s`",
		    before.text, name, name);
	supervisor->last.blame = before.blame;
}

/* The journal of what could not be undone yet, for `status` and for the next run: what is
 * gone may stand in it, as undoing it again does no harm. */
static void note_stuck(const struct supervisor *supervisor, struct tunnel *tunnel,
		       int64_t pause)
{
	const struct failure *const last = &supervisor->last;
	const struct journal_entry added[] = {
	    {.kind = JOURNAL_FAILED,
	     .time = supervisor->last_time,
	     .blame = last->blame,
	     .code = last->code,
	     .text = last->text},
	    {.kind = JOURNAL_WAITING, .time = time(NULL) + (time_t)(pause / 1000)},
	};
	static struct journal_entry entries[JOURNAL_ENTRIES_MAX + 2];
	static struct journal fresh;
	struct error err;
	size_t count = 0;

	for (size_t i = 0; i < tunnel->journal.count; i++)
		if (tunnel->journal.entries[i].kind != JOURNAL_UP &&
		    tunnel->journal.entries[i].kind != JOURNAL_HOOK_FAILED &&
		    tunnel->journal.entries[i].kind != JOURNAL_FAILED)
			entries[count++] = tunnel->journal.entries[i];
	entries[count++] = added[0];
	entries[count++] = added[1];
	if (journal_replace(supervisor->state->dir, entries, count, &fresh, &err) != 0)
		report_log(supervisor->report, LOG_WARNING, "%s", err.text);
	journal_close(&fresh);
}

/* False when it is told to end. */
static bool await_undo(struct supervisor *supervisor, struct tunnel *tunnel,
		       const struct error *why)
{
	uint32_t random = 0;
	int64_t pause;

	failure_set(&supervisor->last, EXIT_SYSTEM,
		    "part of the link that ended could not be undone: %s", why->text);
	supervisor->last_time = time(NULL);
	if (getrandom(&random, sizeof random, GRND_NONBLOCK) < 0)
		random = (uint32_t)getpid();
	pause = retry_pause(&supervisor->retry, BLAME_HOST, monotonic_ms(), random);
	report_log(supervisor->report, LOG_ERR, "%s; trying again in %lld s",
		   supervisor->last.text, (long long)(pause / 1000));
	if (!supervisor->told)
		report_retry(supervisor->report, EXIT_SYSTEM, "%s is not up: %s",
			     supervisor->profile->name, supervisor->last.text);
	note_stuck(supervisor, tunnel, pause);
	return supervisor_wait(supervisor, tunnel->signals, pause);
}

/* Nothing may be made on top of what is left. */
bool supervisor_undo(struct supervisor *supervisor, struct tunnel *tunnel,
		     enum attempt_end outcome)
{
	struct error err;

	/* What is put back from here on does not need the interface. */
	guard_plan_away(&supervisor->hold.guard);
	while (tunnel_undo(tunnel, &err) != 0)
		if (supervisor->once || outcome == ATTEMPT_ENDED ||
		    outcome == ATTEMPT_INTERRUPTED || !await_undo(supervisor, tunnel, &err))
			return false;
	return true;
}

/* They do where nobody is there to be told that they are not any more; and where they were
 * before, as who starts a unit again after a crash is no person. */
bool supervisor_keeps_held(const struct supervisor *supervisor, bool awaited)
{
	if (supervisor->once || hold_is_empty(&supervisor->hold))
		return false;
	return !awaited || supervisor->signal == SIGUSR2 ||
	       (supervisor->adopted && (int)supervisor->last.code < EXIT_BY_SIGNAL);
}

bool supervisor_clear(struct supervisor *supervisor)
{
	static struct journal journal;
	struct error err;

	/* What is held back; the rest is gone. */
	if ((journal_read(supervisor->state->dir, &journal, &err) == 0
		 ? undo_all(&journal, supervisor->state, supervisor->report, &err) != 0
		 : err.sys != ENOENT) ||
	    journal_remove(supervisor->state->dir, &err) != 0) {
		report_log(supervisor->report, LOG_ERR, "%s", err.text);
		return false;
	}
	state_remove(supervisor->state);
	return true;
}

bool supervisor_leave_held(const struct supervisor *supervisor)
{
	static struct journal journal;
	struct error err;
	const bool left = supervisor_begin_journal(supervisor, &journal, &err) == 0;

	journal_close(&journal);
	if (!left)
		report_log(supervisor->report, LOG_ERR, "%s", err.text);
	return left;
}
