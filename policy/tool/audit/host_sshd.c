/* SPDX-License-Identifier: ISC */
/* The settings that sshd has for the account. sshd itself is asked (sshd -T), as it knows
 * best what Match, Include and the order of lines mean. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_sshd.h"
#include "policy/tool/audit/run.h"
#include "policy/tool/audit/sshd_text.h"
#include "policy/tool/audit/word_list.h"
#include "policy/tool/base/grow.h"

#define PATH_SSHD "/usr/sbin/sshd"

/* In TEST-NET-1 (RFC 5737), from where nobody comes. */
#define ANYWHERE "192.0.2.1"

enum {
	SPEC_MAX = 2 * ADDRESS_TEXT_MAX + 64,
	/* sshd requires one when there is a Match LocalPort */
	SSH_PORT = 22,
};

enum { DISABLED_ALWAYS = 1, DISABLED_SINCE_10 = 10 };

static const struct expectation {
	const char *keyword, *value;
	enum rule_name rule;
	/* From this release of OpenSSH on DisableForwarding yes does the same; 0: in none
	 */
	unsigned disabled;
	/* not every sshd has it */
	bool optional;
} expectations[] = {
    {"allowtcpforwarding", "no", RULE_SSHD_FORWARDING, DISABLED_ALWAYS, false},
    {"allowstreamlocalforwarding", "no", RULE_SSHD_FORWARDING, DISABLED_ALWAYS, false},
    /* Up to OpenSSH 9.9 DisableForwarding does not affect these two (CVE-2025-32728). */
    {"allowagentforwarding", "no", RULE_SSHD_FORWARDING, DISABLED_SINCE_10, false},
    {"x11forwarding", "no", RULE_SSHD_FORWARDING, DISABLED_SINCE_10, false},
    /* It says who may use forwarded ports. */
    {"gatewayports", "no", RULE_SSHD_FORWARDING, DISABLED_ALWAYS, false},
    {"permittunnel", "no", RULE_SSHD_FORWARDING, 0, false},
    {"permituserenvironment", "no", RULE_SSHD_ENVIRONMENT, 0, false},
    {"permituserrc", "no", RULE_SSHD_USER_RC, 0, false},
    {"exposeauthinfo", "yes", RULE_SSHD_AUTH_INFO, 0, false},
    {"pubkeyauthentication", "yes", RULE_SSHD_AUTHENTICATION, 0, false},
    {"passwordauthentication", "no", RULE_SSHD_AUTHENTICATION, 0, false},
    {"kbdinteractiveauthentication", "no", RULE_SSHD_AUTHENTICATION, 0, false},
    {"permitemptypasswords", "no", RULE_SSHD_AUTHENTICATION, 0, false},
    {"hostbasedauthentication", "no", RULE_SSHD_AUTHENTICATION, 0, false},
    {"gssapiauthentication", "no", RULE_SSHD_AUTHENTICATION, 0, true},
    {"kerberosauthentication", "no", RULE_SSHD_AUTHENTICATION, 0, true},
    {"trustedusercakeys", "none", RULE_SSHD_CA, 0, false},
    {"forcecommand", "none", RULE_SSHD_FORCE_COMMAND, 0, false},
    {"chrootdirectory", "none", RULE_SSHD_FORCE_COMMAND, 0, false},
    {"strictmodes", "yes", RULE_KEYS_FILE, 0, false},
};

/* Like LC_*, these say how to print. Debian's sshd_config accepts them. */
static const char harmless[] = "LANG LANGUAGE COLORTERM NO_COLOR";

enum { EXPECTATIONS = sizeof expectations / sizeof expectations[0] };

const char *sshd_view_news(const struct sshd_view *v, const char *keyword)
{
	const char *value = sshd_setting(v->settings, keyword), *other;

	if (value == NULL || v->others == NULL)
		return value;
	other = sshd_setting(v->others, keyword);
	return other != NULL && strcmp(value, other) == 0 ? NULL : value;
}

