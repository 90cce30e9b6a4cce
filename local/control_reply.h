/* SPDX-License-Identifier: ISC */
/* What a command says, on its way to the client of the control socket. */
#ifndef SALLYPORT_LOCAL_CONTROL_REPLY_H
#define SALLYPORT_LOCAL_CONTROL_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "local/control_request.h"
#include "local/process.h"

struct control_reply {
	/* The client's, which never blocks. */
	int socket;
	/* It has gone, or takes nothing: nothing is sent any more. */
	bool gone;
};

/* Never waits for ever: a client that takes nothing is gone. */
void control_reply_send(struct control_reply *reply, enum control_piece piece,
			const void *bytes, uint16_t len);
/* A sentence on its standard error, and the end. */
void control_reply_end(struct control_reply *reply, enum exit_code code, const char *text);
/*
 * Passes on what the command writes to out and err, until it has ended. When the client is
 * gone, it is ended too, unless keep is set: then it may finish. deadline < 0: none. False
 * when the command had to be ended.
 */
bool control_reply_relay(struct control_reply *reply, struct process *command, int out,
			 int err, bool keep, int64_t deadline);

#endif
