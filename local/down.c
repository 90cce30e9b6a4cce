/* SPDX-License-Identifier: ISC */
/* vpn-connect down: tells the supervisor, waits for it, and undoes what it could not. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include "local/command.h"
#include "local/journal.h"
#include "local/process.h"
#include "local/reporting.h"
#include "local/state.h"
#include "local/undo.h"

enum {
	/* More than a supervisor needs to end three children that resist, and Down. */
	DOWN_DEADLINE_MS = 90000,
};

static void say(const struct command_options *options, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void say(const struct command_options *options, const char *fmt, ...)
{
	va_list args;

	if (options->quiet)
		return;
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

/* Its lock is held, so there is one. Returns when it is gone. */
static enum exit_code end_supervisor(const char *name, const struct state *state,
				     int signal)
{
	static struct journal journal;
	struct process supervisor;
	struct error err;
	bool ended;

	if (journal_read(state->dir, &journal, &err) != 0)
		return err.sys == ENOENT
			   ? command_fail(EXIT_BUSY, "%s is just starting: try again", name)
			   : command_fail(EXIT_SYSTEM, "%s/journal: %s", state->path,
					  err.text);
	if (journal_open_supervisor(&journal, &supervisor, &err) != 0)
		return err.sys == ESRCH ? EXIT_DONE
					: command_fail(EXIT_SYSTEM, "%s", err.text);
	(void)process_signal(&supervisor, signal);
	ended = process_wait(&supervisor, monotonic_ms() + DOWN_DEADLINE_MS);
	process_close(&supervisor);
	if (!ended)
		return command_fail(EXIT_SYSTEM,
				    "%s: the supervisor, process %d, has not ended: try "
				    "again, or end it by hand",
				    name,
				    (int)journal_find(&journal, JOURNAL_SUPERVISOR)->pid);
	return EXIT_DONE;
}

/* The lock is held and there is no supervisor: undo whatever is left. */
static enum exit_code clean_up(const char *name, struct state *state, bool was_up,
			       const struct command_options *options)
{
	const struct report report = {.name = name,
				      .foreground = true,
				      .quiet = options->quiet,
				      .verbose = options->verbose,
				      .parent = -1};
	static struct journal journal;
	struct error err;

	if (journal_read(state->dir, &journal, &err) != 0) {
		if (err.sys != ENOENT)
			return command_fail(EXIT_SYSTEM, "%s/journal: %s", state->path,
					    err.text);
		say(options, was_up ? "%s is down" : "%s was not up", name);
		state_remove(state);
		return EXIT_DONE;
	}
	if (undo_all(&journal, state, &report, &err) != 0 ||
	    journal_remove(state->dir, &err) != 0)
		return command_fail(EXIT_LEFT, "%s is not completely down: %s", name,
				    err.text);
	say(options, "%s is down: what a run that died had left was undone", name);
	state_remove(state);
	return EXIT_DONE;
}

/* Explains why the lock could not be taken. It is not a failure if another run has finished
 * the work.
 */
static enum exit_code explain_no_lock(const char *name, const struct error *err,
				      const struct command_options *options)
{
	switch (err->sys) {
	case ENOENT:
	case ESTALE:
		/* Nothing was left, so the directory was removed. */
		say(options, "%s is down", name);
		return EXIT_DONE;
	case EWOULDBLOCK:
		return command_fail(
		    EXIT_BUSY, "%s: another vpn-connect is at work on it: try again", name);
	default:
		return command_fail(EXIT_SYSTEM, "%s", err->text);
	}
}

enum exit_code command_down(const char *name, const struct command_options *options)
{
	struct error err;
	struct state state;
	enum exit_code code;
	bool was_up = false;

	if (state_open(name, false, &state, &err) != 0) {
		state_close(&state);
		if (err.sys != ENOENT)
			return command_fail(EXIT_SYSTEM, "%s", err.text);
		code = command_check_profile(name);
		if (code == EXIT_DONE)
			say(options, "%s was not up", name);
		return code;
	}
	if (state_lock(&state, &err) != 0 && err.sys == EWOULDBLOCK) {
		was_up = true;
		code = end_supervisor(name, &state, options->keep_held ? SIGUSR2 : SIGTERM);
		state_close(&state);
		if (code != EXIT_DONE)
			return code;
		if (state_open(name, false, &state, &err) == 0)
			state_lock(&state, &err);
	}
	/* up undoes what is left, but for what is held back. */
	if (state.lock < 0)
		code = explain_no_lock(name, &err, options);
	else if (options->keep_held)
		code = EXIT_DONE;
	else
		code = clean_up(name, &state, was_up, options);
	state_close(&state);
	return code;
}
