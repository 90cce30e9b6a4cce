/* SPDX-License-Identifier: ISC */
/* vpn-connect up: checks, then a supervisor, in the background or as this process. */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "local/command.h"
#include "local/ppp_program.h"
#include "local/supervise.h"
#include "local/tunnel.h"
#include "local/undo.h"
#include "local/place.h"

/* For a supervisor to begin; and for one that has reported its failure to end. */
enum { PARENT_WAIT_MS = 10000 };

struct upward {
	struct profile *profile;
	struct report *report;
	struct state *state;
	const struct command_options *options;
};

enum exit_code command_load_profile(const char *name, struct profile *profile)
{
	char text[ERROR_FILE_MAX + ERROR_WHERE_MAX + ERROR_TEXT_MAX];
	struct error err;

	if (place_load_profile(name, profile, &err) == 0)
		return EXIT_DONE;
	if (err.sys == ENOENT && command_check_profile(name) != EXIT_DONE)
		return EXIT_POLICY;
	error_print(&err, text, sizeof text);
	return command_fail(error_exit_code(&err), "%s", text);
}

/* EXIT_BUSY, of which nothing has been said: another run has the lock. */
static enum exit_code take_state(const char *name, struct state *state)
{
	struct error err;

	if (state_acquire(name, state, &err) == 0)
		return EXIT_DONE;
	return err.sys == EWOULDBLOCK ? EXIT_BUSY
				      : command_fail(EXIT_SYSTEM, "%s", err.text);
}

static enum exit_code explain_busy(const char *name, const struct command_options *options)
{
	if (!options->once && !options->foreground)
		return command_join(name, options);
	return command_fail(EXIT_BUSY, "%s is up already, or coming up or going down",
			    name);
}

static bool has_left(const struct journal *journal)
{
	for (size_t i = 0; i < journal->count; i++)
		if (!journal_kind_is_held(journal->entries[i].kind) &&
		    undo_describe(journal->entries[i].kind) != NULL)
			return true;
	return false;
}

/* What a supervisor that died left behind. What it held back stays so, and in the journal,
 * where the next one finds it. */
static enum exit_code recover(const struct state *state, const struct report *report)
{
	static struct journal journal;
	struct error err;
	bool held;

	if (journal_read(state->dir, &journal, &err) != 0)
		return err.sys == ENOENT ? EXIT_DONE
					 : command_fail(EXIT_SYSTEM, "%s/journal: %s",
							state->path, err.text);
	if (has_left(&journal))
		report_progress(report, "undoing what a run that died has left");
	held = journal_is_current(&journal) && journal_holds(&journal);
	if (undo_attempt(&journal, state, report, &err) != 0 ||
	    (!held && journal_remove(state->dir, &err) != 0))
		return command_fail(
		    EXIT_SYSTEM, "cannot undo what a run that died has left: %s", err.text);
	return EXIT_DONE;
}

/* The child: it leaves the terminal; its working directory is / already. */
__attribute__((noreturn)) static void run_supervisor(struct upward *up)
{
	enum exit_code code;

	if (setsid() < 0 || descriptors_standard(-1, -1, -1) != 0)
		_exit(EXIT_SYSTEM);
	/* Root's session keyring lives as long as somebody is in it. A kernel that denies
	 * this leaves us there: children are held to it (process_spawn()). */
	(void)syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	openlog("vpn-connect", LOG_PID, LOG_DAEMON);
	code = supervise(up->profile, up->options->once, up->report, up->state);
	state_close(up->state);
	_exit(code);
}

enum heard { HEARD_MESSAGE, HEARD_NOTHING, HEARD_END };

/* The next message, until the deadline. Signals are passed on to the supervisor. */
static enum heard next_message(int messages, int signals, pid_t supervisor,
			       int64_t deadline, struct report_message *message)
{
	struct pollfd fds[] = {{.fd = messages, .events = POLLIN},
			       {.fd = signals, .events = POLLIN}};
	int taken;

	for (;;) {
		const int64_t left = deadline - monotonic_ms();

		if (deadline >= 0 && left <= 0)
			return HEARD_NOTHING;
		if (poll(fds, 2, deadline < 0 ? -1 : (int)left) < 0 && errno != EINTR)
			return HEARD_END;
		taken = fds[1].revents != 0 ? tunnel_take_signal(signals) : 0;
		/* SIGUSR1 was meant for the supervisor, and has another meaning. */
		if (taken != 0)
			kill(supervisor, taken == SIGUSR1 ? SIGUSR1 : SIGTERM);
		if (fds[0].revents == 0)
			continue;
		if (descriptors_read(messages, message, sizeof *message) != sizeof *message)
			return HEARD_END;
		message->text[sizeof message->text - 1] = '\0';
		return HEARD_MESSAGE;
	}
}

/* It is not up yet; the supervisor goes on without us. */
static enum exit_code leave(const struct upward *up, const struct report_message *last)
{
	command_fail(last->code, "%s", last->text);
	if (!up->report->quiet && !up->options->once)
		fprintf(stderr,
			"%s: trying again in the background: `vpn-connect status %s` says "
			"how it stands, `vpn-connect down %s` ends it\n",
			up->report->name, up->report->name, up->report->name);
	return last->code;
}

