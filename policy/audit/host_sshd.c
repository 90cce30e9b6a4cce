/* SPDX-License-Identifier: ISC */
/*
 * What sshd makes of its configuration for the account: it is asked itself (sshd -T), as
 * Match, Include and the order of lines are sshd's to understand.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/audit/host.h"
#include "policy/audit/run.h"
#include "policy/audit/sshd_text.h"

#define PATH_SSHD	 "/usr/sbin/sshd"
#define PATH_SSHD_CONFIG "/etc/ssh/sshd_config"

enum { SPEC_MAX = 128, LINE_MAX_TOLD = 200 };

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

static void judge_expected(struct host *host, const struct sshd_settings *settings)
{
	const char *disabled = sshd_setting(settings, "disableforwarding", NULL);
	const bool off = disabled != NULL && strcmp(disabled, "yes") == 0;

	for (size_t i = 0; i < EXPECTATIONS; i++) {
		const struct expectation *e = &expectations[i];
		const char *value = sshd_setting(settings, e->keyword, NULL);

		if (value == NULL && !e->optional)
			host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
				  "sshd does not tell %s", e->keyword);
		else if (value != NULL && strcmp(value, e->value) != 0 &&
			 !(e->disabled && off))
			host_find(host, e->rule, PATH_SSHD_CONFIG, 0,
				  "%s is %.100s for %s: expected %s", e->keyword, value,
				  host->conf.account, e->value);
	}
}

static bool is_harmless(const char *variable)
{
	for (size_t i = 0; i < HARMLESS; i++)
		if (strcmp(variable, harmless[i]) == 0)
			return true;
	return strncmp(variable, "LC_", 3) == 0;
}

static void judge_variables(struct host *host, const struct sshd_settings *settings)
{
	const char *variable;

	for (size_t at = 0; (variable = sshd_setting(settings, "acceptenv", &at)) != NULL;)
		if (!is_harmless(variable))
			host_find(host, RULE_SSHD_ACCEPT_ENV, PATH_SSHD_CONFIG, 0,
				  "acceptenv %.100s for %s: expected LANG and LC_* at most",
				  variable, host->conf.account);
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

static void judge(struct host *host, const struct sshd_settings *settings)
{
	judge_expected(host, settings);
	judge_variables(host, settings);
	judge_subsystems(host, settings);
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

/* Static, as the settings point into the output. */
static struct sshd_settings settings;
static struct run_output output;

/* The settings for a login of the account from that address: 0, or -1 with a finding. */
static int ask(struct host *host, const char *address)
{
	char spec[SPEC_MAX], line[LINE_MAX_TOLD];
	char *argv[] = {PATH_SSHD, "-T", "-C", spec, NULL};
	struct policy_error err;

	run_free(&output);
	(void)snprintf(spec, sizeof spec, "user=%s,host=%s,addr=%s", host->conf.account,
		       address, address);
	if (run_program(argv, &output, &err) < 0) {
		tell_failure(host, err.text);
		return -1;
	}
	if (output.status != 0) {
		tell_failure(host, run_first_line(output.err, line, sizeof line));
		return -1;
	}
	if (sshd_settings_parse(&settings, output.out, strlen(output.out), &err) == 0)
		return 0;
	tell_failure(host, err.text);
	return -1;
}

void host_sshd(struct host *host)
{
	if (!host->living) {
		host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
			  "the settings of sshd for %s: only the host itself can tell",
			  host->conf.account);
		return;
	}
	if (ask(host, "192.0.2.1") < 0)
		return;
	judge(host, &settings);
	host->sshd = &settings;
}
