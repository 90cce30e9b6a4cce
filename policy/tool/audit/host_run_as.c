/* SPDX-License-Identifier: ISC */
/* Whether the user of RunAs is one of its own, and whether the host knows those in Users.
 */
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <string.h>

#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"

struct run_as_question {
	struct host *host;
	const struct user *user;
	/* the profile's own file */
	char file[PATH_TEXT_MAX];
};

static void judge_entry(const struct run_as_question *q, const struct passwd *entry)
{
	const struct user *user = q->user;

	if (entry->pw_uid != user->uid)
		return;
	if (strcmp(entry->pw_name, user->name) != 0)
		host_find(q->host, RULE_RUN_AS_ACCOUNT, q->file, 0,
			  "RunAs: %s has the same uid as %s", entry->pw_name, user->name);
	else if (strcmp(entry->pw_shell, PATH_AGENT) == 0)
		host_find(q->host, RULE_RUN_AS_ACCOUNT, q->file, 0,
			  "RunAs: peers log in to %s", user->name);
	if (entry->pw_passwd[0] == '\0')
		host_find(q->host, RULE_RUN_AS_ACCOUNT, q->file, 0,
			  "RunAs: %s has an empty password", entry->pw_name);
}

static void judge_shadow(const struct run_as_question *q)
{
	/* If it cannot be read, host_account() or nobody's concern: /etc/shadow is root's.
	 */
	FILE *file = host_fopen(q->host, "/etc/shadow");
	const struct spwd *entry;

	while (file != NULL && (entry = fgetspent(file)) != NULL)
		if (strcmp(entry->sp_namp, q->user->name) == 0 && entry->sp_pwdp[0] == '\0')
			host_find(q->host, RULE_RUN_AS_ACCOUNT, q->file, 0,
				  "RunAs: %s has an empty password", q->user->name);
	if (file != NULL)
		fclose(file);
}

void host_run_as(struct host *host, const struct profile *profile, const struct user *user)
{
	struct run_as_question q = {.host = host, .user = user};
	FILE *file = host_fopen(host, "/etc/passwd");
	const struct passwd *entry;

	snprintf(q.file, sizeof q.file, PATH_PROFILES_DIR "/%s.conf", profile->name);
	while (file != NULL && (entry = fgetpwent(file)) != NULL)
		judge_entry(&q, entry);
	if (file != NULL)
		fclose(file);
	judge_shadow(&q);
}

/* As vpn-connect looks it up: by the name service of a living host. */
static bool has_group(const struct host *host, const char *name)
{
	FILE *file;
	const struct group *entry;
	bool found = false;

	if (host->living)
		return getgrnam(name) != NULL;
	file = host_fopen(host, host_group_file);
	while (file != NULL && !found && (entry = fgetgrent(file)) != NULL)
		found = strcmp(entry->gr_name, name) == 0;
	if (file != NULL)
		fclose(file);
	return found;
}

static bool has_user(const struct host *host, const char *name)
{
	struct user user;
	struct error err = {0};

	return user_find(host, name, &user, &err) == 0;
}

void host_users(struct host *host, const struct profile *profile)
{
	char file[PATH_TEXT_MAX];

	snprintf(file, sizeof file, PATH_PROFILES_DIR "/%s.conf", profile->name);
	for (size_t i = 0; i < profile->nusers; i++) {
		const struct user_line *line = &profile->users[i];
		const bool group = line->name[0] == '@';

		if (group ? has_group(host, line->name + 1) : has_user(host, line->name))
			continue;
		host_find(host, RULE_USERS_UNKNOWN, file, line->line,
			  "Users %s: there is no such %s", line->name,
			  group ? "group" : "user");
	}
}
