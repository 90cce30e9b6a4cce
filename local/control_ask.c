/* SPDX-License-Identifier: ISC */
/* vpn-connect run by an ordinary user: asks root's, through the control socket. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "local/command.h"
#include "local/control_request.h"
#include "policy/language/paths.h"

/* -1: nobody listens. */
static int connect_control(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = PATH_CONTROL};
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* How an answer is taken. */
struct listening {
	int fd;
	/* what went wrong is left out */
	bool quiet;
	/* waits for what becomes of it, whoever reads */
	bool changes;
};

/* -1: nobody reads it any more, or this is not what root's vpn-connect sends. */
static int take_piece(const struct listening *listening, int *exit_code)
{
	char bytes[CONTROL_PIECE_MAX];
	struct control_header header;

	if (descriptors_read(listening->fd, &header, sizeof header) != sizeof header ||
	    header.len == 0 || header.len > sizeof bytes ||
	    descriptors_read(listening->fd, bytes, header.len) != header.len)
		return -1;
	if (header.piece == CONTROL_EXIT && header.len == 1) {
		*exit_code = (unsigned char)bytes[0];
		return 0;
	}
	if (header.piece != CONTROL_OUT && header.piece != CONTROL_ERR)
		return -1;
	if ((listening->quiet && header.piece == CONTROL_ERR) ||
	    descriptors_write(header.piece == CONTROL_OUT ? STDOUT_FILENO : STDERR_FILENO,
			      bytes, header.len) == 0)
		return 0;
	return listening->changes ? 0 : -1;
}

/* The answer's exit status, or -1. */
static int relay(int fd, const struct control_request *request, bool quiet)
{
	const struct listening listening = {
	    .fd = fd,
	    .quiet = quiet,
	    .changes = control_verb_changes((enum control_verb)request->verb)};
	int code = -1;

	/* If it has been refused already, the answer says why. */
	(void)send(fd, request, sizeof *request, MSG_NOSIGNAL);
	while (code < 0 && take_piece(&listening, &code) == 0)
		;
	close(fd);
	return code;
}

void command_ask_more(const char *command, const struct command_options *options)
{
	struct control_request request;
	struct error err;
	int fd;

	if (control_request_make(control_verb_find(command), NULL, options, &request,
				 &err) != 0)
		return;
	fflush(stdout);
	fd = connect_control();
	if (fd >= 0)
		(void)relay(fd, &request, true);
}

enum exit_code command_ask(const char *command, const char *name,
			   const struct command_options *options)
{
	const enum control_verb verb = control_verb_find(command);
	struct control_request request;
	struct error err;
	int fd, code;

	if (verb == CONTROL_VERBS)
		return command_fail(EXIT_DENIED, "only root may do that: try sudo or doas");
	if (control_request_make(verb, name, options, &request, &err) != 0)
		return command_fail(EXIT_DENIED, "%s: try sudo or doas", err.text);
	fd = connect_control();
	if (fd < 0)
		return command_fail(EXIT_DENIED,
				    "only root may do that: try sudo or doas. For other "
				    "users root has to open %s: systemctl enable --now "
				    "vpn-connect-control.socket",
				    PATH_CONTROL);
	code = relay(fd, &request, false);
	return code >= 0 ? (enum exit_code)code
			 : command_fail(EXIT_BUSY,
					"root's vpn-connect ended the connection: too many "
					"users may be asking. Try again");
}
