/* SPDX-License-Identifier: ISC */
/*
 * What sshd makes of its configuration for the account: it is asked itself (sshd -T), as
 * Match, Include and the order of lines are sshd's to understand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/audit/grow.h"
#include "policy/audit/host.h"
#include "policy/audit/host_sshd.h"
#include "policy/audit/run.h"
#include "policy/audit/sshd_text.h"

#define PATH_SSHD "/usr/sbin/sshd"

/* Of TEST-NET-1 (RFC 5737): nobody comes from there. */
#define ANYWHERE "192.0.2.1"

enum {
	SPEC_MAX = 2 * ADDRESS_TEXT_MAX + 64,
	/* sshd wants to be told one where there is a Match LocalPort */
	SSH_PORT = 22,
	LINE_MAX_TOLD = 200,
	FROM_MAX = ADDRESS_TEXT_MAX + 8,
	/* One connection carries the request for PPP and the one for routes. */
	MAX_SESSIONS_NEEDED = 2,
};

static const struct expectation {
	const char *keyword, *value;
	enum rule_name rule;
	/* DisableForwarding yes does as well */
	bool disabled;
	/* not in every sshd */
	bool optional;
} expectations[] = {
    {"allowtcpforwarding", "no", RULE_SSHD_FORWARDING, true, false},
    {"allowstreamlocalforwarding", "no", RULE_SSHD_FORWARDING, true, false},
    /* Up to OpenSSH 9.9 these two do not heed DisableForwarding. */
    {"allowagentforwarding", "no", RULE_SSHD_FORWARDING, false, false},
    {"x11forwarding", "no", RULE_SSHD_FORWARDING, false, false},
    {"gatewayports", "no", RULE_SSHD_FORWARDING, false, false},
    {"permittunnel", "no", RULE_SSHD_FORWARDING, false, false},
    {"permituserenvironment", "no", RULE_SSHD_ENVIRONMENT, false, false},
    {"permituserrc", "no", RULE_SSHD_USER_RC, false, false},
    {"exposeauthinfo", "yes", RULE_SSHD_AUTH_INFO, false, false},
    {"pubkeyauthentication", "yes", RULE_SSHD_AUTHENTICATION, false, false},
    {"passwordauthentication", "no", RULE_SSHD_AUTHENTICATION, false, false},
    {"kbdinteractiveauthentication", "no", RULE_SSHD_AUTHENTICATION, false, false},
    {"permitemptypasswords", "no", RULE_SSHD_AUTHENTICATION, false, false},
    {"hostbasedauthentication", "no", RULE_SSHD_AUTHENTICATION, false, false},
    {"gssapiauthentication", "no", RULE_SSHD_AUTHENTICATION, false, true},
    {"kerberosauthentication", "no", RULE_SSHD_AUTHENTICATION, false, true},
    {"trustedusercakeys", "none", RULE_SSHD_CA, false, false},
    {"forcecommand", "none", RULE_SSHD_FORCE_COMMAND, false, false},
    {"chrootdirectory", "none", RULE_SSHD_FORCE_COMMAND, false, false},
    {"strictmodes", "yes", RULE_KEYS_FILE, false, false},
};

/* As LC_*: variables that say how to print. Debian's sshd_config takes them. */
static const char *const harmless[] = {"LANG", "LANGUAGE", "COLORTERM", "NO_COLOR"};

enum {
	EXPECTATIONS = sizeof expectations / sizeof expectations[0],
	HARMLESS = sizeof harmless / sizeof harmless[0],
};

/* Settings that are looked at: what others differ in, for a login from elsewhere. */
struct view {
	const struct sshd_settings *settings, *others;
	/* "" or " from ADDRESS" */
	char from[FROM_MAX];
};

/* The setting, or NULL when it is told of the others already. */
static const char *news(const struct view *v, const char *keyword)
{
	const char *value = sshd_setting(v->settings, keyword, NULL), *other;

	if (value == NULL || v->others == NULL)
		return value;
	other = sshd_setting(v->others, keyword, NULL);
	return other != NULL && strcmp(value, other) == 0 ? NULL : value;
}

static bool is_yes(const struct view *v, const char *keyword)
{
	const char *value = sshd_setting(v->settings, keyword, NULL);

	return value != NULL && strcmp(value, "yes") == 0;
}

