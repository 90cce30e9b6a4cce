/* SPDX-License-Identifier: ISC */
/* What the steps would do; the functions that decide it are those of the steps. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/confine/confine_steps.h"
#include "agent/confine/landlock_rules.h"
#include "agent/core/engine.h"
#include "local/interface_settings.h"
#include "local/ppp_program.h"
#include "local/rehearsal.h"
#include "local/tunnel.h"

#define NONCE "<new each time>"

int rehearse_journal(struct rehearsal *show)
{
	rehearsal_tell("make", "%s, root's, with a lock and a journal of what follows",
		       show->state.path);
	rehearsal_tell("run", "vpn-connect itself, as root, in the %s: it keeps the link",
		       show->foreground ? "foreground" : "background");
	return 0;
}

/* What follows is told of the first one. */
int rehearse_gateways(struct rehearsal *show)
{
	const struct profile *const profile = show->profile;

	if (profile->nhosts > 1 && profile->prefer == PREFER_FASTEST)
		rehearsal_tell("measure", "which gateway is the nearest, as %s",
			       show->account.name);
	for (size_t i = 0; i < profile->nhosts; i++)
		rehearsal_tell("try", "%s%s", profile->hosts[i].name,
			       i > 0 ? ", if those before it fail" : "");
	rehearsal_note(show, JOURNAL_GATEWAY, "%s", profile->hosts[0].name);
	return 0;
}

int rehearse_control(struct rehearsal *show)
{
	const int dir = (int)(strrchr(show->control, '/') - show->control);

	rehearsal_tell("make", "%.*s, for %s alone: ssh's control socket", dir,
		       show->control, show->account.name);
	rehearsal_note(show, JOURNAL_CONTROL, "%.*s", dir, show->control);
	return 0;
}

int rehearse_reader(struct rehearsal *show)
{
	rehearsal_tell("run", "a process that reads what the others print");
	printf(
	    "           as %s (uid %u), without capabilities, under a filter: it can read "
	    "and write, and open nothing\n",
	    show->account.name, (unsigned)show->account.uid);
	return 0;
}

/* A pppd that will be used for sure has a terminal. */
static bool has_terminal(const struct rehearsal *show)
{
	return tunnel_needs_terminal(show->profile);
}

int rehearse_line(struct rehearsal *show)
{
	rehearsal_tell("make", "%s between ssh and the PPP program",
		       has_terminal(show) ? "a terminal (pty)" : "a pair of sockets");
	return 0;
}

static void tell_account(const struct rehearsal *show, char *const *envp)
{
	printf("           as %s (uid %u, gid %u, its groups), without capabilities; the "
	       "environment: ",
	       show->account.name, (unsigned)show->account.uid,
	       (unsigned)show->account.gid);
	rehearsal_print_words(envp, envp);
}

/* As the first attempt has it. */
static unsigned patience(const struct profile *profile)
{
	struct gateways gateways;

	gateways_begin(&gateways, profile->nhosts, 0);
	return gateways_patience(&gateways, profile->timeout, 0);
}

static int tell_ssh(struct rehearsal *show, enum ssh_role role, const char *request)
{
	static struct words command, env;
	const struct ssh_child child = {
	    .command = &command,
	    .account = &show->account,
	    .env = &show->env,
	    .timeout = role == SSH_MASTER ? patience(show->profile) : 0};
	/* Nothing is looked up. */
	const struct ssh_reach reach = {.addresses = 1, .proxied = show->view.proxied};
	const bool told =
	    show->profile->route_default && role == SSH_MASTER && !show->view.proxied;
	struct error err;

	if (ssh_command_build(&command, show->profile,
			      &(struct ssh_command){.role = role,
						    .host = show->profile->hosts[0].name,
						    .control = show->control,
						    .request = request,
						    .address = told ? "<looked up>" : NULL,
						    .alias = show->view.known_as},
			      &err) != 0)
		return failure_from(&show->failure, EXIT_SYSTEM, &err);
	ssh_child_environment(&child, &env);
	ssh_command_limit(&command, &reach, child.timeout);
	printf("  %-8s ", "run");
	rehearsal_print_words(command.argv, command.argv);
	tell_account(show, env.argv);
	return 0;
}

