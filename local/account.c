/* SPDX-License-Identifier: ISC */
#include "local/account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ACCOUNT_PATH "/usr/local/bin:/usr/bin:/bin"

/* Keys and sockets that ssh makes are for the account alone. */
enum { ACCOUNT_UMASK = 077 };

int account_find(const char *name, struct account *out, struct policy_error *err)
{
	const struct passwd *entry;

	errno = 0;
	entry = getpwnam(name);
	if (entry == NULL)
		return errno != 0 ? error_sys(err, errno, "cannot look up user %s", name)
				  : error_set(err, "RunAs: there is no user %s", name);
	if (strlen(entry->pw_name) >= sizeof(out->name) ||
	    strlen(entry->pw_dir) >= sizeof(out->home) || entry->pw_dir[0] != '/')
		return error_set(err, "RunAs: the home directory of %s cannot be used",
				 name);
	*out = (struct account){.uid = entry->pw_uid, .gid = entry->pw_gid};
	snprintf(out->name, sizeof(out->name), "%s", entry->pw_name);
	snprintf(out->home, sizeof(out->home), "%s", entry->pw_dir);
	return 0;
}

struct env_builder {
	struct account_env *env;
	size_t used, count;
};

__attribute__((format(printf, 2, 3))) static int add_variable(struct env_builder *builder,
							      const char *fmt, ...)
{
	char *text = builder->env->text + builder->used;
	const size_t room = sizeof(builder->env->text) - builder->used;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, room, fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room || builder->count >= ACCOUNT_ENV_MAX)
		return -1;
	builder->env->envp[builder->count++] = text;
	builder->env->envp[builder->count] = NULL;
	builder->used += (size_t)len + 1;
	return 0;
}

/* Root's own agent, or another user's, must not lend its keys to this account. */
static bool socket_belongs_to(const char *path, uid_t uid)
{
	struct stat st;

	return path != NULL && path[0] == '/' && stat(path, &st) == 0 &&
	       S_ISSOCK(st.st_mode) && st.st_uid == uid;
}

int account_environment(const struct account *account, const char *auth_sock,
			struct account_env *out, struct policy_error *err)
{
	struct env_builder builder = {.env = out};

	if (add_variable(&builder, "HOME=%s", account->home) != 0 ||
	    add_variable(&builder, "USER=%s", account->name) != 0 ||
	    add_variable(&builder, "LOGNAME=%s", account->name) != 0 ||
	    add_variable(&builder, "PATH=%s", ACCOUNT_PATH) != 0)
		goto too_long;
	if (socket_belongs_to(auth_sock, account->uid) &&
	    add_variable(&builder, "SSH_AUTH_SOCK=%s", auth_sock) != 0)
		goto too_long;
	return 0;
too_long:
	return error_set(err, "the environment for ssh does not fit");
}

/* What must fail once the ids are the account's. uid 0 as RunAs drops nothing. */
static int prove(const struct account *account, struct policy_error *err)
{
	uid_t real, effective, saved;
	gid_t greal, geffective, gsaved;

	if (getresuid(&real, &effective, &saved) != 0 ||
	    getresgid(&greal, &geffective, &gsaved) != 0 || real != account->uid ||
	    effective != account->uid || saved != account->uid || greal != account->gid ||
	    geffective != account->gid || gsaved != account->gid)
		return error_set(err, "the ids are not those of %s", account->name);
	if (account->uid != 0 && (setuid(0) == 0 || seteuid(0) == 0))
		return error_set(err, "the ids of root can be had back");
	return 0;
}

int account_become(const struct account *account, struct policy_error *err)
{
	if (initgroups(account->name, account->gid) != 0)
		return error_sys(err, errno, "cannot take the groups of %s", account->name);
	if (setresgid(account->gid, account->gid, account->gid) != 0 ||
	    setresuid(account->uid, account->uid, account->uid) != 0)
		return error_sys(err, errno, "cannot become %s", account->name);
	if (prove(account, err) != 0)
		return -1;
	umask(ACCOUNT_UMASK);
	if (chdir(account->home) != 0 && chdir("/") != 0)
		return error_sys(err, errno, "cannot enter a working directory");
	return 0;
}
