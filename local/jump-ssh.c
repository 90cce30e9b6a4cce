/* SPDX-License-Identifier: ISC */
/*
 * The ssh that leads to a jump host: what ProxyJump, or a ProxyCommand with ssh in it, runs
 * below vpn-connect, whose PATH has the directory of this program first. It runs as the
 * user, without privileges, and becomes the real ssh, with the options that a link needs in
 * front on its command line.
 *
 * The user's own ControlMaster must not carry our link. A connection that it leaves behind
 * outlives the link, and its process leaves ssh's session: then nobody can see where the
 * link really goes, and a route through the link could contain the link's own connection.
 * ForkAfterAuthentication leaves ssh's session as well; what LocalCommand prints, and a
 * terminal, would be in the middle of the connection.
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
    (char[]){"-oForkAfterAuthentication=no"},
    (char[]){"-oPermitLocalCommand=no"},
    (char[]){"-oRequestTTY=no"},
    (char[]){"-oStdinNull=no"},
    (char[]){"-oTunnel=no"},
    (char[]){"-oLogLevel=ERROR"},
    (char[]){"-oLogVerbose=" SSH_SAID_VERBOSE},
};
enum { OURS = sizeof ours / sizeof ours[0] };

/* The profile's Timeout as vpn-connect passed it on, in seconds; 0: it did not. */
static unsigned told_timeout(void)
{
	const char *told = getenv(SSH_TIMEOUT_VARIABLE);

	return told != NULL ? (unsigned)strtoul(told, NULL, DECIMAL) : 0;
}

/* Each address of the jump host gets its share, as those of the host itself do. */
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
	/* By the process id, whoever explains a failure knows which host it is about. */
	if (reach.host[0] != '\0')
		fprintf(stderr, SSH_SAID_JUMP "\n", (long)getpid(), reach.host);
	execve(PATH_SSH, words, environ);
	perror("jump-ssh: " PATH_SSH);
	return EXIT_SYSTEM;
}
