/* SPDX-License-Identifier: ISC */
/* pppd, the options that it reads before those of the agent's plan, and its hooks. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/core/engine.h"
#include "policy/language/paths.h"
#include "policy/tool/audit/capability.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_names.h"
#include "policy/tool/audit/ppp_words.h"
#include "policy/tool/audit/word_list.h"

static const char options_file[] = PPP_OPTIONS_FILE;
static const char usual_pppd[] = "/usr/sbin/pppd";

/* Options are listed by the number of words that follow them: 0 or 1. */
enum { ARGUMENTS = 2 };

/* Options that change nothing in a session when pppd's own file has them: the plan
 * overrides them, or says the same. */
static const char *const harmless[ARGUMENTS] = {
    "auth crtscts defaultroute hide-password lcp-echo-adaptive local lock modem noauth "
    "nobsdcomp noccp nocrtscts nodefaultroute nodeflate nodetach noipdefault noipx nolock "
    "nomp nomultilink noproxyarp novj novjccomp proxyarp",
    "asyncmap ifname lcp-echo-failure lcp-echo-interval mru mtu",
};

/* With these no session comes up, as peers have no secrets; or the peer may decide what
 * policy should; or pppd runs or reads something that no plan names. The plan cannot take
 * them back. */
static const char *const spoiling[ARGUMENTS] = {
    "+chap +mschap +mschap-v2 +pap demand ipcp-accept-local ipcp-accept-remote "
    "ipv6cp-accept-local ipv6cp-accept-remote mp multilink noip require-chap require-eap "
    "require-mppe require-mppe-128 require-mppe-40 require-mschap require-mschap-v2 "
    "require-pap sync",
    "+ua call connect disconnect file init logfile plugin pty record socket welcome",
};

/* How many words follow the option; ARGUMENTS for one that is not in the lists. */
static unsigned arguments_of(const char *const lists[ARGUMENTS], const char *option)
{
	unsigned arguments = 0;

	while (arguments < ARGUMENTS && !word_list_has(lists[arguments], " ", option))
		arguments++;
	return arguments;
}

/* An option that is not listed above; the rest of its line is taken for its arguments. */
static void judge_unknown(struct host *host, const struct ppp_words *words, unsigned *last)
{
	if (words->word_line != *last)
		host_find(host, RULE_PPP_OPTION_OTHER, options_file, words->word_line, "%s",
			  words->word);
	*last = words->word_line;
}

/* True for an option that spoils sessions. */
static bool judge_word(struct host *host, struct ppp_words *words, unsigned *unknown)
{
	unsigned left = arguments_of(harmless, words->word);
	bool spoils = false;

	if (left == ARGUMENTS) {
		left = arguments_of(spoiling, words->word);
		spoils = left < ARGUMENTS;
	}
	if (left == ARGUMENTS) {
		judge_unknown(host, words, unknown);
		return false;
	}
	if (spoils)
		host_find(host, RULE_PPP_OPTION, options_file, words->word_line, "%s",
			  words->word);
	for (; left > 0 && ppp_words_next(words); left--)
		;
	return spoils;
}

bool host_ppp_options(struct host *host)
{
	char *text = host_read(host, options_file, NULL);
	struct ppp_words words = {.at = text, .line = 1};
	unsigned unknown = 0;
	bool harmful = false;

	if (text == NULL) {
		/* pppd works without it. */
		if (errno == ENOENT)
			return host_trust_directory(host, RULE_PPP_UNTRUSTED, "/etc/ppp");
		host_not_read(host, options_file, "");
		return false;
	}
	while (ppp_words_next(&words))
		harmful |= judge_word(host, &words, &unknown);
	free(text);
	return host_trust_file(host, RULE_PPP_UNTRUSTED, options_file) && !harmful;
}

/* A program that pppd runs with Hooks yes, or that such a program runs by run-parts. */
static void judge_hook(struct host *host, const char *path)
{
	struct stat st;

	if (host_stat(host, path, &st) < 0 || !S_ISREG(st.st_mode) ||
	    (st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
		return;
	host_find(host, RULE_PPP_HOOK, path, 0, "pppd runs it with every session");
	(void)host_trust_program(host, RULE_PPP_UNTRUSTED, path);
}

static void judge_hooks_in(struct host *host, const char *dir)
{
	struct host_names paths = {0};

	if (host_names_list(host, dir, &paths) == 0)
		(void)host_trust_directory(host, RULE_PPP_UNTRUSTED, dir);
	else if (errno != ENOENT)
		host_not_read(host, dir, "");
	for (size_t i = 0; i < paths.count; i++)
		judge_hook(host, paths.list[i]);
	host_names_free(&paths);
}

static void judge_hooks(struct host *host)
{
	static const char *const hooks[] = {
	    "/etc/ppp/ip-pre-up", "/etc/ppp/ip-up",	"/etc/ppp/ip-down",
	    "/etc/ppp/ipv6-up",	  "/etc/ppp/ipv6-down", "/etc/ppp/auth-up",
	    "/etc/ppp/auth-down",
	};
	static const char *const directories[] = {
	    "/etc/ppp/ip-pre-up.d", "/etc/ppp/ip-up.d",	    "/etc/ppp/ip-down.d",
	    "/etc/ppp/ipv6-up.d",   "/etc/ppp/ipv6-down.d",
	};

	if (!host->conf.hooks)
		return;
	for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; i++)
		judge_hook(host, hooks[i]);
	for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++)
		judge_hooks_in(host, directories[i]);
}