/* The major version of OpenSSH; 0 when it is not known. */
static unsigned ask_release(void)
{
	static const char name[] = "OpenSSH_";
	char *argv[] = {PATH_SSHD, "-V", NULL};
	struct run_output output = {0};
	struct error err;
	unsigned release = 0;

	/* An old sshd has no -V, but prints its version with its usage. */
	if (run_program(argv, &output, &err) == 0) {
		const char *at = strstr(output.err, name);

		if (at != NULL)
			release = (unsigned)strtoul(at + sizeof name - 1, NULL, 10);
	}
	run_free(&output);
	return release;
}

/* Whether the keyword makes no difference, because forwarding is off anyway. */
static bool is_moot(const struct host *host, const struct sshd_view *v,
		    const struct expectation *e)
{
	if (sshd_is(v->settings, "disableforwarding", "yes") && e->disabled != 0 &&
	    (e->disabled == DISABLED_ALWAYS || host->sshd_release >= e->disabled))
		return true;
	return strcmp(e->keyword, "gatewayports") == 0 &&
	       (sshd_is(v->settings, "allowtcpforwarding", "no") ||
		sshd_is(v->settings, "allowtcpforwarding", "local"));
}

static void judge_expected(struct host *host, const struct sshd_view *v)
{
	/* Where DisableForwarding is off again, the settings that it overrode are news. */
	const bool again = !sshd_is(v->settings, "disableforwarding", "yes") &&
			   sshd_view_news(v, "disableforwarding") != NULL;

	for (size_t i = 0; i < EXPECTATIONS; i++) {
		const struct expectation *e = &expectations[i];
		const char *value = e->disabled != 0 && again
					? sshd_setting(v->settings, e->keyword)
					: sshd_view_news(v, e->keyword);

		if (value != NULL && strcmp(value, e->value) != 0 && !is_moot(host, v, e))
			host_find(host, e->rule, PATH_SSHD_CONFIG, 0,
				  "%s is %s for %s%s: expected %s", e->keyword, value,
				  host->conf.account, v->from, e->value);
	}
}

/* Reports settings that this sshd does not print. */
static void judge_untold(struct host *host, const struct sshd_settings *settings)
{
	for (size_t i = 0; i < EXPECTATIONS; i++)
		if (!expectations[i].optional &&
		    sshd_setting(settings, expectations[i].keyword) == NULL)
			host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
				  "sshd -T does not print %s", expectations[i].keyword);
}

static bool is_harmless(const char *variable)
{
	return word_list_has(harmless, " ", variable) || strncmp(variable, "LC_", 3) == 0;
}

static bool takes_variable(const struct sshd_settings *settings, const char *variable)
{
	const char *other;

	for (size_t at = 0; (other = sshd_next(settings, "acceptenv", &at)) != NULL;)
		if (strcmp(other, variable) == 0)
			return true;
	return false;
}

static void judge_variables(struct host *host, const struct sshd_view *v)
{
	const char *variable;

	for (size_t at = 0; (variable = sshd_next(v->settings, "acceptenv", &at)) != NULL;)
		if (!is_harmless(variable) &&
		    (v->others == NULL || !takes_variable(v->others, variable)))
			host_find(host, RULE_SSHD_ACCEPT_ENV, PATH_SSHD_CONFIG, 0,
				  "acceptenv %s for %s%s: expected LANG and LC_* at "
				  "most",
				  variable, host->conf.account, v->from);
}

/* sshd runs a program by the account's shell, which is the agent, but its own subsystem
 * itself. */
static void judge_subsystems(struct host *host, const struct sshd_settings *settings)
{
	const char *subsystem;

	for (size_t at = 0; (subsystem = sshd_next(settings, "subsystem", &at)) != NULL;)
		if (strstr(subsystem, " internal-sftp") != NULL)
			host_find(host, RULE_SSHD_SUBSYSTEM, PATH_SSHD_CONFIG, 0,
				  "subsystem %s: it is not a program, so sshd does not "
				  "start it by the account's shell",
				  subsystem);
}

/* host_keys() looks only at the files for the first address. */
static void judge_key_sources(struct host *host, const struct sshd_view *v)
{
	static const char *const keywords[] = {
	    "authorizedkeysfile", "authorizedkeyscommand", "authorizedkeyscommanduser"};

	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
		const char *value = sshd_view_news(v, keywords[i]);

		if (value != NULL)
			host_find(host, RULE_KEYS_ELSEWHERE, PATH_SSHD_CONFIG, 0,
				  "%s is %s for %s%s: expected the same for all",
				  keywords[i], value, host->conf.account, v->from);
	}
}

