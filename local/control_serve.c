/* SPDX-License-Identifier: ISC */
/*
 * vpn-connect serve: one connection of the control socket. Who asks is what the kernel
 * says; the request is checked field by field; then the command runs in a child whose
 * output goes to the client.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "local/by_unit.h"
#include "local/control_authority.h"
#include "local/control_reply.h"
#include "policy/language/escape.h"
#include "policy/language/paths.h"

enum {
	/* For the request, which a client sends at once. */
	REQUEST_MS = 5000,
	START_MS = 10000,
	/* Of a command that only looks; of one that changes something, beside --wait: three
	 * times the longest Timeout. */
	LOOK_MAX_MS = 60000,
	CHANGE_MAX_MS = 4 * TIMEOUT_MAX * 1000,
	/* Connections of one user at a time. */
	USER_SLOTS = 8,
	/* An escaped user's name. */
	SHOWN_USER_MAX = 4 * CONTROL_USER_MAX + 3,
};

struct control_task {
	struct control_user user;
	struct control_request request;
	struct command_options options;
};

/* Standard input, if it is what systemd or inetd gives; then the three are /dev/null. */
static int take_socket(struct control_reply *reply, struct error *err)
{
	int domain = 0, type = 0;
	socklen_t len = sizeof domain;

	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0 ||
	    getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &len) != 0 ||
	    domain != AF_UNIX || type != SOCK_STREAM)
		return error_set(err,
				 "standard input is not a connection of %s: systemd "
				 "starts this command",
				 PATH_CONTROL);
	reply->socket = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (reply->socket < 0 || descriptors_standard(-1, -1, -1) != 0 ||
	    fcntl(reply->socket, F_SETFL, O_RDWR | O_NONBLOCK) != 0)
		return error_sys(err, errno, "cannot take the connection");
	return 0;
}

/*
 * A byte of the lock file for each connection of a user, which is free again when this
 * process ends, however it does. The descriptor stays open. False: all are taken.
 */
static bool take_slot(uid_t uid)
{
	const int fd =
	    open(PATH_CONTROL_LOCKS, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return false;
	for (off_t i = 0; i < USER_SLOTS; i++) {
		struct flock lock = {.l_type = F_WRLCK,
				     .l_whence = SEEK_SET,
				     .l_start = (off_t)uid * USER_SLOTS + i,
				     .l_len = 1};

		/* Of this process: the command's child does not hold it. */
		if (fcntl(fd, F_SETLK, &lock) == 0)
			return true;
	}
	close(fd);
	return false;
}

static enum exit_code run_asked(const struct control_task *asked)
{
	const char *name = asked->request.name[0] != '\0' ? asked->request.name : NULL;
	const struct command_options *options = &asked->options;
	const bool units = sd_booted() > 0;

	switch ((enum control_verb)asked->request.verb) {
	case CONTROL_STATUS:
		return command_status(name, options);
	case CONTROL_LIST:
		return command_list(name, options);
	case CONTROL_LOGS:
		return command_logs(name, options);
	case CONTROL_UP:
		return units ? by_unit_up(name, options) : command_up(name, options);
	case CONTROL_DOWN:
		return units ? by_unit_down(name, options) : command_down(name, options);
	case CONTROL_RESTART:
		return units ? by_unit_restart(name, options)
			     : command_restart(name, options);
	case CONTROL_RELOAD:
		return command_reload(name, options);
	case CONTROL_VERBS:
		break;
	}
	return EXIT_INTERNAL;
}

/* The child: the three descriptors are all that it has. */
static void execute_asked(const void *arg, struct error *err)
{
	enum exit_code code;

	(void)err;
	if (descriptors_close(STDERR_FILENO + 1, UINT_MAX) != 0)
		_exit(EXIT_SYSTEM);
	/* As main() does for the supervisor that it may become. */
	signal(SIGXFSZ, SIG_IGN);
	code = run_asked(arg);
	fflush(stdout);
	_exit(code);
}

static int64_t deadline_of(const struct control_task *asked)
{
	const bool changes = control_verb_changes((enum control_verb)asked->request.verb);
	const int wait = asked->options.wait_ms > 0 ? asked->options.wait_ms : 0;

	if (asked->options.follow || asked->options.watch)
		return -1;
	return monotonic_ms() + (changes ? (int64_t)CHANGE_MAX_MS + wait : LOOK_MAX_MS);
}

/* Runs it with two pipes to us. */
static void answer(struct control_reply *reply, const struct control_task *asked)
{
	int out[2] = {-1, -1}, err[2] = {-1, -1};
	struct process command = PROCESS_NONE;
	struct error why;

	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
		control_reply_end(reply, EXIT_SYSTEM, "cannot make a pipe");
		return;
	}
	const struct spawn spawn = {.in = -1,
				    .out = out[1],
				    .err = err[1],
				    .session = true,
				    .execute = execute_asked,
				    .arg = asked};
	const int spawned = process_spawn(&spawn, &command, &why);

	close(out[1]);
	close(err[1]);
	if (spawned != 0 || process_release(&command, monotonic_ms() + START_MS, &why) != 0)
		control_reply_end(reply, EXIT_SYSTEM, why.text);
	else if (!control_reply_relay(
		     reply, &command, out[0], err[0],
		     control_verb_changes((enum control_verb)asked->request.verb),
		     deadline_of(asked)))
		control_reply_end(reply, EXIT_SYSTEM,
				  "it took too long, and was ended: see the log");
	else if (process_exit_status(&command) < 0)
		control_reply_end(reply, EXIT_INTERNAL, "it was killed: see the log");
	else
		control_reply_end(reply, (enum exit_code)process_exit_status(&command),
				  NULL);
	process_close(&command);
}