static void tell_step(const struct upward *up, const struct report_message *message)
{
	if (!up->report->quiet)
		printf("%s: %s\n", up->report->name, message->text);
	fflush(stdout);
}

/* What the supervisor said at last. */
static enum exit_code conclude(const struct upward *up, struct process *supervisor,
			       const struct report_message *message)
{
	if (message->code != EXIT_DONE) {
		process_wait(supervisor, monotonic_ms() + PARENT_WAIT_MS);
		return command_fail(message->code, "%s", message->text);
	}
	if (!up->report->quiet)
		puts(message->text);
	return EXIT_DONE;
}

static enum exit_code follow(const struct upward *up, int messages, int signals,
			     struct process *supervisor)
{
	const int wait = up->options->wait_ms;
	const int64_t deadline = wait == OPTION_WAIT_FIRST
				     ? -1
				     : monotonic_ms() + (wait == 0 ? PARENT_WAIT_MS : wait);
	static struct report_message message, last;
	char how[PROCESS_TEXT_MAX];
	enum heard heard;

	last = (struct report_message){.code = EXIT_NOT_UP};
	snprintf(last.text, sizeof last.text, "%s is not up yet", up->report->name);
	while ((heard = next_message(messages, signals, supervisor->pid, deadline,
				     &message)) == HEARD_MESSAGE) {
		if (message.kind == REPORT_FINAL)
			return conclude(up, supervisor, &message);
		/* Whatever it says, it is at work: `down` finds it. */
		if (wait == 0)
			return EXIT_DONE;
		if (message.kind == REPORT_RETRY) {
			last = message;
			if (wait == OPTION_WAIT_FIRST)
				return leave(up, &last);
		}
		tell_step(up, &message);
	}
	if (heard == HEARD_NOTHING)
		return wait == 0 ? EXIT_DONE : leave(up, &last);
	process_wait(supervisor, monotonic_ms() + PARENT_WAIT_MS);
	return command_fail(EXIT_INTERNAL,
			    "%s: the supervisor ended without a message (%s): `vpn-connect "
			    "down %s` undoes what it left",
			    up->report->name, process_print(supervisor, how),
			    up->report->name);
}

/* The caller is told that this failed, so the supervisor must not bring the link up. */
static void give_up(pid_t supervisor)
{
	kill(supervisor, SIGTERM);
	while (waitpid(supervisor, NULL, 0) < 0 && errno == EINTR)
		;
}

static enum exit_code up_in_background(struct upward *up)
{
	struct process supervisor = PROCESS_NONE;
	struct error err;
	int pipes[2], signals;
	enum exit_code code;

	signals = tunnel_open_signals();
	if (signals < 0 || pipe2(pipes, O_CLOEXEC) != 0)
		return command_fail(EXIT_SYSTEM, "%s", strerrordesc_np(errno));
	fflush(stdout);
	supervisor.pid = fork();
	if (supervisor.pid == 0) {
		close(pipes[0]);
		close(signals);
		up->report->parent = pipes[1];
		run_supervisor(up);
	}
	close(pipes[1]);
	/* The lock is the supervisor's now; it is free when the last copy is closed. */
	state_close(up->state);
	if (supervisor.pid < 0)
		code = command_fail(EXIT_SYSTEM, "cannot start a process: %s",
				    strerrordesc_np(errno));
	else if (process_adopt(&supervisor, &err) != 0) {
		give_up(supervisor.pid);
		code = command_fail(EXIT_SYSTEM, "%s", err.text);
	} else
		code = follow(up, pipes[0], signals, &supervisor);
	close(pipes[0]);
	close(signals);
	process_close(&supervisor);
	return code;
}

enum exit_code command_up(const char *name, const struct command_options *options)
{
	static struct profile profile;
	struct report report = {
	    .name = name,
	    .foreground = true,
	    .quiet = options->quiet,
	    .verbose = options->verbose,
	    .parent = -1,
	};
	struct failure failure;
	struct state state;
	struct upward up = {&profile, &report, &state, options};
	enum ppp_engine engine;
	enum exit_code code;

	code = command_load_profile(name, &profile);
	if (code != EXIT_DONE)
		return code;
	if (options->dry_run)
		return command_rehearse(&profile, options);
	/* Before anything is made or asked for: without PPP here, nothing else matters.
	 * Where ppptun will do, no module is loaded for a pppd that may not be launched. */
	if (ppp_settled(&profile, false) == PPP_PPPD &&
	    ppp_choose(&profile, false, &engine, &failure) != 0)
		return command_fail(failure.code, "%s is not up: %s", name, failure.text);
	umask(022);
	code = take_state(name, &state);
	if (code != EXIT_DONE)
		return code == EXIT_BUSY ? explain_busy(name, options) : code;
	code = recover(&state, &report);
	if (code == EXIT_DONE && !options->foreground) {
		report.foreground = false;
		return up_in_background(&up);
	}
	if (code == EXIT_DONE)
		code = supervise(&profile, options->once, &report, &state);
	state_close(&state);
	return code;
}
