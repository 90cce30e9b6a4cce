/* SPDX-License-Identifier: ISC */
#include "local/control_reply.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/deadline.h"

enum {
	/* For a client to take one piece. */
	TAKE_MS = 10000,
	/* For a command that is told to end. */
	END_MS = 2000,
	/* How often a command is looked at that has closed its output. */
	LOOK_MS = 1000,
};

static bool await_room(int socket, int64_t deadline)
{
	struct pollfd fd = {.fd = socket, .events = POLLOUT};
	const int64_t left = deadline - monotonic_ms();

	return left > 0 && (poll(&fd, 1, (int)left) > 0 || errno == EINTR) &&
	       (fd.revents & (POLLERR | POLLHUP)) == 0;
}

/* Of a socket that never blocks: all of it, or the client is gone. */
static void send_all(struct control_reply *reply, const void *bytes, size_t len,
		     int64_t deadline)
{
	const char *at = bytes;

	while (len > 0 && !reply->gone) {
		const ssize_t sent = send(reply->socket, at, len, MSG_NOSIGNAL);

		if (sent > 0) {
			at += sent;
			len -= (size_t)sent;
		} else if (errno != EINTR &&
			   (errno != EAGAIN || !await_room(reply->socket, deadline))) {
			reply->gone = true;
		}
	}
}

void control_reply_send(struct control_reply *reply, enum control_piece piece,
			const void *bytes, uint16_t len)
{
	const struct control_header header = {.piece = (uint16_t)piece, .len = len};
	const int64_t deadline = monotonic_ms() + TAKE_MS;

	send_all(reply, &header, sizeof header, deadline);
	send_all(reply, bytes, len, deadline);
}

void control_reply_end(struct control_reply *reply, enum exit_code code, const char *text)
{
	char line[ERROR_TEXT_MAX + 32];
	const unsigned char last = (unsigned char)code;

	if (text != NULL) {
		snprintf(line, sizeof line, "vpn-connect: %s\n", text);
		control_reply_send(reply, CONTROL_ERR, line, (uint16_t)strlen(line));
	}
	control_reply_send(reply, CONTROL_EXIT, &last, sizeof last);
}

/* One look at a stream of the command's; at its end *fd is -1. */
static void pass_on(struct control_reply *reply, enum control_piece piece, int *fd)
{
	char bytes[CONTROL_PIECE_MAX];
	const ssize_t len = read(*fd, bytes, sizeof bytes);

	if (len > 0)
		control_reply_send(reply, piece, bytes, (uint16_t)len);
	else if (len == 0 || errno != EINTR)
		*fd = -1;
}

static int time_left(int64_t deadline)
{
	const int64_t left = deadline - monotonic_ms();

	if (deadline < 0)
		return -1;
	return left < 0 ? 0 : left > LOOK_MS ? LOOK_MS : (int)left;
}

bool control_reply_relay(struct control_reply *reply, struct process *command, int out,
			 int err, bool keep, int64_t deadline)
{
	while (out >= 0 || err >= 0) {
		/* Of the client nothing more is wanted but its end. */
		struct pollfd fds[] = {{.fd = out, .events = POLLIN},
				       {.fd = err, .events = POLLIN},
				       {.fd = reply->gone ? -1 : reply->socket}};

		if ((deadline >= 0 && monotonic_ms() >= deadline) || (reply->gone && !keep))
			break;
		if (poll(fds, 3, time_left(deadline)) < 0 && errno != EINTR)
			break;
		if (fds[0].revents != 0)
			pass_on(reply, CONTROL_OUT, &out);
		if (fds[1].revents != 0)
			pass_on(reply, CONTROL_ERR, &err);
		reply->gone |= (fds[2].revents & (POLLERR | POLLHUP)) != 0;
	}
	if (out < 0 && err < 0 && process_wait(command, monotonic_ms() + END_MS))
		return true;
	process_stop(command, END_MS);
	return false;
}
