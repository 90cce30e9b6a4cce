/* SPDX-License-Identifier: ISC */
/* What pppd tells when it is run: its version, and which options it knows. */
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "agent/core/pppd_version.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/audit/run.h"

static const char device[] = "/dev/ppp";

/* Decides as the agent's needs_root() does who a pppd of that version runs as. */
static void judge_launch(struct host *host, const char *version)
{
	const enum launch_as as = host->conf.launch_as;
	const bool suffices = pppd_version_suffices(version);
	char line[FINDING_TEXT_MAX];
	struct stat st;
	/* host_kernel() reports a missing device. */
	const bool shut = host_stat(host, device, &st) == 0 && host->has_account &&
			  !host_account_may(host, &st, S_IROTH | S_IWOTH);
	const char *why = !suffices ? "it accepts only root"
			  : shut    ? "the account may not open /dev/ppp"
				    : "LaunchAs root";

	(void)run_first_line(version, line, sizeof line);
	host->pppd_as_root =
	    as == LAUNCH_ROOT || (as == LAUNCH_AUTO && (!suffices || shut));
	if (host->pppd_as_root)
		host_find(host, RULE_PPPD_ROOT, host->conf.pppd, 0, "%s: %s", line, why);
	else if (!suffices || shut)
		host_find(host, RULE_PPPD_LAUNCH, host->conf.pppd, 0,
			  "LaunchAs account, and %s: %s", line, why);
}

/* pppd also reads the options of the user who runs it: a plugin in root's would run here.
 */
static bool has_own_options(void)
{
	const struct passwd *user = getpwuid(getuid());
	char path[PATH_TEXT_MAX];
	struct stat st;

	return user == NULL || path_join(user->pw_dir, ".ppprc", path) != 0 ||
	       lstat(path, &st) == 0;
}

/* Whether it knows the word: it reads its options in order, so that it prints its version
 * only if it has accepted what stands before. True also when it cannot be run. */
static bool knows(const char *pppd, const char *word, const char *argument)
{
	char option[] = "--version";
	char *argv[] = {(char *)pppd, (char *)word, option, NULL, NULL};
	struct run_output output;
	struct error err;
	bool told;

	if (argument != NULL) {
		argv[2] = (char *)argument;
		argv[3] = option;
	}
	if (run_program(argv, &output, &err) < 0)
		return true;
	told = pppd_version_told(output.out) || pppd_version_told(output.err);
	run_free(&output);
	return told;
}

/* For a pppd that has printed its version. Every pppd knows the other words of a plan. */
static void judge_words(struct host *host, const char *pppd)
{
	if (host->ipv6_links && !knows(pppd, PPPD_WORD_IPV6, NULL))
		host_find(host, RULE_PPPD_LACKS, pppd, 0,
			  "it was built without IPv6, and peers have Address6");
	/* pppd accepts this option only from root. */
	if (geteuid() == 0 && !knows(pppd, "ifname", "sp-audit"))
		host_find(host, RULE_PPPD_LACKS, pppd, 0,
			  "it does not know ifname: 2.4.8 or later is needed");
}

void host_pppd(struct host *host, bool may_ask)
{
	char option[] = "--version";
	char path[POLICY_PATH_MAX], line[FINDING_TEXT_MAX];
	char *const argv[] = {path, option, NULL};
	struct run_output output;
	struct error err;

	memcpy(path, host->conf.pppd, sizeof path);
	if (!host->living) {
		host_find(host, RULE_NOT_LOOKED_AT, path, 0, "its version");
	} else if (has_own_options()) {
		host_find(host, RULE_NOT_LOOKED_AT, path, 0,
			  "its version: pppd would first do what your ~/.ppprc says");
	} else if (!may_ask) {
		host_find(host, RULE_NOT_LOOKED_AT, path, 0,
			  "its version: pppd would first do what %s says",
			  PPP_OPTIONS_FILE);
	} else if (run_program(argv, &output, &err) < 0) {
		host_find(host, RULE_NOT_LOOKED_AT, path, 0, "its version: %s", err.text);
	} else {
		const char *said = output.out[0] != '\0' ? output.out : output.err;

		if (strstr(said, "version ") != NULL) {
			judge_launch(host, said);
			judge_words(host, path);
		} else
			host_find(host, RULE_PPPD_FAILS, path, 0, "it says \"%s\"",
				  run_first_line(said, line, sizeof line));
		run_free(&output);
	}
}