/* Each refusal says the same, whether there is such a profile or not. */
static void refuse_asked(struct control_reply *reply, const struct control_request *request)
{
	const bool changes = control_verb_changes((enum control_verb)request->verb);

	control_reply_end(reply, EXIT_DENIED,
			  changes ? "you may not do that: root may, and who is in Users of "
				    "the profile"
				  : "you may not see that: root may, the members of the "
				    "group " CONTROL_GROUP
				    ", and, of one profile, who is in its Users");
}

static void log_asked(const struct control_user *user,
		      const struct control_request *request, bool may)
{
	char shown[SHOWN_USER_MAX];
	const enum control_verb verb = (enum control_verb)request->verb;

	escape_quoted(user->name, strlen(user->name), shown, sizeof shown);
	/* A shell that completes the names of profiles asks for a list as well. */
	if (!may)
		syslog(verb == CONTROL_LIST ? LOG_INFO : LOG_WARNING,
		       "%s%suser %u (%s) was refused %s", request->name,
		       request->name[0] != '\0' ? ": " : "", (unsigned)user->uid, shown,
		       control_verb_name(verb));
	else if (control_verb_changes(verb))
		syslog(LOG_NOTICE, "%s: user %u (%s) asked for %s", request->name,
		       (unsigned)user->uid, shown, control_verb_name(verb));
}

static enum exit_code serve(struct control_reply *reply)
{
	static struct control_task asked;
	struct control_user *const user = &asked.user;
	struct error err;
	bool may;

	if (control_user_of(reply->socket, user, &err) != 0) {
		syslog(LOG_WARNING, "a user was refused: %s", err.text);
		control_reply_end(reply, EXIT_DENIED, err.text);
		return EXIT_DENIED;
	}
	if (!take_slot(user->uid)) {
		control_reply_end(reply, EXIT_BUSY,
				  "too many connections of yours at a time: try again");
		return EXIT_BUSY;
	}
	if (deadline_read(reply->socket, &asked.request, sizeof asked.request,
			  monotonic_ms() + REQUEST_MS) != sizeof asked.request ||
	    !control_request_is_sane(&asked.request)) {
		syslog(LOG_WARNING, "user %u was refused: not a request",
		       (unsigned)user->uid);
		control_reply_end(reply, EXIT_BAD_REQUEST, "that is not a request");
		return EXIT_BAD_REQUEST;
	}
	control_request_options(&asked.request, &asked.options);
	asked.options.shows = control_user_sees;
	asked.options.user = user;
	may = control_user_may(user, &asked.request);
	log_asked(user, &asked.request, may);
	if (may)
		answer(reply, &asked);
	else
		refuse_asked(reply, &asked.request);
	return EXIT_DONE;
}

enum exit_code command_serve(const char *name, const struct command_options *options)
{
	struct control_reply reply = {.socket = -1};
	struct error err;

	(void)name;
	(void)options;
	if (take_socket(&reply, &err) != 0)
		return command_fail(EXIT_USAGE, "%s", err.text);
	openlog("vpn-connect", LOG_PID, LOG_DAEMON);
	/* What went wrong was told to the client: the unit has not failed by it. */
	(void)serve(&reply);
	close(reply.socket);
	return EXIT_DONE;
}
