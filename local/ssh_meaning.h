/* SPDX-License-Identifier: ISC */
/* What OpenSSH's own words mean: whose fault it is, and the sentence for a person. */
#ifndef SALLYPORT_LOCAL_SSH_MEANING_H
#define SALLYPORT_LOCAL_SSH_MEANING_H

#include <stdbool.h>

#include "local/ssh_login.h"
#include "local/ssh_said.h"
#include "local/step.h"
#include "policy/language/exitcode.h"

/* In the sentence of a remote, not of a jump host, that does not take the key. */
#define SSH_KEY_REFUSED "does not accept the key: is there a file for this peer"

/* When ssh says it. */
enum ssh_moment {
	/* Only before the session: later it is the remote that says it. */
	SSH_LOGIN = 1 << 0,
	/* In a debug message, not as a complaint. */
	SSH_DEBUG = 1 << 1,
	/* The jump host says it, of the host itself. */
	SSH_FAR = 1 << 2,
	/* In words of the other end that ssh quotes. They are believed once ssh has offered
	   that end a key, and so knows who it is. */
	SSH_QUOTED = 1 << 3,
	/* Believed in ssh's own words only, although trying again may help. */
	SSH_OWN = 1 << 4,
	/* Only by our ssh, known by its process id, before a link begins. */
	SSH_OURS = 1 << 5,
	/* The connection ended: earlier lines may tell more. */
	SSH_CUT = 1 << 6,
};

struct ssh_meaning {
	const char *needle;
	enum exit_code code;
	/* %s is the host, or the jump host in words. */
	const char *sentence;
	/* What is said of a jump host instead; NULL: the same. */
	const char *jump;
	unsigned moments;
	/* Which step it was, unless it is told of a jump host. */
	enum link_step step;
};

/* What our ssh's SSH_AUTH_SOCK is; vpn-connect hands on what belongs to RunAs. */
enum ssh_agent { SSH_AGENT_UNKNOWN, SSH_AGENT_NONE, SSH_AGENT_STRANGE, SSH_AGENT_GIVEN };

struct ssh_heard {
	/* All that it wrote, as output_said() has it. */
	const char *output;
	/* Our ssh's process id, or 0. */
	long pid;
	/* There was a session: what is written may be the remote's. */
	bool session;
	/* And in that a program that speaks PPP. */
	bool launched;
	enum ssh_agent agent;
};

/* The first that ssh said; NULL when it said nothing that is known. */
const struct ssh_meaning *ssh_meaning_find(const struct ssh_heard *heard,
					   struct ssh_line *line);
/* Of how a connection ended, what that one line says; NULL: nothing that is known. */
const struct ssh_meaning *ssh_meaning_of_end(const struct ssh_line *line);
/* The same meaning, or a finer one that depends on how far the login got. */
const struct ssh_meaning *ssh_meaning_refine(const struct ssh_heard *heard,
					     const struct ssh_meaning *meaning,
					     const struct ssh_line *line);
/* The other end knows the key, and then was gone. */
extern const struct ssh_meaning ssh_meaning_turned_away;
/* The way that ssh_config names ended, before the host had answered. */
extern const struct ssh_meaning ssh_meaning_no_way;
/* The same, and the ssh to a jump host has said nothing. */
extern const struct ssh_meaning ssh_meaning_silent;

#endif
