/* SPDX-License-Identifier: ISC */
/* The pause between two attempts: what is told and written down of it, and what ends it. */
#include "local/supervisor.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/random.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

enum {
	/* Changes of the network come in bursts. */
	SETTLE_MS = 300,
};

/* A disk that is full has no room for a new journal, but a little in the old one, of which
 * nothing is left: then that says so. */
static int note_over(const struct supervisor *supervisor, struct journal *journal,
		     struct error *err)
{
	const struct failure *const last = &supervisor->last;
	const struct journal_entry failed = {.kind = JOURNAL_FAILED,
					     .time = supervisor->last_time,
					     .blame = last->blame,
					     .code = last->code,
					     .text = last->text};
	struct error why;

	journal_close(journal);
	return journal_continue(supervisor->state->dir, journal, &why) == 0
		   ? journal_add(journal, &failed, err)
		   : -1;
}

/* Nothing is there but us. */
static int note_waiting(const struct supervisor *supervisor, int64_t pause)
{
	struct journal_entry entry = {.kind = JOURNAL_WAITING,
				      .time = time(NULL) + (time_t)(pause / 1000)};
	static struct journal journal;
	struct error err;
	int result = -1;

	if (supervisor_begin_journal(supervisor, &journal, &err) == 0 ||
	    note_over(supervisor, &journal, &err) == 0)
		result = journal_add(&journal, &entry, &err);
	journal_close(&journal);
	if (result != 0)
		report_log(supervisor->report, LOG_WARNING, "%s", err.text);
	return result;
}

/* The first failure is told to whoever waits; the log has one that is new, and of the same
 * one ever fewer. */
static void tell_failure(struct supervisor *supervisor, int64_t pause, bool is_new)
{
	const struct failure *const last = &supervisor->last;
	const unsigned count = supervisor->retry.failures;
	char state[REPORT_TEXT_MAX];

	snprintf(state, sizeof state, "READY=1\nSTATUS=waiting: %.*s",
		 (int)(sizeof state - 32), last->text);
	supervisor->started |= report_notify(supervisor->report, state);
	if (!supervisor->told)
		report_retry(supervisor->report, last->code, "%s is not up: %s",
			     supervisor->profile->name, last->text);
	if (is_new || (count & (count - 1)) == 0)
		report_log(supervisor->report, LOG_WARNING,
			   "not up: %s; trying again in %" PRId64 ".%" PRId64 " s",
			   last->text, pause / 1000, pause % 1000 / 100);
}

bool supervisor_wait(struct supervisor *supervisor, int signals, int64_t pause)
{
	const int64_t begin = monotonic_ms(),
		      least = begin + failover_least(&supervisor->failover,
						     supervisor->last.blame, pause);
	int64_t deadline = begin + pause, look = INT64_MAX;

	for (;;) {
		struct pollfd fds[] = {
		    {.fd = signals, .events = POLLIN},
		    {.fd = supervisor->changes.fd, .events = POLLIN},
		};
		const int64_t now = monotonic_ms();

		if (now >= deadline)
			return true;
		if (now >= look) {
			look = INT64_MAX;
			supervisor_keep_held(supervisor);
			continue;
		}
		if (poll(fds, 2, (int)((look < deadline ? look : deadline) - now)) < 0 &&
		    errno != EINTR)
			return true;
		supervisor->signal = fds[0].revents != 0 ? tunnel_take_signal(signals) : 0;
		if (supervisor->signal != 0)
			return supervisor->signal == SIGUSR1;
		if (fds[1].revents != 0 && changes_take(&supervisor->changes)) {
			const int64_t soon = monotonic_ms() + SETTLE_MS;

			retry_network_changed(&supervisor->retry, now);
			if (look == INT64_MAX)
				look = soon;
			if (deadline > (soon > least ? soon : least))
				deadline = soon > least ? soon : least;
		}
		if (changes_take_filter(&supervisor->changes) && look == INT64_MAX)
			look = monotonic_ms() + SETTLE_MS;
	}
}

bool supervisor_await_turn(struct supervisor *supervisor, bool is_new)
{
	const int signals = tunnel_open_signals();
	uint32_t random = 0;
	int64_t pause;
	bool due;

	if (getrandom(&random, sizeof random, GRND_NONBLOCK) < 0)
		random = (uint32_t)getpid();
	/* While it was tried. */
	if (changes_take(&supervisor->changes))
		retry_network_changed(&supervisor->retry, monotonic_ms());
	pause = failover_pause(&supervisor->failover, &supervisor->retry,
			       supervisor->last.blame, monotonic_ms(), random);
	tell_failure(supervisor, pause, is_new);
	(void)note_waiting(supervisor, pause);
	due = supervisor_wait(supervisor, signals, pause);
	if (signals >= 0)
		close(signals);
	return due;
}
