/* SPDX-License-Identifier: ISC */
#include "local/ssh.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/gates.h"
#include "local/ssh_reach.h"
#include "local/ssh_said.h"

enum { OPTION_MAX = 48 };

/*
 * Said on the command line, where it wins over the user's ssh_config (ssh_config(5): the
 * first value stands): no terminal, no question to a person, a key and nothing else,
 * nothing forwarded, no other command, no escape character inside a stream of frames. ERROR
 * keeps what explains a failure and drops banners and hints; LogVerbose adds what it would
 * hide of a failure (ssh_said.h).
 */
static const char *const common_words[] = {
    "-T",
    "-e",
    "none",
    "-oBatchMode=yes",
    "-oLogLevel=ERROR",
    ("-oLogVerbose=" SSH_SAID_VERBOSE),
    "-oPubkeyAuthentication=yes",
    "-oPreferredAuthentications=publickey",
    "-oClearAllForwardings=yes",
    "-oForwardAgent=no",
    "-oForwardX11=no",
    "-oTunnel=no",
    "-oPermitLocalCommand=no",
    "-oRemoteCommand=none",
    "-oSessionType=default",
    "-oStdinNull=no",
    "-oForkAfterAuthentication=no",
    "-oControlPersist=no",
    NULL,
};

unsigned ssh_alive_interval(unsigned keepalive)
{
	return (keepalive + SSH_ALIVE_COUNT - 1) / SSH_ALIVE_COUNT;
}

static void add_role(struct words *command, enum ssh_role role,
		     const struct profile *profile)
{
	/*
	 * Without a master ssh would connect by itself: a second handshake, to a host that
	 * may be another one by now. The proxy command makes that fail at once.
	 */
	if (role == SSH_REQUEST) {
		words_add_pair(command, "-oControlMaster=no", "-oProxyCommand=/bin/false");
		return;
	}
	if (role == SSH_ALONE)
		/* Its input is not for the remote: import_hand_in.c. */
		words_add_pair(command, "-n", "-oControlMaster=no");
	else
		words_add(command, "-oControlMaster=yes");
	words_add(command, "-oServerAliveInterval=%u",
		  ssh_alive_interval(profile->keepalive));
	words_add(command, "-oServerAliveCountMax=%d", SSH_ALIVE_COUNT);
	words_add(command, "-oConnectTimeout=%u", profile->timeout);
}

int ssh_command_build(struct words *out, const struct profile *profile,
		      const struct ssh_command *command, struct error *err)
{
	out->argc = out->used = 0;
	out->overflow = false;
	if (command->role != SSH_ALONE && strlen(command->control) >= SSH_CONTROL_MAX)
		return error_set(err,
				 "the path of the control socket is too long for ssh: %s",
				 command->control);
	words_add(out, "ssh");
	words_add_all(out, common_words);
	add_role(out, command->role, profile);
	words_add(out, "-oControlPath=%s",
		  command->role == SSH_ALONE ? "none" : command->control);
	if (command->address != NULL) {
		words_add(out, "-oHostName=%s", command->address);
		words_add(out, "-oHostKeyAlias=%s", command->alias);
	}
	ssh_destination_add(out, profile, command->host);
	words_add(out, "%s", command->request);
	return out->overflow ? error_set(err, "the command line for ssh is too long") : 0;
}

void ssh_child_environment(const struct ssh_child *child, struct words *out)
{
	*out = *child->env;
	if (child->timeout > 0)
		words_add(out, SSH_TIMEOUT_VARIABLE "=%u", child->timeout);
	if (child->gate != NULL)
		words_add(out, GATE_VARIABLE "=%s", child->gate);
}

/*
 * ssh gives each address of a name the whole ConnectTimeout: a dead one would leave nothing
 * for the next. With a jump host, the ssh to that host knows what it waits for, and ours
 * waits longer.
 */
void ssh_command_limit(struct words *command, const struct ssh_reach *reach,
		       unsigned timeout)
{
	static const char wanted[] = "-oConnectTimeout=";
	static char option[OPTION_MAX];

	if (timeout == 0)
		return;
	snprintf(option, sizeof option, "%s%u", wanted,
		 reach->proxied ? (SSH_LOGIN_TIMES + 1) * timeout
				: ssh_reach_share(reach, timeout));
	for (size_t i = 0; i < command->argc; i++)
		if (strncmp(command->argv[i], wanted, sizeof wanted - 1) == 0)
			command->argv[i] = option;
}

/* The addresses are looked up here, as the account: root looks up no name, and the
 * account's ssh_config may give the host another name. */
static void share_timeout(const struct ssh_child *child, struct words *command)
{
	struct ssh_reach reach = {.addresses = 0};

	if (child->timeout == 0)
		return;
	ssh_reach_find(command->argv, child->env->argv,
		       monotonic_ms() + ssh_reach_patience(child->timeout), &reach);
	ssh_command_limit(command, &reach, child->timeout);
}

/* In the child. */
static void execute_ssh(const void *arg, struct error *err)
{
	static struct words command, env;
	const struct ssh_child *child = arg;

	if (run_as_become(child->account, err) != 0 ||
	    process_die_with(child->parent, err) != 0)
		return;
	command = *child->command;
	ssh_child_environment(child, &env);
	share_timeout(child, &command);
	execve(PATH_SSH, command.argv, env.argv);
	error_sys(err, errno, "cannot execute %s", PATH_SSH);
}

int ssh_spawn(const struct ssh_child *child, int in, int out, int err_fd,
	      struct process *process, struct error *err)
{
	const struct spawn spawn = {
	    .in = in,
	    .out = out,
	    .err = err_fd,
	    .session = true,
	    .execute = execute_ssh,
	    .arg = child,
	};

	return process_spawn(&spawn, process, err);
}
