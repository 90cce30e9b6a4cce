/* SPDX-License-Identifier: ISC */
/* Up and Down of a link: looked at before anything is made, and run once all is there. */
#include <stdio.h>
#include <syslog.h>
#include <time.h>

#include "local/hook.h"
#include "local/tunnel.h"

static void fail_look(void *to, unsigned line, const struct error *err)
{
	struct tunnel *const tunnel = to;

	failure_set(&tunnel->failure, EXIT_POLICY, "%s:%u: %s: " HOOK_CURE,
		    tunnel->profile->file, line, err->text);
	/* The file can be mended while this tries again. */
	failure_blame(&tunnel->failure, BLAME_HOST);
}

int tunnel_look_at_hooks(struct tunnel *tunnel)
{
	return hooks_look(tunnel->profile, &tunnel->account, fail_look, tunnel);
}

/* The link stays, and status says that this part of it is not as it should be. */
static int note_failed(struct tunnel *tunnel, const struct error *err)
{
	struct failure *const why = &tunnel->hook_failure;

	failure_set(why, EXIT_SYSTEM, "Up %s has failed: %s%s", tunnel->profile->up,
		    err->text, hook_cure(err));
	report_log(tunnel->report, LOG_ERR, "%s", why->text);
	if (!tunnel->report->foreground)
		report_progress(tunnel->report, "%s", why->text);
	if (tunnel_note(tunnel, &(struct journal_entry){.kind = JOURNAL_FAILED,
							.time = time(NULL),
							.blame = why->blame,
							.code = why->code,
							.text = why->text}) != 0)
		return -1;
	return tunnel_note(tunnel, &(struct journal_entry){.kind = JOURNAL_HOOK_FAILED});
}

/* TUNNEL_READABLE: it has ended by itself. */
static enum tunnel_event await_end(struct tunnel *tunnel, struct hook *hook)
{
	enum tunnel_event event = TUNNEL_READABLE;

	while (event == TUNNEL_READABLE && !hook_has_ended(hook))
		event = tunnel_wait(tunnel, hook->watch, hook->deadline);
	return event;
}

/* -1 when the link is lost, or was told to end, meanwhile. */
static int run_up(struct tunnel *tunnel, const struct hook_call *call)
{
	static struct hook hook;
	struct journal_entry entry = {.kind = JOURNAL_PROCESS, .name = JOURNAL_OF_UP};
	enum tunnel_event event = TUNNEL_READABLE;
	struct error err, end;
	int result;

	result = hook_spawn(&hook, call, &err);
	if (result == 0) {
		entry.pid = hook.process.pid;
		entry.start = hook.process.start;
		result = journal_add(&tunnel->journal, &entry, &err);
	}
	if (result == 0)
		result = hook_release(&hook, &err);
	if (result == 0)
		event = await_end(tunnel, &hook);
	if (hook_end(&hook, &end) != 0 && result == 0) {
		err = end;
		result = -1;
	}
	if (event != TUNNEL_READABLE && event != TUNNEL_DEADLINE)
		return tunnel_explain(tunnel, event, "Up was running");
	return result == 0 ? 0 : note_failed(tunnel, &err);
}

static int note_down(struct tunnel *tunnel)
{
	const struct profile *const profile = tunnel->profile;

	if (profile->down[0] == '\0')
		return 0;
	snprintf(tunnel->down, sizeof tunnel->down, "%s", profile->down);
	return tunnel_note(tunnel, &(struct journal_entry){.kind = JOURNAL_HOOK_DOWN,
							   .hook_as = profile->hook_as,
							   .account = tunnel->account.name,
							   .text = tunnel->down});
}

int tunnel_run_up(struct tunnel *tunnel)
{
	static struct words env;
	const struct profile *const profile = tunnel->profile;
	const struct hook_call call = {.event = HOOK_UP,
				       .path = profile->up,
				       .as = profile->hook_as,
				       .account = &tunnel->account,
				       .env = &env,
				       .report = tunnel->report};
	struct error err;

	if (note_down(tunnel) != 0)
		return -1;
	if (profile->up[0] == '\0')
		return 0;
	if (hook_environment(HOOK_UP, profile->name, &tunnel->journal, &env, &err) != 0)
		return note_failed(tunnel, &err);
	report_progress(tunnel->report, "running %s", profile->up);
	return run_up(tunnel, &call);
}
