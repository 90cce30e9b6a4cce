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
#include "local/gates.h"
#include "local/ssh.h"
#include "local/ssh_reach.h"
#include "local/ssh_said.h"
#include "policy/language/exitcode.h"

enum { ARGUMENTS_MAX = 256, OPTION_MAX = 64, GATE_OPTION_MAX = 512, DECIMAL = 10 };

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

/* Where vpn-connect has found the first of the hosts on the way to be, when it must not be
 * looked up; false: it has not said, or this is not the first. */
static bool take_gate(const struct ssh_reach *reach, char address[GATE_OPTION_MAX],
		      char alias[GATE_OPTION_MAX])
{
	const char *told = getenv(GATE_VARIABLE);
	const size_t len = told == NULL ? 0 : strcspn(told, " ");

	if (len == 0 || told[len] == '\0' || reach->proxied)
		return false;
	snprintf(address, GATE_OPTION_MAX, "-oHostName=%.*s", (int)len, told);
	snprintf(alias, GATE_OPTION_MAX, "-oHostKeyAlias=%s", told + len + 1);
	return true;
}

static void look(char **argv, struct ssh_reach *reach)
{
	const int64_t deadline = monotonic_ms() + ssh_reach_patience(told_timeout());

	if (getenv(GATE_VARIABLE) == NULL)
		ssh_reach_find(argv, environ, deadline, reach);
	else
		ssh_reach_ask(argv, environ, deadline, reach);
}

int main(int argc, char **argv)
{
	char *words[OURS + 3 + ARGUMENTS_MAX + 1], option[OPTION_MAX];
	char address[GATE_OPTION_MAX], alias[GATE_OPTION_MAX];
	struct ssh_reach reach = {.addresses = 0};
	size_t used = 0;

	if (argc < 1 || argc > ARGUMENTS_MAX) {
		fputs("jump-ssh: too many words\n", stderr);
		return EXIT_USAGE;
	}
	look(argv, &reach);
	for (; used < OURS; used++)
		words[used] = ours[used];
	take_timeout(&reach, option);
	if (option[0] != '\0')
		words[used++] = option;
	if (take_gate(&reach, address, alias)) {
		words[used++] = address;
		words[used++] = alias;
	}
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