int rehearse_ssh(struct rehearsal *show)
{
	char request[REQUEST_TEXT_MAX];

	if (tunnel_request(show->profile, NONCE, request) != 0)
		return failure_set(&show->failure, EXIT_INTERNAL, "no request");
	rehearsal_note(show, JOURNAL_PROCESS, JOURNAL_SSH);
	if (tell_ssh(show, SSH_MASTER, request) != 0)
		return -1;
	if (!show->view.proxied)
		puts("           a name with several addresses: each has its part of "
		     "ConnectTimeout");
	return 0;
}

/* What is taken of the remote's word, apart from its offers. */
int rehearse_choice(struct rehearsal *show)
{
	const struct profile *const profile = show->profile;
	char at_most[32] = "";

	if (profile->mru != 0)
		snprintf(at_most, sizeof at_most, ", at most %u", profile->mru);
	rehearsal_tell("read",
		       "the ready line of %s, as %s in a child without rights: what "
		       "speaks PPP there, the packet size%s%s, the offers",
		       profile->hosts[0].name, show->account.name, at_most,
		       profile->accept_address ? ", the addresses (Accept address)" : "");
	return 0;
}

static void tell_paths(const struct confine *confine, const char *program)
{
	const struct path_rule *lists[LANDLOCK_LISTS];

	printf("           Landlock%s: %s", confine->landlock_required ? "" : " if there",
	       program);
	landlock_rule_lists(confine, lists);
	for (size_t i = 0; i < LANDLOCK_LISTS; i++)
		for (const struct path_rule *rule = lists[i]; rule->path != NULL; rule++)
			printf(" %s", rule->path);
	printf("\n");
}

static void tell_confinement(const struct rehearsal *show, const char *program)
{
	const bool ppptun = engine_is_ppptun(program);
	struct confine confine;

	ppp_confinement(show->profile, &show->account, program, CONFINE_EXEC_FD, &confine);
	printf("           as uid %u, gid %u, no other group; capabilities %s%s; seccomp: "
	       "%s's list; no_new_privs\n",
	       (unsigned)confine.uid, (unsigned)confine.gid,
	       confine_capabilities(&confine) != 0 ? "CAP_NET_ADMIN" : "none",
	       ppptun ? ", none once its device is made" : "", ppptun ? "ppptun" : "pppd");
	tell_paths(&confine, program);
}

/* The number of a descriptor that is not open yet would say nothing. */
static void hide_descriptor(struct plan *plan)
{
	static char unknown[] = "<new file>";

	for (size_t i = 1; i < plan->words.argc; i++)
		if (strcmp(plan->words.argv[i - 1], "lcp-rtt-fd") == 0)
			plan->words.argv[i] = unknown;
}

/* The words, as both remotes would have them. */
static int tell_program(struct rehearsal *show, enum ppp_engine engine)
{
	static struct plan plans[FORESIGHTS];
	struct ppp_child child = {.profile = show->profile,
				  .program = engine_program(engine, show->profile->pppd),
				  .account = &show->account};
	struct error err;

	for (unsigned i = 0; i < FORESIGHTS; i++) {
		tunnel_ppp_end(show->profile, &show->choice[i],
			       has_terminal(show) ? "<new terminal>" : NULL, &child.end);
		/* Any that is not 0. */
		child.end.rtt_fd = engine == PPP_PPPTUN ? 1 : 0;
		if (ppp_plan(&child, &plans[i], &err) != 0)
			return failure_from(&show->failure, EXIT_SYSTEM, &err);
		hide_descriptor(&plans[i]);
		close(plans[i].fd);
	}
	printf("  %-8s ", "run");
	rehearsal_print_words(plans[0].words.argv, plans[1].words.argv);
	if (engine == PPP_PPPTUN && show->profile->strict &&
	    (show->profile->naccept > 0 || show->profile->accept_any))
		puts("           and `source PREFIX` for each offer that is taken");
	tell_confinement(show, child.program);
	return 0;
}

