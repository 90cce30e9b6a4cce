/* SPDX-License-Identifier: ISC */
/* The ssh of a link: where it goes. */
#include "local/tunnel.h"

#include <stdio.h>
#include <unistd.h>

/* With a default route, ssh looks up no name: that would go into the link. */
struct ssh_goal {
	char address[ADDRESS_TEXT_MAX];
	char gate[ADDRESS_TEXT_MAX + GATE_ALIAS_MAX];
	const struct gate_way *way;
};

static int find_goal(struct tunnel *tunnel, struct ssh_goal *goal)
{
	const struct gate *gate;

	goal->way = NULL;
	if (!tunnel->profile->route_default)
		return 0;
	gate = guard_gate(&tunnel->hold->guard, tunnel->host, &goal->way);
	if (gate == NULL)
		return failure_set(&tunnel->failure, EXIT_NO_HOST,
				   "the address of %s is not known, and cannot be looked "
				   "up while the default route is held (Route default): "
				   "`vpn-connect down %s`, then `up` looks it up%s%s",
				   tunnel->host, tunnel->profile->name,
				   goal->way == NULL ? "" : ": ",
				   goal->way == NULL ? "" : goal->way->why);
	ip_addr_print(&gate->address, goal->address);
	snprintf(goal->gate, sizeof goal->gate, "%s %s", goal->address, goal->way->alias);
	return 0;
}

int tunnel_spawn_ssh(struct tunnel *tunnel, enum ssh_role role, const char *request)
{
	static struct words command;
	const bool master = role == SSH_MASTER;
	struct ssh_goal goal = {.way = NULL};
	const bool goes = master && find_goal(tunnel, &goal) == 0 && goal.way != NULL;
	const bool jumps = goes && goal.way->jumps, direct = goes && !jumps;
	const struct ssh_child child = {
	    .gate = jumps ? goal.gate : NULL,
	    .command = &command,
	    .account = &tunnel->account,
	    .env = &tunnel->env,
	    .parent = getpid(),
	    .timeout = master ? tunnel->patience : 0,
	};
	const int line = master ? tunnel->pty.master : -1;
	struct error err;
	int said;

	if (master && tunnel->profile->route_default && !goes)
		return -1;
	if (ssh_command_build(
		&command, tunnel->profile,
		&(struct ssh_command){.role = role,
				      .host = tunnel->host,
				      .control = tunnel->control,
				      .request = request,
				      .address = direct ? goal.address : NULL,
				      .alias = direct ? goal.way->alias : NULL},
		&err) != 0)
		return tunnel_fail(tunnel, &err);
	said = tunnel->reader.ends[master ? READER_SSH : READER_REQUEST];
	return ssh_spawn(&child, line, line, said, master ? &tunnel->ssh : &tunnel->request,
			 &err) == 0
		   ? 0
		   : tunnel_fail(tunnel, &err);
}
