/* SPDX-License-Identifier: ISC */
/* What ssh wrote to its standard error, line by line: who said it, and of which host. */
#ifndef SALLYPORT_LOCAL_SSH_SAID_H
#define SALLYPORT_LOCAL_SSH_SAID_H

#include <stdbool.h>

#include "policy/language/span.h"

/*
 * ssh's LogVerbose (ssh_config(5)): ssh says more than usual about the exchange of
 * versions, the keys that it tries, a session or a connection that could not be opened, and
 * the end, each time with its process id. It prints no secret: of a key, the file, type and
 * fingerprint.
 */
#define SSH_SAID_VERBOSE                                                                   \
	"kex.c:kex_exchange_identification():*,packet.c:sshpkt_vfatal():*,"                \
	"sshconnect2.c:input_userauth_pk_ok():*,sshconnect2.c:input_userauth_failure():*," \
	"sshconnect2.c:userauth_pubkey():*,sshconnect2.c:sign_and_send_pubkey():*,"        \
	"sshconnect2.c:load_identity_file():*,channels.c:channel_input_open_failure():*"
/* The function in which ssh reads what the other end calls itself. */
#define SSH_SAID_EXCHANGE "kex_exchange_identification"
/* What jump-ssh writes before it becomes the ssh to a jump host: with its process id. */
#define SSH_SAID_JUMP "jump-ssh: process %ld is for %s"

enum { SSH_SAID_HOST_MAX = 256 };

struct ssh_line {
	/* The whole of it, and what is left without level, function and process. */
	struct span raw, text;
	/* It is not a complaint: nobody needs to see it. */
	bool debug;
	/* It continues the message before it, which has a newline in it, as ssh's have
	 * where it quotes the other end (output.h). */
	bool continued;
	/* Who wrote it, or 0 where ssh does not say. */
	long pid;
};

/* Takes the next line that is not blank from *cursor; false at the end. */
bool ssh_said_next(const char **cursor, struct ssh_line *line);
/*
 * The first line in which the bytes occur: of complaints; or of all, debug messages
 * included. own: in ssh's own words, before it quotes the other end: it quotes that end's
 * bytes as they are, newlines included, and before the host key is known that end can be
 * anyone on the way.
 */
bool ssh_said_find(const char *output, const char *needle, bool own, struct ssh_line *line);
bool ssh_said_anywhere(const char *output, const char *needle, struct ssh_line *line);
/* Whether the bytes occur in the whole of the line. */
bool ssh_line_has(const struct ssh_line *line, const char *needle);
/* Whether what is left of it begins so. */
bool ssh_line_begins(const struct ssh_line *line, const char *prefix);
/*
 * The host that a line of another ssh than ours (its process id, or 0) names, or that its
 * process has told to be for; printable ASCII. False when nothing says of which it is.
 */
bool ssh_line_host(const struct ssh_line *line, const char *output, long ours,
		   char host[SSH_SAID_HOST_MAX]);
/* The host that the process has told to be for. */
bool ssh_said_host(const char *output, long pid, char host[SSH_SAID_HOST_MAX]);
/* The host of the only process that has told of which it is; false if several have. */
bool ssh_said_only_host(const char *output, char host[SSH_SAID_HOST_MAX]);
/* The process that got no answer next; 0: none, or unknown. */
long ssh_said_victim(const struct ssh_line *line);
/*
 * Whether a line of another ssh than ours (its process id, or 0) is what ended it: of one
 * that leads to a jump host. Ours then only says that nobody answered.
 */
bool ssh_said_by_jump(const struct ssh_line *line, long ours);
/* Whether our ssh (its process id) got no answer on the way that its configuration names:
 * such a way has neither address nor port. */
bool ssh_said_no_way(const char *output, long ours);
enum ssh_speaker {
	SSH_SAID_BY_ANY,
	/* Another ssh than ours (its process id). */
	SSH_SAID_BY_OTHER,
	/* No ssh that tells who it is. */
	SSH_SAID_BY_UNKNOWN,
};
/* The last line of theirs that is for a person; false when there is none. */
bool ssh_said_last(const char *output, enum ssh_speaker speaker, long ours,
		   struct ssh_line *line);

#endif
