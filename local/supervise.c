/* SPDX-License-Identifier: ISC */
/* A link that comes back: attempts, until one of them or a signal ends it all. */
#include "local/supervise.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "agent/confine/confine.h"
#include "local/place.h"
#include "local/profile_change.h"
#include "local/supervisor.h"
#include "local/watch.h"

static void tell_up(struct supervisor *supervisor, const struct tunnel *tunnel)
{
	struct text text = {0}, state = {0};

	tunnel_describe(tunnel, &text);
	report_result(supervisor->report, EXIT_DONE, "%s", text.bytes);
	text_add(&state, "READY=1\nSTATUS=%s", text.bytes);
	report_notify(supervisor->report, state.bytes);
	supervisor->told = true;
	supervisor->last.text[0] = '\0';
}

/* True when it has changed. A profile that cannot be read leaves us with the one that we
 * have. */
static bool read_again(void *who)
{
	struct supervisor *const supervisor = who;
	static struct profile fresh;
	char text[ERROR_FILE_MAX + ERROR_WHERE_MAX + ERROR_TEXT_MAX];
	struct error err;

	if (place_load_profile(supervisor->profile->name, &fresh, &err) != 0) {
		error_print(&err, text, sizeof text);
		report_log(supervisor->report, LOG_ERR,
			   "the profile is not read again, the old one stays: %s", text);
		return false;
	}
	if (profile_says_same(&fresh, supervisor->profile))
		return false;
	*supervisor->profile = fresh;
	failover_forget(&supervisor->failover, &fresh);
	guard_forget_ways(&supervisor->hold.guard);
	return true;
}

/* Where there are several, a failure says of which it is. */
static void name_gateway(const struct supervisor *supervisor, struct tunnel *tunnel)
{
	if (supervisor->profile->nhosts > 1)
		gateways_name(&tunnel->failure, tunnel->host);
}

/* Up until something ends it: that becomes the failure. A signal is a person's wish, and
 * none. */
static void stay_up(struct supervisor *supervisor, struct tunnel *tunnel)
{
	const int64_t began = monotonic_ms();
	enum tunnel_event event;

	tell_up(supervisor, tunnel);
	event = watch_link(tunnel, &supervisor->changes);
	supervisor->was_good = retry_was_up(&supervisor->retry, began, monotonic_ms());
	failover_was_up(&supervisor->failover, tunnel->host, supervisor->was_good);
	if (tunnel->signal == SIGUSR1) {
		report_log(supervisor->report, LOG_INFO,
			   "the profile has changed: going down to come up by it");
		return;
	}
	if (event == TUNNEL_SIGNAL) {
		report_log(supervisor->report, LOG_INFO, "going down: SIG%s",
			   sigabbrev_np(tunnel->signal));
		return;
	}
	tunnel_explain(tunnel, event, "the link was up");
	name_gateway(supervisor, tunnel);
	report_log(supervisor->report, LOG_ERR, "the link is down: %s",
		   tunnel->failure.text);
}

/* What the onlooker sees is no failure of the link, and its end no reason to try again. */
static void look(const struct supervisor *supervisor, struct tunnel *tunnel, bool up)
{
	const struct onlooker *const onlooker = supervisor->onlooker;

	if (up)
		onlooker->up(onlooker->who, tunnel);
	else
		onlooker->failed(onlooker->who, tunnel);
}

static enum attempt_end judge(const struct supervisor *supervisor,
			      const struct tunnel *tunnel, bool up)
{
	if (supervisor->onlooker != NULL && up)
		return ATTEMPT_ENDED;
	if (tunnel->signal == 0)
		return ATTEMPT_FAILED;
	if (tunnel->signal == SIGUSR1)
		return ATTEMPT_AGAIN;
	return up ? ATTEMPT_ENDED : ATTEMPT_INTERRUPTED;
}

/* An attempt may take its time, in which nothing may be open. */
static void keep_closed(void *who, struct tunnel *tunnel)
{
	struct supervisor *const supervisor = who;
	struct error err;

	if (netlink_drain(supervisor->changes.filter, &err) != 0)
		tunnel->guards = NULL;
	if (hold_settle(&supervisor->hold, &tunnel->journal, supervisor->report, &err) != 0)
		report_log(supervisor->report, LOG_ERR, "%s", err.text);
}

/* 0, or -1 with tunnel->failure. */
static int watch_filter(struct supervisor *supervisor, struct tunnel *tunnel)
{
	if (!supervisor->hold.guard.filtered || supervisor->changes.filter == NULL)
		return 0;
	tunnel->filter = netlink_descriptor(supervisor->changes.filter);
	tunnel->guards = keep_closed;
	return tunnel_watch(tunnel, tunnel->filter);
}

