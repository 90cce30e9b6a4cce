/* SPDX-License-Identifier: ISC */
/* Down: by the journal alone, as its profile may have changed, or be gone. */
#include <stdio.h>
#include <syslog.h>

#include "local/hook.h"

/* The child waits until it is written down, so that whoever undoes this after a crash ends
 * it first. */
static int run(const struct hook_call *call, struct journal *journal, struct error *err)
{
	static struct hook hook;
	struct journal_entry entry = {.kind = JOURNAL_PROCESS, .name = JOURNAL_OF_DOWN};
	struct error end;
	int result = hook_spawn(&hook, call, err);

	if (result == 0) {
		entry.pid = hook.process.pid;
		entry.start = hook.process.start;
		result = journal_add(journal, &entry, err);
	}
	if (result == 0)
		result = hook_release(&hook, err);
	if (result == 0)
		hook_wait(&hook);
	/* Of one that never ran only the first reason counts. */
	if (hook_end(&hook, &end) != 0 && result == 0) {
		*err = end;
		result = -1;
	}
	return result;
}

static int run_due(const struct journal_entry *due, const char *path, const char *account,
		   struct journal *journal, const struct report *report, struct error *err)
{
	static struct words env;
	struct run_as run_as;
	const struct hook_call call = {.event = HOOK_DOWN,
				       .path = path,
				       .as = due->hook_as,
				       .account = &run_as,
				       .env = &env,
				       .report = report};

	return hook_environment(HOOK_DOWN, report->name, journal, &env, err) == 0 &&
		       run_as_find(account, &run_as, err) == 0
		   ? run(&call, journal, err)
		   : -1;
}

void hook_run_down(struct journal *journal, int dir, const struct report *report)
{
	const char *path, *account;
	const struct journal_entry *const due = journal_hook_due(journal, &path, &account);
	const bool is_open = journal->fd >= 0;
	struct error err;

	if (due == NULL)
		return;
	if (!is_open && journal_reopen(dir, journal, &err) != 0) {
		report_log(report, LOG_ERR, "Down: %s", err.text);
		return;
	}
	if (run_due(due, path, account, journal, report, &err) != 0)
		report_log(report, LOG_ERR, "Down %s has failed: %s%s", path, err.text,
			   hook_cure(&err));
	if (journal_add(journal, &(struct journal_entry){.kind = JOURNAL_HOOK_RAN}, &err) !=
	    0)
		report_log(report, LOG_ERR, "Down %s may run once more: %s", path,
			   err.text);
	if (!is_open)
		journal_close(journal);
}
