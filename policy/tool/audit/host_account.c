/* SPDX-License-Identifier: ISC */
/* The account that peers log in to: passwd, shadow and group, as files. */
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"

enum { DAY_S = 24 * 60 * 60 };

static const char passwd_file[] = "/etc/passwd";
static const char shadow_file[] = "/etc/shadow";

static void judge_password(struct host *host, const char *file, const char *password)
{
	if (password[0] == '\0')
		host_find(host, RULE_ACCOUNT_PASSWORD, file, 0, "%s has an empty password",
			  host->account.name);
	else if (password[0] == '!')
		host->account.locked = file;
	/* A "*" is not a password of crypt(3)'s: these begin with a dollar sign, a letter,
	 * a digit, a dot or a slash. */
	else if (password[0] != '*')
		host_find(host, RULE_ACCOUNT_PASSWORD, file, 0, "%s has a password",
			  host->account.name);
}

static void keep_account(struct host *host, const struct passwd *entry)
{
	struct host_account *account = &host->account;

	host->has_account = true;
	account->uid = entry->pw_uid;
	account->gid = entry->pw_gid;
	snprintf(account->name, sizeof account->name, "%s", entry->pw_name);
	snprintf(account->home, sizeof account->home, "%s", entry->pw_dir);
	snprintf(account->shell, sizeof account->shell, "%s", entry->pw_shell);
	/* Anything but "x" is used instead of the password in shadow(5). */
	if (strcmp(entry->pw_passwd, "x") != 0)
		judge_password(host, passwd_file, entry->pw_passwd);
}

static void find_account(struct host *host)
{
	FILE *file = host_fopen(host, passwd_file);
	const struct passwd *entry;

	if (file == NULL) {
		host_find(host, RULE_ACCOUNT_MISSING, passwd_file, 0, "cannot open it: %s",
			  host_why());
		return;
	}
	while (!host->has_account && (entry = fgetpwent(file)) != NULL)
		if (strcmp(entry->pw_name, host->conf.account) == 0)
			keep_account(host, entry);
	fclose(file);
	if (!host->has_account)
		host_find(host, RULE_ACCOUNT_MISSING, passwd_file, 0,
			  "the account %s is not in it", host->conf.account);
	/* The agent reads it itself, and refuses a file that others can change. */
	(void)host_trust_file(host, RULE_UNTRUSTED, passwd_file);
}

/* Other users with the uid or the group of the account: to the kernel they are the same. */
static void judge_others(struct host *host)
{
	FILE *file = host_fopen(host, passwd_file);
	const struct passwd *entry;
	bool own = false;

	if (file == NULL)
		return;
	while ((entry = fgetpwent(file)) != NULL) {
		if (strcmp(entry->pw_name, host->account.name) == 0) {
			if (own)
				host_find(host, RULE_ACCOUNT_SHARED, passwd_file, 0,
					  "%s has a second entry, with uid %u",
					  entry->pw_name, (unsigned)entry->pw_uid);
			own = true;
			continue;
		}
		if (entry->pw_uid == host->account.uid)
			host_find(host, RULE_ACCOUNT_SHARED, passwd_file, 0,
				  "%s has its uid %u too", entry->pw_name,
				  (unsigned)entry->pw_uid);
		else if (entry->pw_gid == host->account.gid && entry->pw_uid != 0)
			host_find(host, RULE_ACCOUNT_GROUP_SHARED, passwd_file, 0,
				  "%s has its group %u too", entry->pw_name,
				  (unsigned)entry->pw_gid);
	}
	fclose(file);
}

static void judge_entry(struct host *host)
{
	const struct host_account *account = &host->account;

	if (account->uid == 0)
		host_find(host, RULE_ACCOUNT_ROOT, passwd_file, 0, "%s has uid 0",
			  account->name);
	if (account->gid == 0)
		host_find(host, RULE_ACCOUNT_ROOT, passwd_file, 0, "%s has gid 0",
			  account->name);
	if (strcmp(account->shell, PATH_AGENT) != 0)
		host_find(host, RULE_ACCOUNT_SHELL, passwd_file, 0,
			  "the shell of %s is %s: expected %s", account->name,
			  account->shell[0] == '\0' ? "empty, which is /bin/sh"
						    : account->shell,
			  PATH_AGENT);
}