static void judge_expected(struct host *host, const struct view *v)
{
	/* Where forwarding as such is on again, what it stood for is news. */
	const bool off = is_yes(v, "disableforwarding");
	const bool again = !off && news(v, "disableforwarding") != NULL;

	for (size_t i = 0; i < EXPECTATIONS; i++) {
		const struct expectation *e = &expectations[i];
		const char *value = e->disabled && again
					? sshd_setting(v->settings, e->keyword, NULL)
					: news(v, e->keyword);

		if (value != NULL && strcmp(value, e->value) != 0 && !(e->disabled && off))
			host_find(host, e->rule, PATH_SSHD_CONFIG, 0,
				  "%s is %.100s for %s%s: expected %s", e->keyword, value,
				  host->conf.account, v->from, e->value);
	}
}

static void judge_channels(struct host *host, const struct view *v)
{
	const char *value = news(v, "maxsessions");

	if (value != NULL && sshd_first_number(value) < MAX_SESSIONS_NEEDED)
		host_find(host, RULE_SSHD_SESSIONS, PATH_SSHD_CONFIG, 0,
			  "maxsessions is %.100s for %s%s: expected %d or more", value,
			  host->conf.account, v->from, MAX_SESSIONS_NEEDED);
}

/* What another sshd may have no word for is not known. */
static void judge_untold(struct host *host, const struct sshd_settings *settings)
{
	for (size_t i = 0; i < EXPECTATIONS; i++)
		if (!expectations[i].optional &&
		    sshd_setting(settings, expectations[i].keyword, NULL) == NULL)
			host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
				  "sshd does not tell %s", expectations[i].keyword);
}

static bool is_harmless(const char *variable)
{
	for (size_t i = 0; i < HARMLESS; i++)
		if (strcmp(variable, harmless[i]) == 0)
			return true;
	return strncmp(variable, "LC_", 3) == 0;
}

static bool takes_variable(const struct sshd_settings *settings, const char *variable)
{
	const char *other;

	for (size_t at = 0; (other = sshd_setting(settings, "acceptenv", &at)) != NULL;)
		if (strcmp(other, variable) == 0)
			return true;
	return false;
}

static void judge_variables(struct host *host, const struct view *v)
{
	const char *variable;

	for (size_t at = 0;
	     (variable = sshd_setting(v->settings, "acceptenv", &at)) != NULL;)
		if (!is_harmless(variable) &&
		    (v->others == NULL || !takes_variable(v->others, variable)))
			host_find(host, RULE_SSHD_ACCEPT_ENV, PATH_SSHD_CONFIG, 0,
				  "acceptenv %.100s for %s%s: expected LANG and LC_* at "
				  "most",
				  variable, host->conf.account, v->from);
}

/* A program is run by the account's shell, the agent; sshd's own is run by nobody else. */
static void judge_subsystems(struct host *host, const struct sshd_settings *settings)
{
	const char *subsystem;

	for (size_t at = 0; (subsystem = sshd_setting(settings, "subsystem", &at)) != NULL;)
		if (strstr(subsystem, " internal-sftp") != NULL)
			host_find(host, RULE_SSHD_SUBSYSTEM, PATH_SSHD_CONFIG, 0,
				  "subsystem %.100s: no program, so that the account's "
				  "shell is not asked",
				  subsystem);
}

/* host_keys() looks at what holds for the first address. */
static void judge_places(struct host *host, const struct view *v)
{
	static const char *const keywords[] = {
	    "authorizedkeysfile", "authorizedkeyscommand", "authorizedkeyscommanduser"};

	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
		const char *value = news(v, keywords[i]);

		if (value != NULL)
			host_find(host, RULE_KEYS_ELSEWHERE, PATH_SSHD_CONFIG, 0,
				  "%s is %.200s for %s%s: expected the same for all",
				  keywords[i], value, host->conf.account, v->from);
	}
}

/* Why there is no answer: as another user than root sshd cannot read its keys. */
static void tell_failure(struct host *host, const char *why)
{
	if (geteuid() == 0)
		host_find(host, RULE_SSHD_FAILS, PATH_SSHD_CONFIG, 0, "sshd -T: %s", why);
	else
		host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
			  "the settings of sshd for %s: only root can ask (%s)",
			  host->conf.account, why);
}

/* The settings point into the output. */
struct answer {
	struct sshd_settings settings;
	struct run_output output;
};

/* The settings for a login of the account from that address: 0, or -1 with a finding. */
static int ask(struct host *host, const char *address, struct answer *answer)
{
	char spec[SPEC_MAX], line[LINE_MAX_TOLD];
	char *argv[] = {PATH_SSHD, "-T", "-C", spec, NULL};
	struct policy_error err;

	run_free(&answer->output);
	(void)snprintf(spec, sizeof spec, "user=%s,host=%s,addr=%s,lport=%d",
		       host->conf.account, address, address, SSH_PORT);
	if (run_program(argv, &answer->output, &err) < 0) {
		tell_failure(host, err.text);
		return -1;
	}
	if (answer->output.status != 0) {
		tell_failure(host, run_first_line(answer->output.err, line, sizeof line));
		return -1;
	}
	if (sshd_settings_parse(&answer->settings, answer->output.out,
				strlen(answer->output.out), &err) == 0)
		return 0;
	tell_failure(host, err.text);
	return -1;
}