static void tell_pair(struct rehearsal *show, const struct link_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];
	const struct profile *const profile = show->profile;

	if (pair->local.family == AF_UNSPEC)
		return;
	if (foresee_told(profile, pair->local.family)) {
		rehearsal_tell("add", "IPv%d addresses " REHEARSAL_UNKNOWN " to %s",
			       pair->local.family == AF_INET ? 4 : 6, profile->interface);
		rehearsal_note(show, JOURNAL_PAIR, REHEARSAL_UNKNOWN);
		return;
	}
	ip_addr_print(&pair->local, local);
	ip_addr_print(&pair->remote, remote);
	rehearsal_tell("add", "addresses %s <-> %s to %s", local, remote,
		       profile->interface);
	rehearsal_note(show, JOURNAL_PAIR, "%s <-> %s", local, remote);
}

/* Which families the link carries is the remote's word, too, where the profile has none. */
static void tell_other_family(const struct rehearsal *show)
{
	static const sa_family_t families[] = {AF_INET, AF_INET6};
	const struct choice *const choice = &show->choice[0];

	for (size_t i = 0; show->profile->accept_address && i < 2; i++)
		if ((i == 0 ? &choice->pair : &choice->pair6)->local.family == AF_UNSPEC)
			rehearsal_tell("if",
				       "the remote has IPv%d addresses, these as well "
				       "(Accept address)",
				       families[i] == AF_INET ? 4 : 6);
}

/* The smaller of what the two sides want is its MTU. */
static void tell_interface(const struct rehearsal *show)
{
	const struct choice *const choice = show->choice;
	const char *name = show->profile->interface;

	if (choice[0].mru == choice[1].mru)
		rehearsal_tell("add", "interface %s, MTU %u (its PPP program does)", name,
			       choice[0].mru);
	else
		rehearsal_tell(
		    "add", "interface %s, MTU " REHEARSAL_UNKNOWN " (its PPP program does)",
		    name);
}

int rehearse_ppp(struct rehearsal *show)
{
	const struct profile *const profile = show->profile;

	rehearsal_note(show, JOURNAL_LINK, "%s", profile->interface);
	for (size_t i = 0; i < show->nengines; i++) {
		if (show->nengines > 1)
			rehearsal_tell("if",
				       "the remote %s ppptun:", i == 0 ? "has" : "lacks");
		if (tell_program(show, show->engines[i]) != 0)
			return -1;
	}
	tell_interface(show);
	tell_pair(show, &show->choice[0].pair);
	tell_other_family(show);
	if (show->choice[0].pair6.local.family != AF_UNSPEC)
		rehearsal_note(show, JOURNAL_PAIR, "the pair of IPv6");
	rehearsal_note(show, JOURNAL_PROCESS, "%s%s%s", engine_name(show->engines[0]),
		       show->nengines > 1 ? " or " : "",
		       show->nengines > 1 ? engine_name(show->engines[1]) : "");
	return 0;
}

int rehearse_request(struct rehearsal *show)
{
	if (!show->profile->remote_routes)
		return 0;
	rehearsal_note(show, JOURNAL_PROCESS, JOURNAL_REQUEST);
	return tell_ssh(show, SSH_REQUEST, TUNNEL_ROUTES_REQUEST);
}

static void tell_setting(const struct interface_setting *setting)
{
	rehearsal_tell("set", "net.%s.conf.%s.%s = %ld", setting->knob.family,
		       setting->knob.interface, setting->knob.name, setting->value);
}

int rehearse_routers(struct rehearsal *show)
{
	const struct interface_setting setting =
	    interface_no_routers(show->profile->interface);

	tell_setting(&setting);
	return 0;
}

int rehearse_sources(struct rehearsal *show)
{
	const struct interface_setting setting =
	    interface_strict_sources(show->profile->interface);

	for (size_t i = 0; i < show->nengines; i++)
		if (tunnel_keeps_sources(
			show->profile,
			engine_program(show->engines[i], show->profile->pppd),
			&show->choice[0])) {
			if (show->nengines > 1)
				rehearsal_tell("if",
					       "it is %s:", engine_name(show->engines[i]));
			tell_setting(&setting);
		}
	return 0;
}

int rehearse_pair6(struct rehearsal *show)
{
	const size_t before = show->nmade;

	tell_pair(show, &show->choice[0].pair6);
	/* It is in the journal since the program began. */
	show->nmade = before;
	return 0;
}