/* sshd may look for files there, and pppd would read .ppprc as a privileged user's. */
static void judge_home(struct host *host)
{
	const char *home = host->account.home;
	struct stat st;

	if (home[0] != '/') {
		host_find(host, RULE_ACCOUNT_HOME, passwd_file, 0,
			  "the home of %s is \"%s\": expected a directory",
			  host->account.name, home);
		return;
	}
	if (!host->owners)
		return;
	if (host_stat(host, home, &st) == 0 && !S_ISDIR(st.st_mode))
		host_find(host, RULE_ACCOUNT_HOME, home, 0,
			  "the home of %s is not a directory", host->account.name);
	else
		(void)host_trust_directory(host, RULE_ACCOUNT_HOME, home);
}

/* As pam_unix decides: it must be changed at once, or is older than allowed. */
static bool is_due(const struct spwd *entry, long today)
{
	if (entry->sp_lstchg == 0)
		return true;
	return entry->sp_lstchg > 0 && entry->sp_max >= 0 &&
	       today - entry->sp_lstchg > entry->sp_max;
}

static void judge_shadow_entry(struct host *host, const struct spwd *entry)
{
	const long today = (long)(host->survey->now / DAY_S);

	judge_password(host, shadow_file, entry->sp_pwdp);
	host->account.password_due = is_due(entry, today);
	/* Day 0 counts as a date. */
	if (entry->sp_expire >= 0 && entry->sp_expire <= today)
		host_find(host, RULE_ACCOUNT_EXPIRED, shadow_file, 0, "%s has expired",
			  host->account.name);
}

static void judge_shadow(struct host *host)
{
	FILE *file = host_fopen(host, shadow_file);
	const struct spwd *entry;
	bool found = false;

	if (file == NULL) {
		host_not_read(host, shadow_file, "the account's password");
		return;
	}
	while (!found && (entry = fgetspent(file)) != NULL) {
		found = strcmp(entry->sp_namp, host->account.name) == 0;
		if (found)
			judge_shadow_entry(host, entry);
	}
	fclose(file);
	if (!found)
		host_find(host, RULE_ACCOUNT_PASSWORD, shadow_file, 0, "%s is not in it",
			  host->account.name);
	(void)host_trust_file(host, RULE_UNTRUSTED, shadow_file);
}

/* Of its own name, or NAME-agent, where the group of its name is other people's. */
static bool is_own_group(const char *group, const char *account)
{
	const size_t len = strlen(account);

	return strncmp(group, account, len) == 0 &&
	       (group[len] == '\0' || strcmp(group + len, "-agent") == 0);
}

static void judge_group(struct host *host, const struct group *entry)
{
	const char *name = host->account.name;

	if (entry->gr_gid != host->account.gid) {
		if (host_group_has(entry, name))
			host_find(host,
				  host->conf.tun_persistent ? RULE_PERSISTENT_GROUPS
							    : RULE_ACCOUNT_GROUPS,
				  host_group_file, 0, "%s is in the group %s", name,
				  entry->gr_name);
		return;
	}
	/* Some groups, such as disk, give rights. */
	if (!is_own_group(entry->gr_name, name))
		host_find(host, RULE_ACCOUNT_GROUPS, host_group_file, 0,
			  "%s has the group %s: expected one of its own name", name,
			  entry->gr_name);
	for (char *const *member = entry->gr_mem; *member != NULL; member++)
		if (strcmp(*member, name) != 0)
			host_find(host, RULE_ACCOUNT_GROUP_SHARED, host_group_file, 0,
				  "%s is in its group %s", *member, entry->gr_name);
}

static void judge_groups(struct host *host)
{
	FILE *file = host_fopen(host, host_group_file);
	const struct group *entry;

	if (file == NULL) {
		host_not_read(host, host_group_file, "the account's groups");
		return;
	}
	while ((entry = fgetgrent(file)) != NULL)
		judge_group(host, entry);
	fclose(file);
	(void)host_trust_file(host, RULE_UNTRUSTED, host_group_file);
}

void host_account(struct host *host)
{
	find_account(host);
	if (!host->has_account)
		return;
	judge_entry(host);
	judge_others(host);
	judge_home(host);
	judge_shadow(host);
	judge_groups(host);
}