static bool bring_up(struct supervisor *supervisor, struct tunnel *tunnel)
{
	bool up;

	if (tunnel_open(tunnel, supervisor->profile, supervisor->report,
			supervisor->state) != 0)
		return false;
	tunnel->hold = &supervisor->hold;
	tunnel->onlooker = supervisor->onlooker;
	/* An attempt goes on, and a link stays, unless the profile has changed. */
	tunnel->heeds = read_again;
	tunnel->who = supervisor;
	tunnel->last = &supervisor->last;
	tunnel->last_time = supervisor->last_time;
	tunnel->failover = &supervisor->failover;
	tunnel->patience = tunnel->login =
	    gateways_patience(&supervisor->failover.gateways, supervisor->profile->timeout,
			      supervisor->retry.rounds);
	if (retry_in_haste(&supervisor->retry, monotonic_ms()) &&
	    tunnel->patience > RETRY_HASTE_TIMEOUT_S)
		tunnel->patience = RETRY_HASTE_TIMEOUT_S;
	up = watch_filter(supervisor, tunnel) == 0 && tunnel_bring_up(tunnel) == 0;
	/* From here on all changes are looked at together. */
	tunnel->guards = NULL;
	return up;
}

/* Of a host with several addresses, the next attempt has the next one, where ssh is told
 * which. */
static void note_failure(struct supervisor *supervisor, struct tunnel *tunnel)
{
	supervisor_explain_held(supervisor, tunnel->host, &tunnel->failure);
	if (tunnel->failure.code == EXIT_NO_HOST)
		supervisor->hold.guard.turn++;
}

/* From nothing to nothing. */
static enum attempt_end attempt(struct supervisor *supervisor)
{
	static struct tunnel tunnel;
	enum attempt_end outcome;
	bool up;

	supervisor->was_good = false;
	if (!supervisor_hold_back(supervisor))
		return supervisor->signal != 0 ? ATTEMPT_INTERRUPTED : ATTEMPT_FAILED;
	up = bring_up(supervisor, &tunnel);
	if (supervisor->onlooker != NULL)
		look(supervisor, &tunnel, up);
	else if (up)
		stay_up(supervisor, &tunnel);
	else
		note_failure(supervisor, &tunnel);
	outcome = judge(supervisor, &tunnel, up);
	supervisor->signal = tunnel.signal;
	if ((supervisor->once && up) || outcome == ATTEMPT_ENDED ||
	    outcome == ATTEMPT_INTERRUPTED)
		report_notify(supervisor->report, "STOPPING=1");
	if (!supervisor_undo(supervisor, &tunnel, outcome))
		outcome = ATTEMPT_STUCK;
	if (outcome != ATTEMPT_AGAIN) {
		name_gateway(supervisor, &tunnel);
		supervisor->last = tunnel.failure;
		supervisor->last_time = time(NULL);
	}
	tunnel_close(&tunnel);
	return outcome;
}

/* Who waits for the first link is told that there will be none. */
static bool is_awaited(const struct supervisor *supervisor)
{
	return !supervisor->told && !supervisor->started &&
	       report_is_heard(supervisor->report);
}

static enum exit_code give_up(struct supervisor *supervisor, bool stuck)
{
	const struct failure *const last = &supervisor->last;
	const char *const name = supervisor->profile->name;
	const bool held = supervisor_keeps_held(supervisor, is_awaited(supervisor));
	enum exit_code code;

	stuck = stuck ||
		!(held ? supervisor_leave_held(supervisor) : supervisor_clear(supervisor));
	code = stuck ? EXIT_LEFT : last->code;
	if (!supervisor->told && held && !stuck)
		report_result(supervisor->report, last->code,
			      "%s is not up: %s; packets to its networks stay held back: "
			      "`vpn-connect down %s` ends that",
			      name, last->text, name);
	else if (!supervisor->told)
		report_result(supervisor->report, code, "%s is not up: %s%s", name,
			      last->text,
			      stuck ? "; and part of it could not be undone" : "");
	else
		report_log(supervisor->report, LOG_ERR, "is down, and stays so: %s",
			   last->text);
	return code;
}

/* While it waited. */
static enum exit_code give_up_waiting(struct supervisor *supervisor)
{
	struct failure ended;

	failure_set(&ended, (enum exit_code)(EXIT_BY_SIGNAL + supervisor->signal),
		    "ended by a signal (%s) while waiting to try again: %s",
		    sigabbrev_np(supervisor->signal), supervisor->last.text);
	supervisor->last = ended;
	return give_up(supervisor, false);
}

static enum exit_code end(struct supervisor *supervisor)
{
	/* Then it comes up again. */
	const bool held =
	    supervisor->signal == SIGUSR2 && !hold_is_empty(&supervisor->hold);

