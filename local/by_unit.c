/* SPDX-License-Identifier: ISC */
#include "local/by_unit.h"

#include <errno.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

#include "agent/base/deadline.h"
#include "local/journal.h"
#include "local/place.h"
#include "local/state.h"
#include "local/systemd_unit.h"

enum {
	/* TimeoutStopSec in the unit, and then it is killed. */
	STOP_MS = 100000,
	/* A first attempt is over by then: TIMEOUT_MAX for each of two logins, and the
	   rest. */
	FIRST_MS = 3 * TIMEOUT_MAX * 1000,
};

/* 0: none lives. */
static pid_t supervisor_of(const char *name)
{
	static struct journal journal;
	struct state state;
	struct error err;
	pid_t pid = 0;

	if (state_open(name, false, &state, &err) == 0 &&
	    journal_read(state.dir, &journal, &err) == 0 &&
	    journal_supervisor_lives(&journal))
		pid = journal_find(&journal, JOURNAL_SUPERVISOR)->pid;
	state_close(&state);
	return pid;
}

bool by_unit_keeps(const char *name)
{
	/* A user's own unit is another service manager's. */
	const pid_t pid = sd_booted() > 0 && !place()->own ? supervisor_of(name) : 0;
	struct unit_state unit;
	struct error err;

	return pid != 0 && unit_look(name, &unit, &err) == 0 && unit.main_pid == pid;
}

/* The unit's process has said why in the log; its exit status is one of ours. */
static enum exit_code tell_failed(const char *name, const struct error *why)
{
	struct unit_state unit;
	struct error err;
	enum exit_code code = EXIT_SYSTEM;

	if (unit_look(name, &unit, &err) == 0 && unit.exit_status >= EXIT_USAGE &&
	    unit.exit_status <= EXIT_POLICY)
		code = (enum exit_code)unit.exit_status;
	return command_fail(code, "%s is not up: %s; `vpn-connect logs %s` says why", name,
			    why->text, name);
}

/* Runs the job, and waits for what comes of it. */
static enum exit_code bring_up(const char *name, enum unit_job job,
			       const struct command_options *options)
{
	struct command_options rest = *options;
	const int64_t begin = monotonic_ms();
	const int wait =
	    options->wait_ms == OPTION_WAIT_FIRST ? FIRST_MS : options->wait_ms;
	struct error err;

	if (unit_run(name, job, wait == 0 ? 0 : begin + wait, &err) != 0) {
		if (err.sys == ETIMEDOUT)
			return command_fail(EXIT_NOT_UP, "%s is not up yet", name);
		return err.sys == 0 ? tell_failed(name, &err)
				    : command_fail(EXIT_SYSTEM, "%s: %s", name, err.text);
	}
	if (wait == 0)
		return EXIT_DONE;
	if (options->wait_ms != OPTION_WAIT_FIRST) {
		const int64_t left = begin + wait - monotonic_ms();

		/* 0 would not ask whether it is up. */
		rest.wait_ms = left > 1 ? (int)left : 1;
	}
	return command_await(name, &rest);
}

enum exit_code by_unit_up(const char *name, const struct command_options *options)
{
	static struct profile profile;
	const enum exit_code code = command_load_profile(name, &profile);

	if (code != EXIT_DONE)
		return code;
	return supervisor_of(name) != 0 ? command_join(name, options)
					: bring_up(name, UNIT_START, options);
}

enum exit_code by_unit_enable(const char *name, const struct command_options *options)
{
	struct error err;

	return unit_enable(name, &err) == 0
		   ? by_unit_up(name, options)
		   : command_fail(EXIT_SYSTEM, "%s: %s", name, err.text);
}

enum exit_code by_unit_down(const char *name, const struct command_options *options)
{
	struct command_options rest = *options;
	struct unit_state unit;
	struct error err;
	enum exit_code code;

	if (unit_look(name, &unit, &err) != 0)
		return command_fail(EXIT_SYSTEM, "%s: %s", name, err.text);
	if (!unit.active)
		return command_down(name, options);
	if (unit_run(name, UNIT_STOP, monotonic_ms() + STOP_MS, &err) != 0)
		return command_fail(EXIT_SYSTEM, "%s is not down: %s", name, err.text);
	/* What it could not undo, as one that had to be killed. */
	rest.quiet = true;
	code = command_down(name, &rest);
	if (code == EXIT_DONE && !options->quiet)
		printf("%s is down\n", name);
	return code;
}

enum exit_code by_unit_again(const char *name, const struct command_options *options)
{
	return bring_up(name, UNIT_RESTART, options);
}

enum exit_code by_unit_restart(const char *name, const struct command_options *options)
{
	return command_restart_by(name, options, by_unit_down, by_unit_up);
}
