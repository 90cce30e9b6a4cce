/* SPDX-License-Identifier: ISC */
/* Step 2: is this process what the installation made it, and nothing else? */
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/base/account.h"
#include "agent/base/log.h"
#include "agent/confine/file_capabilities.h"
#include "agent/confine/inherited.h"
#include "policy/language/paths.h"

static void check_ids(const struct login *login)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	if (getresuid(&ruid, &euid, &suid) != 0 || getresgid(&rgid, &egid, &sgid) != 0)
		agent_refuse(login, EXIT_SYSTEM, "cannot read the ids of this process");
	if (ruid != euid || ruid != suid || rgid != egid || rgid != sgid)
		agent_refuse(login, EXIT_SYSTEM,
			     "running setuid or setgid: remove that bit from %s",
			     PATH_AGENT);
	if (ruid != login->account.uid || rgid != login->account.gid || ruid == 0)
		agent_refuse(login, EXIT_SYSTEM, "uid %u gid %u is not the account %s",
			     (unsigned)ruid, (unsigned)rgid, login->conf.account);
}

static void check_file(const struct login *login)
{
	struct stat st;

	if (stat("/proc/self/exe", &st) != 0)
		agent_refuse(login, EXIT_SYSTEM, "cannot look at the agent's own file");
	if ((st.st_mode & (S_ISUID | S_ISGID)) != 0)
		agent_refuse(login, EXIT_SYSTEM, "%s has a setuid or setgid bit: remove it",
			     PATH_AGENT);
	if (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0 || st.st_nlink != 1)
		agent_refuse(login, EXIT_SYSTEM,
			     "the agent's file must be root's, writable by root alone, "
			     "with one link");
}

/* Exactly those of its file: fewer means a copy, nosuid or no_new_privs; more come from a
 * caller, or from an installation that does not fit Tun persistent, which needs none. */
static void check_capabilities(const struct login *login)
{
	const uint64_t expected = login->conf.tun_persistent ? 0 : AGENT_CAPABILITIES;
	struct capability_sets sets;

	if (capability_sets_read(&sets) != 0)
		agent_refuse(login, EXIT_SYSTEM,
			     "cannot read the capabilities of this process");
	if (sets.permitted != expected)
		agent_refuse(
		    login, EXIT_SYSTEM,
		    "permitted capabilities are %llx, not %llx%s: file capabilities of %s",
		    (unsigned long long)sets.permitted, (unsigned long long)expected,
		    login->conf.tun_persistent ? " (Tun persistent)" : "", PATH_AGENT);
}

/*
 * File capabilities make a dynamic loader ignore LD_PRELOAD (AT_SECURE). Without them it
 * would run what a client's LD_PRELOAD names before main(), if sshd accepts that variable:
 * so there must be no loader.
 */
static void check_loader(const struct login *login)
{
	if (login->conf.tun_persistent && getauxval(AT_BASE) != 0)
		agent_refuse(login, EXIT_SYSTEM,
			     "%s is linked dynamically: Tun persistent needs a static one",
			     PATH_AGENT);
}

void agent_check_identity(struct login *login)
{
	struct error err;

	/* What cannot be recorded does not happen. */
	if (log_open("vpn-agent", &err) != 0)
		agent_refuse(login, EXIT_SYSTEM, "%s", err.text);
	if (inherited_check_files(&err) != 0)
		agent_refuse(login, EXIT_SYSTEM, "%s", err.text);
	if (policy_load_agent(PATH_AGENT_CONF, TRUST_ROOT, &login->conf, &err) != 0)
		agent_refuse_policy(login, error_exit_code(&err), &err);
	if (account_find("/etc/passwd", TRUST_ROOT, login->conf.account, &login->account,
			 &err) != 0)
		agent_refuse_policy(login, error_exit_code(&err), &err);
	check_ids(login);
	check_file(login);
	check_loader(login);
	check_capabilities(login);
}
