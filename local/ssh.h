/* SPDX-License-Identifier: ISC */
/* The command lines of ssh, and ssh as a child. */
#ifndef SALLYPORT_LOCAL_SSH_H
#define SALLYPORT_LOCAL_SSH_H

#include <stddef.h>

#include "agent/base/text.h"
#include "agent/core/ssh_destination.h"
#include "local/process.h"
#include "local/run_as.h"
#include "local/ssh_reach.h"
#include "policy/language/profile.h"

enum {
	/* ServerAliveCountMax: see ssh_alive_interval(). */
	SSH_ALIVE_COUNT = 3,
	/* The control socket's path: sun_path, less the suffix of ssh's temporary name. */
	SSH_CONTROL_MAX = 108 - 18,
	/*
	 * Reaching a host takes one Timeout at most, shared by its addresses; logging in
	 * may take another. A jump host's addresses are among what comes before.
	 */
	SSH_LOGIN_TIMES = 2,
};

/* Tells jump-ssh the profile's Timeout, in seconds. */
#define SSH_TIMEOUT_VARIABLE "SALLYPORT_TIMEOUT"

enum ssh_role {
	/* Makes the connection and carries PPP. */
	SSH_MASTER,
	/* Another request over the master's connection; never a connection of its own. */
	SSH_REQUEST,
	/* A connection of its own for one request, which carries nothing. */
	SSH_ALONE,
};

/*
 * ServerAliveInterval, in seconds. PPP notices first that a line is silent, as it is at
 * both ends of all that can stall, and its end ends ssh. What is left for ssh is a server
 * that is gone while no PPP runs: before the link is up, or with a peer that knows no
 * echoes. ssh gives up after between SSH_ALIVE_COUNT of these intervals and one more, so
 * that is never before Keepalive, and soon after.
 */
unsigned ssh_alive_interval(unsigned keepalive);

/* Where a command goes, and what it asks for. */
struct ssh_command {
	enum ssh_role role;
	/* One of the profile's. */
	const char *host;
	/* The control socket; of SSH_ALONE NULL. */
	const char *control;
	/* The whole remote command: "pppd ready=NONCE", "sshroute". */
	const char *request;
	/* Where the host is, and its name in known_hosts, where ssh must look up no name;
	 * NULL: it does. */
	const char *address, *alias;
};

/* Pure. 0, or -1 with *err. */
int ssh_command_build(struct words *out, const struct profile *profile,
		      const struct ssh_command *command, struct error *err);

/* What an ssh child needs; it takes a copy along. */
struct ssh_child {
	const struct words *command;
	const struct run_as *account;
	const struct words *env;
	/* Whose death ends it. */
	pid_t parent;
	/* The profile's, in seconds, for one that connects; 0: it never does. */
	unsigned timeout;
	/* For the first jump host, as GATE_VARIABLE has it; NULL: it looks up its name. */
	const char *gate;
};

/* The environment that it gets: the account's, and what jump-ssh goes by. */
void ssh_child_environment(const struct ssh_child *child, struct words *out);
/* Gives the command of a master its real ConnectTimeout, in seconds: each address of the
 * host has its part. 0: it has none. */
void ssh_command_limit(struct words *command, const struct ssh_reach *reach,
		       unsigned timeout);

/* Spawns PATH_SSH as the account, see process_spawn(), which says what -1 is. */
int ssh_spawn(const struct ssh_child *child, int in, int out, int err_fd,
	      struct process *process, struct error *err);

#endif
