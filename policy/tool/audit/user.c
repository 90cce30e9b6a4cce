/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/user.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "policy/tool/audit/host.h"

/* Keys and sockets that a program makes are for the user alone. */
enum { USER_UMASK = 077 };

static int keep(const struct passwd *entry, struct user *out, struct error *err)
{
	if (strlen(entry->pw_name) >= sizeof out->name ||
	    strlen(entry->pw_dir) >= sizeof out->home || entry->pw_dir[0] != '/')
		return error_set(err, "the home directory of %s cannot be used",
				 entry->pw_name);
	*out = (struct user){.uid = entry->pw_uid, .gid = entry->pw_gid};
	snprintf(out->name, sizeof out->name, "%s", entry->pw_name);
	snprintf(out->home, sizeof out->home, "%s", entry->pw_dir);
	return 0;
}

static int find_here(const char *name, struct user *out, struct error *err)
{
	const struct passwd *entry;

	errno = 0;
	entry = getpwnam(name);
	if (entry == NULL)
		return error_set(err, "there is no user %s", name);
	if (keep(entry, out, err) != 0)
		return -1;
	out->ngroups = USER_GROUPS_MAX;
	if (getgrouplist(name, out->gid, out->groups, &out->ngroups) < 0)
		return error_set(err, "%s is in too many groups", name);
	return 0;
}

static void add_groups(const struct host *host, struct user *user)
{
	FILE *file = host_fopen(host, host_group_file);
	const struct group *entry;

	user->groups[0] = user->gid;
	user->ngroups = 1;
	while (file != NULL && (entry = fgetgrent(file)) != NULL)
		if (host_group_has(entry, user->name) && user->ngroups < USER_GROUPS_MAX)
			user->groups[user->ngroups++] = entry->gr_gid;
	if (file != NULL)
		fclose(file);
}

static int find_in_copy(const struct host *host, const char *name, struct user *out,
			struct error *err)
{
	FILE *file = host_fopen(host, "/etc/passwd");
	const struct passwd *entry;
	int found = 1;

	if (file == NULL)
		return error_sys(err, errno, "cannot open /etc/passwd");
	while (found == 1 && (entry = fgetpwent(file)) != NULL)
		if (strcmp(entry->pw_name, name) == 0)
			found = keep(entry, out, err);
	fclose(file);
	if (found == 1)
		return error_set(err, "there is no user %s", name);
	if (found == 0)
		add_groups(host, out);
	return found;
}

int user_find(const struct host *host, const char *name, struct user *out,
	      struct error *err)
{
	err->sys = 0;
	return host->living ? find_here(name, out, err)
			    : find_in_copy(host, name, out, err);
}

/* Only the ids that count for files are changed, so that the user's processes gain no right
 * over this one. The kernel then also drops the capabilities that override modes. */
static bool take_file_ids(const struct user *user)
{
	if (setgroups((size_t)user->ngroups, user->groups) != 0)
		return false;
	(void)setfsgid(user->gid);
	(void)setfsuid(user->uid);
	/* They return the old id: an impossible one changes nothing, and returns what is in
	 * force. */
	return setfsgid((gid_t)-1) == (int)user->gid &&
	       setfsuid((uid_t)-1) == (int)user->uid;
}

bool user_enter(struct host *host, const struct user *user)
{
	if (!host->owners)
		return false;
	if (geteuid() != 0)
		return geteuid() == user->uid;
	/* The copy may lie where the user cannot look. */
	host->held_root =
	    open(host->living ? "/" : host->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (host->held_root > STDERR_FILENO && take_file_ids(user))
		return true;
	user_leave(host);
	return false;
}

void user_leave(struct host *host)
{
	if (geteuid() != 0)
		return;
	(void)setfsuid(0);
	(void)setfsgid(0);
	(void)setgroups(0, NULL);
	if (host->held_root > STDERR_FILENO)
		close(host->held_root);
	host->held_root = 0;
}

int user_become(const struct user *user)
{
	uid_t real, effective, saved;

	/* It gets neither root's keyring nor root's terminal. A kernel may have no
	 * keyrings. */
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS &&
	    errno != EOPNOTSUPP)
		return -1;
	if (setsid() < 0)
		return -1;
	if (geteuid() == 0 && setgroups((size_t)user->ngroups, user->groups) != 0)
		return -1;
	if (setresgid(user->gid, user->gid, user->gid) != 0 ||
	    setresuid(user->uid, user->uid, user->uid) != 0 ||
	    getresuid(&real, &effective, &saved) != 0 || real != user->uid ||
	    effective != user->uid || saved != user->uid ||
	    (user->uid != 0 && setuid(0) == 0))
		return -1;
	(void)umask(USER_UMASK);
	return 0;
}