/* Reports why sshd -T failed: it can read its host keys only as root, and before its first
 * start after a boot it lacks a directory that its unit makes. */
static void tell_failure(struct host *host, const char *why)
{
	if (strstr(why, "Missing privilege separation directory") != NULL)
		host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
			  "the settings of sshd for %s: sshd prints them only once it has "
			  "been started (%s)",
			  host->conf.account, why);
	else if (geteuid() == 0)
		host_find(host, RULE_SSHD_FAILS, PATH_SSHD_CONFIG, 0, "sshd -T: %s", why);
	else
		host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
			  "the settings of sshd for %s: only root can ask (%s)",
			  host->conf.account, why);
}

/* The settings point into the output. */
struct sshd_answer {
	struct sshd_settings settings;
	struct run_output output;
};

/* The settings for a login of the account from that address: 0, or -1 with a finding. */
static int ask(struct host *host, const char *address, struct sshd_answer *answer)
{
	char spec[SPEC_MAX], line[FINDING_TEXT_MAX];
	char *argv[] = {PATH_SSHD, "-T", "-C", spec, NULL};
	struct error err;

	run_free(&answer->output);
	snprintf(spec, sizeof spec, "user=%s,host=%s,addr=%s,lport=%d", host->conf.account,
		 address, address, SSH_PORT);
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

/* Match Address can give other settings to the places that peers come from. */
static void judge_sources(struct host *host, const struct sshd_answer *first)
{
	struct sshd_answer answer = {0};
	struct sshd_view view = {.settings = &answer.settings, .others = &first->settings};
	char address[ADDRESS_TEXT_MAX];

	for (size_t i = 0; i < host->nsources; i++) {
		ip_addr_print(&host->sources[i], address);
		if (ask(host, address, &answer) < 0)
			break;
		view.address = &host->sources[i];
		snprintf(view.from, sizeof view.from, " from %s", address);
		judge_expected(host, &view);
		host_sshd_doors(host, &view);
		judge_variables(host, &view);
		judge_key_sources(host, &view);
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
		const struct host_from from = {peer->from[i].prefix,
					       peer->nfrom == 1 ? peer->sessions : 0};

		if (!APPEND(host->from, host->nfrom, host->from_size, &from))
			host->findings->lost = true;
		if (!host_keep_source(host, &from.network.addr, HOST_SOURCES_MAX))
			host->more_sources = true;
	}
}

/* For a peer that may have a link. */
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
	if (verbs_have(peer->allow, VERB_PPPD))
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
	host_keep_kinds(host, peer);
}

void host_free(struct host *host)
{
	free(host->from);
	free(host->kinds);
	free(host->sets);
	free(host->profiles);
	if (host->sshd_answer != NULL)
		run_free(&host->sshd_answer->output);
	free(host->sshd_answer);
}

/* Asks for the settings that hold wherever a login comes from. */
static void ask_first(struct host *host)
{
	host->sshd_answer = calloc(1, sizeof *host->sshd_answer);
	if (host->sshd_answer == NULL)
		host->findings->lost = true;
	else if (ask(host, ANYWHERE, host->sshd_answer) == 0)
		host->sshd = &host->sshd_answer->settings;
}

void host_sshd(struct host *host)
{
	struct sshd_view view = {0};

	host_sshd_files(host);
	if (!host->living) {
		host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
			  "the settings of sshd for %s: only the host itself can tell",
			  host->conf.account);
		return;
	}
	host->sshd_release = ask_release();
	host_sshd_running(host);
	ask_first(host);
	host_sshd_listen(host, host->sshd);
	if (host->sshd == NULL)
		return;
	view.settings = host->sshd;
	judge_untold(host, host->sshd);
	judge_expected(host, &view);
	host_sshd_doors(host, &view);
	judge_variables(host, &view);
	judge_subsystems(host, host->sshd);
	judge_sources(host, host->sshd_answer);
	host_sshd_algorithms(host, host->sshd);
	host_sshd_limits(host, host->sshd);
}