/* Some distributions give pppd capabilities instead of a setuid bit. */
static void judge_capabilities(struct host *host, const char *pppd)
{
	const int fd = host_open(host, pppd, O_PATH);
	char has[CAPABILITY_TEXT_MAX];
	struct file_capability capability;
	struct error err = {0};

	if (fd < 0)
		return;
	if (capability_read(fd, &capability, &err) == 0)
		host_find(host, RULE_PPPD_SETUID, pppd, 0,
			  "its file capabilities are %s, which Sallyport does not need",
			  capability_print(&capability, has));
	close(fd);
}

/* False when there is no such program. */
static bool judge_program(struct host *host, const char *program)
{
	struct stat st;

	if (!host_program(host, program) || host_stat(host, program, &st) < 0)
		return false;
	if (S_ISREG(st.st_mode) && (st.st_mode & S_ISUID) != 0)
		host_find(host, RULE_PPPD_SETUID, program, 0,
			  "it is setuid (mode %04o), which Sallyport does not need",
			  host_mode(&st));
	judge_capabilities(host, program);
	return true;
}

static void judge_pppd(struct host *host, bool may_ask)
{
	if (judge_program(host, host->conf.pppd))
		host_pppd(host, may_ask);
}

/* Which engines the agent would launch for the peers (agent/core/engine.h). */
static void find_engines(struct host *host)
{
	const bool automatic = (host->engines & 1u << PPP_AUTO) != 0;
	const char *pppd = host->conf.pppd;

	/* With Tun persistent only ppptun is allowed. */
	if (engine_is_ppptun(pppd) || host->conf.tun_persistent) {
		host->ppptun_used = true;
		return;
	}
	/* With hooks, or another pppd than the usual one, auto is always pppd. */
	if (automatic && (host->conf.hooks || strcmp(pppd, usual_pppd) != 0))
		host->engines |= 1u << PPP_PPPD;
	host->ppptun_instead = automatic && (host->engines & 1u << PPP_PPPD) == 0 &&
			       host_is_there(host, PATH_PPPTUN);
	host->ppptun_used =
	    (host->engines & 1u << PPP_PPPTUN) != 0 ||
	    (automatic && !host->conf.hooks && host_is_there(host, PATH_PPPTUN));
	host->pppd_used = (host->engines & 1u << PPP_PPPD) != 0 ||
			  (automatic && (host_is_there(host, pppd) || !host->ppptun_used));
}

/* Finds limits that nothing enforces: the peer's PPP is pppd, or the peer can choose pppd.
 */
static void judge_reach(struct host *host)
{
	const unsigned open = 1u << HOST_ENGINE_OPEN, conf = 1u << host->conf.ppp;
	unsigned offers = host->limited, reaches = host->reaches, pppd;

	offers |= (offers & open) != 0 ? conf : 0;
	reaches |= (reaches & open) != 0 ? conf : 0;
	pppd = (offers | reaches) & 1u << PPP_PPPD;
	/* With a Reach of its own, auto is ppptun where there is one
	 * (agent/core/prepare.c). */
	pppd |= offers & 1u << PPP_AUTO;
	if (host->conf.hooks || !host_is_there(host, PATH_PPPTUN))
		pppd |= reaches & 1u << PPP_AUTO;
	if (pppd != 0)
		host_find(
		    host, RULE_KERNEL_REACH, PATH_AGENT_CONF, 0,
		    "pppd may be launched, and peers have a limit to what they reach");
}

void host_ppp(struct host *host)
{
	if (host->engine_open || host->engines == 0)
		host->engines |= 1u << host->conf.ppp;
	find_engines(host);
	/* ppptun reads no options and runs no hooks, and never runs as root. */
	if (host->ppptun_used)
		(void)judge_program(host, engine_program(PPP_PPPTUN, host->conf.pppd));
	if (!host->pppd_used)
		return;
	/* What must be expected, until host_pppd() knows more. */
	host->pppd_as_root = host->conf.launch_as != LAUNCH_ACCOUNT;
	judge_reach(host);
	judge_pppd(host, host_ppp_options(host));
	judge_hooks(host);
}
