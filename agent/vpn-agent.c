/* SPDX-License-Identifier: ISC */
/*
 * vpn-agent: forced command and login shell of the VPN account. The order below is the
 * design; each step ends the process when it fails.
 */
#include "agent/agent.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/paths.h"

static const char usage_text[] =
    "usage: vpn-agent PEER\n"
    "       vpn-agent -c 'COMMAND'\n"
    "\n"
    "Not for running by hand: sshd runs it, as command=\"" PATH_AGENT " PEER\" in\n"
    "authorized_keys and as the login shell of the VPN account. What PEER may do is "
    "in\n" PATH_PEERS_DIR "/PEER.conf.\n"
    "\n"
    "  --help      print this\n"
    "  --version   print the version\n"
    "\n"
    "Exit status: 0 done, 64 usage, 65 bad request, 69 no PPP here, 70 internal,\n"
    "71 system, 75 busy, 77 denied, 78 policy error. See vpn-agent(8), policy.conf(5).\n";

/* For the administrator at a prompt; a client's words never come this way (they come after
 * -c). */
static int print_and_exit(const char *argument)
{
	if (strcmp(argument, "--help") == 0)
		return fputs(usage_text, stdout) < 0 ? EXIT_SYSTEM : EXIT_DONE;
	if (strcmp(argument, "--version") == 0)
		return puts("vpn-agent (Sallyport) " VERSION) < 0 ? EXIT_SYSTEM : EXIT_DONE;
	return -1;
}

int main(int argc, char **argv)
{
	static struct login login;

	agent_neutralise(&login, argc, argv, environ);
	if (login.caller.name != NULL) {
		const int code = print_and_exit(login.caller.name);

		if (code >= 0)
			return fflush(stdout) == 0 ? code : EXIT_SYSTEM;
	}
	agent_check_identity(&login);
	agent_take_in(&login);
	agent_decide(&login);
	agent_end_parser(&login);
	agent_take_session(&login);
	if (login.intake.what.request.verb == VERB_STATUS)
		agent_answer(&login);
	if (login.intake.what.request.verb == VERB_HAND_IN)
		agent_hand_in(&login);
	agent_choose_ppp(&login);
	agent_plan(&login);
	agent_confine(&login);
	agent_record(&login, login.plan.target, login.session.interface);
	agent_launch(&login);
}