/* Where a peer comes from, Match Address can give it other settings. */
static void judge_sources(struct host *host, const struct answer *first)
{
	static struct answer answer;
	struct view view = {.settings = &answer.settings, .others = &first->settings};
	char address[ADDRESS_TEXT_MAX];

	for (size_t i = 0; i < host->nsources; i++) {
		ip_addr_print(&host->sources[i], address);
		if (ask(host, address, &answer) < 0)
			break;
		(void)snprintf(view.from, sizeof view.from, " from %s", address);
		judge_expected(host, &view);
		judge_channels(host, &view);
		judge_variables(host, &view);
		judge_places(host, &view);
	}
	run_free(&answer.output);
	if (host->more_sources)
		host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
			  "the settings of sshd for all networks of From but the first %d",
			  HOST_SOURCES_MAX);
}

bool host_keep_source(struct host *host, const struct ip_addr *source, size_t max)
{
	for (size_t i = 0; i < host->nsources; i++)
		if (ip_addr_equal(&host->sources[i], source))
			return true;
	if (host->nsources >= max)
		return false;
	host->sources[host->nsources++] = *source;
	return true;
}

static void keep_from(struct host *host, const struct peer *peer)
{
	for (size_t i = 0; i < peer->nfrom; i++) {
		struct host_from *from = GROW(host->from, host->nfrom, host->from_size);

		if (from == NULL) {
			host->findings->lost = true;
			return;
		}
		*from = (struct host_from){peer->from[i].prefix,
					   peer->nfrom == 1 ? peer->sessions : 0};
		host->nfrom++;
		if (!host_keep_source(host, &from->network.addr, HOST_SOURCES_MAX))
			host->more_sources = true;
	}
}

/* Of a peer that has a link. */
static void keep_reach(struct host *host, const struct peer *peer)
{
	const unsigned engine =
	    1u << (peer->ppp_line == 0 ? (unsigned)HOST_ENGINE_OPEN : peer->ppp);
	size_t count;
	const struct prefix_line *list = peer_reach(peer, &count);

	if (list == NULL) {
		host->beyond4 |= peer->address.local.family != AF_UNSPEC;
		host->beyond6 |= peer->address6.local.family != AF_UNSPEC;
		return;
	}
	if (peer_has_reach(peer))
		host->reaches |= engine;
	else
		host->limited |= engine;
	for (size_t i = 0; i < count; i++) {
		host->beyond4 |= list[i].prefix.addr.family == AF_INET;
		host->beyond6 |= list[i].prefix.addr.family == AF_INET6;
	}
}

void host_keep_peer(struct host *host, const struct peer *peer)
{
	if ((peer->allow & 1u << VERB_PPPD) != 0)
		keep_reach(host, peer);
	host->ipv6_links |= peer->address6.local.family != AF_UNSPEC;
	host->strict4 |= peer->strict && peer->address.local.family != AF_UNSPEC;
	host->strict6 |= peer->strict && peer->address6.local.family != AF_UNSPEC;
	if (peer->ppp_line == 0)
		host->engine_open = true;
	else
		host->engines |= 1u << peer->ppp;
	host->sessions += peer->sessions;
	keep_from(host, peer);
}

void host_free(struct host *host)
{
	free(host->from);
	host->from = NULL;
	host->nfrom = host->from_size = 0;
	free(host->profiles);
	host->profiles = NULL;
	host->nprofiles = host->profiles_size = 0;
}

void host_sshd(struct host *host)
{
	/* Static, as host->sshd stays. */
	static struct answer first;
	const struct view view = {.settings = &first.settings};

	host_sshd_files(host);
	if (!host->living) {
		host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
			  "the settings of sshd for %s: only the host itself can tell",
			  host->conf.account);
		return;
	}
	host_sshd_running(host);
	if (ask(host, ANYWHERE, &first) < 0)
		return;
	host->sshd = &first.settings;
	judge_untold(host, host->sshd);
	judge_expected(host, &view);
	judge_channels(host, &view);
	judge_variables(host, &view);
	judge_subsystems(host, host->sshd);
	judge_sources(host, &first);
	host_sshd_limits(host, host->sshd);
}
