/* SPDX-License-Identifier: ISC */
/*
 * The ssh that leads to a jump host: what ProxyJump, or a ProxyCommand with ssh in it, runs
 * below vpn-connect, whose PATH has the directory of this program first. As the user,
 * without any privilege: it becomes the real ssh, with what a link needs of the one in
 * front said on its command line.
 *
 * The user's own ControlMaster must not carry our link. A connection that it leaves behind
 * outlives the link, and its process leaves ssh's session: where the link really leads to
 * nobody can see any more, and a route of the link's may then lead into itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/ssh.h"
#include "local/ssh_reach.h"
#include "local/ssh_said.h"
#include "policy/language/exitcode.h"

enum { ARGUMENTS_MAX = 256, OPTION_MAX = 64, DECIMAL = 10 };

static char *const ours[] = {
    (char[]){"ssh"},
    (char[]){"-oControlMaster=no"},
    (char[]){"-oControlPath=none"},
    (char[]){"-oControlPersist=no"},
    (char[]){"-oBatchMode=yes"},
    (char[]){"-oLogLevel=ERROR"},
    (char[]){"-oLogVerbose=" SSH_SAID_VERBOSE},
};
enum { OURS = sizeof ours / sizeof ours[0] };

/* What vpn-connect has told of the profile's Timeout, in seconds; 0: nothing. */
static unsigned told_timeout(void)
{
	const char *told = getenv(SSH_TIMEOUT_VARIABLE);

	return told != NULL ? (unsigned)strtoul(told, NULL, DECIMAL) : 0;
}

/* Each address of the jump host has its part, as those of the host itself. */
static void take_timeout(const struct ssh_reach *reach, char option[OPTION_MAX])
{
	const unsigned timeout = told_timeout();

	option[0] = '\0';
	if (timeout > 0 && !reach->timed && !reach->proxied)
		snprintf(option, OPTION_MAX, "-oConnectTimeout=%u",
			 ssh_reach_share(reach, timeout));
}

int main(int argc, char **argv)
{
	char *words[OURS + 1 + ARGUMENTS_MAX + 1], option[OPTION_MAX];
	struct ssh_reach reach = {.addresses = 0};
	size_t used = 0;

	if (argc < 1 || argc > ARGUMENTS_MAX) {
		fputs("jump-ssh: too many words\n", stderr);
		return EXIT_USAGE;
	}
	ssh_reach_find(argv, environ, monotonic_ms() + ssh_reach_patience(told_timeout()),
		       &reach);
	for (; used < OURS; used++)
		words[used] = ours[used];
	take_timeout(&reach, option);
	if (option[0] != '\0')
		words[used++] = option;
	for (int i = 1; i < argc; i++)
		words[used++] = argv[i];
	words[used] = NULL;
	/* Whoever explains a failure can tell by the process whose it is. */
	if (reach.host[0] != '\0')
		fprintf(stderr, SSH_SAID_JUMP "\n", (long)getpid(), reach.host);
	execve(PATH_SSH, words, environ);
	perror("jump-ssh: " PATH_SSH);
	return EXIT_SYSTEM;
}