	if (!(held ? supervisor_leave_held(supervisor) : supervisor_clear(supervisor)))
		return EXIT_LEFT;
	report_log(supervisor->report, LOG_INFO, "is down");
	return EXIT_DONE;
}

/* Keeps the journal for the next run. */
static enum exit_code stick(struct supervisor *supervisor)
{
	report_log(supervisor->report, LOG_ERR,
		   "not everything could be undone: `vpn-connect down %s` tries again",
		   supervisor->profile->name);
	if (!supervisor->told)
		return give_up(supervisor, true);
	return EXIT_LEFT;
}

/* To the next gateway, at once. --once is for one link, whichever of them has it. */
static bool goes_on(struct supervisor *supervisor, enum attempt_end outcome)
{
	if (outcome != ATTEMPT_FAILED || (supervisor->once && supervisor->told))
		return false;
	return failover_goes_on(&supervisor->failover, supervisor->profile,
				&supervisor->last, supervisor->was_good,
				supervisor->report);
}

static enum exit_code run(struct supervisor *supervisor)
{
	static char before[FAILURE_TEXT_MAX];

	for (;;) {
		const enum attempt_end outcome = attempt(supervisor);
		bool is_new;

		if (outcome == ATTEMPT_STUCK)
			return stick(supervisor);
		if (outcome == ATTEMPT_ENDED ||
		    (outcome == ATTEMPT_INTERRUPTED && !is_awaited(supervisor)))
			return end(supervisor);
		if (outcome == ATTEMPT_AGAIN || goes_on(supervisor, outcome))
			continue;
		supervisor_explain_closed(supervisor);
		is_new = strcmp(before, supervisor->last.text) != 0;
		if (outcome == ATTEMPT_INTERRUPTED || supervisor->once ||
		    !retry_helps(supervisor->last.blame))
			return give_up(supervisor, false);
		snprintf(before, sizeof before, "%s", supervisor->last.text);
		if (!supervisor_await_turn(supervisor, is_new))
			return is_awaited(supervisor) ? give_up_waiting(supervisor)
						      : end(supervisor);
		if (supervisor->signal == SIGUSR1)
			read_again(supervisor);
		failover_begin(&supervisor->failover, supervisor->profile,
			       &supervisor->retry, monotonic_ms());
	}
}

/* There is no journal that this could replace, but one of what a run that died has held
 * back: that stays so. */
static int begin_journal(struct supervisor *supervisor, struct error *err)
{
	static struct journal journal;
	struct journal_entry self;
	int result;

	if (journal_read(supervisor->state->dir, &journal, err) == 0) {
		hold_adopt(&supervisor->hold, &journal);
		supervisor->adopted = !hold_is_empty(&supervisor->hold);
		result = supervisor_begin_journal(supervisor, &journal, err);
	} else if (err->sys == ENOENT && tunnel_supervisor_entry(&self, err) == 0) {
		result = journal_create(supervisor->state->dir, &self, &journal, err);
	} else {
		return -1;
	}
	journal_close(&journal);
	return result;
}

/* From here on `down` knows whom to tell. */
static int begin_supervision(struct supervisor *supervisor, struct error *err)
{
	/* They stay blocked, and are taken later: `down` and `up` find us from here on. */
	const int signals = tunnel_open_signals();

	if (signals >= 0)
		close(signals);
	/* Who waited for the first attempt is gone, and nobody reads what the next one
	 * tells. */
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return error_sys(err, errno, "cannot ignore SIGPIPE");
	return (place()->own ? confine_own_supervisor(err) : confine_supervisor(err)) ==
			   0 &&
		       changes_open(&supervisor->changes, err) == 0
		   ? begin_journal(supervisor, err)
		   : -1;
}

static enum exit_code begin_and_run(struct supervisor *supervisor)
{
	struct error err;
	enum exit_code code;

	failover_forget(&supervisor->failover, supervisor->profile);
	if (begin_supervision(supervisor, &err) == 0) {
		code = run(supervisor);
	} else {
		failure_from(&supervisor->last, EXIT_SYSTEM, &err);
		code = give_up(supervisor, false);
	}
	changes_close(&supervisor->changes);
	return code;
}

/* There is one in a process. */
static struct supervisor only;

enum exit_code supervise(struct profile *profile, bool once, struct report *report,
			 struct state *state)
{
	only = (struct supervisor){
	    .profile = profile, .once = once, .report = report, .state = state};
	return begin_and_run(&only);
}

enum exit_code supervise_look(struct profile *profile, const struct onlooker *onlooker,
			      struct report *report, struct state *state)
{
	only = (struct supervisor){.profile = profile,
				   .once = true,
				   .onlooker = onlooker,
				   .report = report,
				   .state = state};
	return begin_and_run(&only);
}
