/* SPDX-License-Identifier: ISC */
/* vpn-connect up: checks, then a supervisor, in the background or as this process. */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "local/command.h"
#include "local/ppp_program.h"
#include "local/tunnel.h"
#include "local/undo.h"
#include "policy/language/paths.h"

/* For a supervisor that has reported its failure to end. */
enum { PARENT_WAIT_MS = 10000 };

static enum exit_code load_profile(const char *name, struct profile *profile)
{
	char text[ERROR_FILE_MAX + ERROR_WHERE_MAX + ERROR_TEXT_MAX];
	struct error err;

	if (profile_load(PATH_PROFILES_DIR, name, TRUST_ROOT, profile, &err) == 0)
		return EXIT_DONE;
	if (err.sys == ENOENT && command_check_profile(name) != EXIT_DONE)
		return EXIT_POLICY;
	error_print(&err, text, sizeof text);
	return command_fail(error_exit_code(&err), "%s", text);
}

static enum exit_code take_state(const char *name, struct state *state)
{
	struct error err;

	if (state_acquire(name, state, &err) == 0)
		return EXIT_DONE;
	if (err.sys == EWOULDBLOCK)
		return command_fail(EXIT_BUSY,
				    "%s is up already, or coming up or going down", name);
	return command_fail(EXIT_SYSTEM, "%s", err.text);
}

/* What a supervisor that died left behind. */
static enum exit_code recover(const struct state *state, const struct report *report)
{
	static struct journal journal;
	struct error err;

	if (journal_read(state->dir, &journal, &err) != 0)
		return err.sys == ENOENT ? EXIT_DONE
					 : command_fail(EXIT_SYSTEM, "%s/journal: %s",
							state->path, err.text);
	report_progress(report, "undoing what a run that died has left");
	if (undo_all(&journal, state, report, &err) != 0)
		return command_fail(
		    EXIT_SYSTEM, "cannot undo what a run that died has left: %s", err.text);
	return EXIT_DONE;
}

/* The child: it leaves the terminal; its working directory is / already. */
__attribute__((noreturn)) static void
run_supervisor(const struct profile *profile, struct report *report, struct state *state)
{
	enum exit_code code;

	if (setsid() < 0 || descriptors_standard(-1, -1, -1) != 0)
		_exit(EXIT_SYSTEM);
	/* Root's session keyring lives as long as somebody is in it. A kernel that denies
	 * this leaves us there: children are held to it (process_spawn()). */
	(void)syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	openlog("vpn-connect", LOG_PID, LOG_DAEMON);
	code = supervise(profile, report, state);
	state_close(state);
	_exit(code);
}

/* The next message; false when the supervisor is gone. Signals are passed on to it. */
static bool next_message(int messages, int signals, pid_t supervisor,
			 struct report_message *message)
{
	struct pollfd fds[] = {{.fd = messages, .events = POLLIN},
			       {.fd = signals, .events = POLLIN}};
	struct signalfd_siginfo info;

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return false;
		if (fds[1].revents != 0 && read(signals, &info, sizeof info) == sizeof info)
			kill(supervisor, SIGTERM);
		if (fds[0].revents != 0)
			return descriptors_read(messages, message, sizeof *message) ==
			       sizeof *message;
	}
}

static enum exit_code follow(int messages, int signals, struct process *supervisor,
			     const struct report *report)
{
	struct report_message message;
	char how[PROCESS_TEXT_MAX];

	while (next_message(messages, signals, supervisor->pid, &message)) {
		message.text[sizeof message.text - 1] = '\0';
		if (!message.final) {
			if (!report->quiet)
				printf("%s: %s\n", report->name, message.text);
			fflush(stdout);
			continue;
		}
		if (message.code != EXIT_DONE) {
			process_wait(supervisor, monotonic_ms() + PARENT_WAIT_MS);
			return command_fail(message.code, "%s", message.text);
		}
		if (!report->quiet)
			puts(message.text);
		return EXIT_DONE;
	}
	process_wait(supervisor, monotonic_ms() + PARENT_WAIT_MS);
	return command_fail(EXIT_INTERNAL,
			    "%s: the supervisor ended without a message (%s): `vpn-connect "
			    "down %s` undoes what it left",
			    report->name, process_print(supervisor, how), report->name);
}

/* The caller is told that this failed, so the supervisor must not bring the link up. */
static void give_up(pid_t supervisor)
{
	kill(supervisor, SIGTERM);
	while (waitpid(supervisor, NULL, 0) < 0 && errno == EINTR)
		;
}

static enum exit_code up_in_background(const struct profile *profile, struct report *report,
				       struct state *state)
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
		report->parent = pipes[1];
		run_supervisor(profile, report, state);
	}
	close(pipes[1]);
	/* The lock is the supervisor's now; it is free when the last copy is closed. */
	state_close(state);
	if (supervisor.pid < 0)
		code = command_fail(EXIT_SYSTEM, "cannot start a process: %s",
				    strerrordesc_np(errno));
	else if (process_adopt(&supervisor, &err) != 0) {
		give_up(supervisor.pid);
		code = command_fail(EXIT_SYSTEM, "%s", err.text);
	} else
		code = follow(pipes[0], signals, &supervisor, report);
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
	enum ppp_engine engine;
	enum exit_code code;

	code = load_profile(name, &profile);
	if (code != EXIT_DONE)
		return code;
	/* Before anything is made or asked for: without PPP here, nothing else matters.
	 * Where ppptun will do, no module is loaded for a pppd that may not be launched. */
	if (ppp_settled(&profile, false) == PPP_PPPD &&
	    ppp_choose(&profile, false, &engine, &failure) != 0)
		return command_fail(failure.code, "%s is not up: %s", name, failure.text);
	umask(022);
	code = take_state(name, &state);
	if (code != EXIT_DONE)
		return code;
	code = recover(&state, &report);
	if (code == EXIT_DONE && !options->foreground) {
		report.foreground = false;
		return up_in_background(&profile, &report, &state);
	}
	if (code == EXIT_DONE)
		code = supervise(&profile, &report, &state);
	state_close(&state);
	return code;
}
