/* SPDX-License-Identifier: ISC */
#include "local/run_as.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "agent/confine/file_capabilities.h"
#include "policy/language/paths.h"
#include "policy/language/value.h"

/* Whatever ssh runs to reach a jump host is looked up there first. */
#define ACCOUNT_PATH PATH_JUMP_DIR ":/usr/local/bin:/usr/bin:/bin"

/* Keys and sockets that ssh makes are for the account alone. */
enum { ACCOUNT_UMASK = 077 };

/* getpwnam(3): a name service uses any of these to say that it does not know the name. */
static bool is_not_found(int sys)
{
	return sys == 0 || sys == ENOENT || sys == ESRCH || sys == EBADF || sys == EPERM;
}

/*
 * The errno of getpwnam(3), 0 when it does not know the name. If a service cannot open its
 * file, the next one is asked, which may not know the name: so check the file too.
 */
static int why_not_found(int sys)
{
	int fd;

	if (!is_not_found(sys))
		return sys;
	fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : errno;
	close(fd);
	return 0;
}

int run_as_find(const char *name, struct run_as *out, struct error *err)
{
	const struct passwd *entry;
	int sys;

	errno = 0;
	entry = getpwnam(name);
	if (entry == NULL) {
		sys = why_not_found(errno);
		return sys == 0 ? error_set(err, "RunAs: there is no user %s", name)
				: error_sys(err, sys, "cannot look up user %s", name);
	}
	if (strlen(entry->pw_name) >= sizeof out->name ||
	    strlen(entry->pw_dir) >= sizeof out->home || entry->pw_dir[0] != '/')
		return error_set(err, "RunAs: the home directory of %s cannot be used",
				 name);
	*out = (struct run_as){.uid = entry->pw_uid, .gid = entry->pw_gid};
	/* Which stays as it is, as there is no right to change it. */
	if (geteuid() != 0 && geteuid() == out->uid)
		out->gid = getegid();
	snprintf(out->name, sizeof out->name, "%s", entry->pw_name);
	snprintf(out->home, sizeof out->home, "%s", entry->pw_dir);
	return 0;
}

bool run_as_name(long uid, char name[ACCOUNT_MAX_LEN + 1])
{
	const struct passwd *entry = uid >= 0 ? getpwuid((uid_t)uid) : NULL;

	if (entry == NULL || strlen(entry->pw_name) > ACCOUNT_MAX_LEN ||
	    value_account(entry->pw_name, NULL) != 0)
		return false;
	snprintf(name, ACCOUNT_MAX_LEN + 1, "%s", entry->pw_name);
	return true;
}

/* Root's own agent, or another user's, must not lend its keys to this account. */
static bool socket_belongs_to(const char *path, uid_t uid)
{
	struct stat st;

	return path != NULL && path[0] == '/' && stat(path, &st) == 0 &&
	       S_ISSOCK(st.st_mode) && st.st_uid == uid;
}

int run_as_environment(const struct run_as *account, const char *auth_sock,
		       struct words *out, struct error *err)
{
	out->argc = out->used = 0;
	out->overflow = false;
	words_add(out, "HOME=%s", account->home);
	words_add(out, "USER=%s", account->name);
	words_add(out, "LOGNAME=%s", account->name);
	words_add(out, "PATH=%s", ACCOUNT_PATH);
	if (socket_belongs_to(auth_sock, account->uid))
		words_add(out, "SSH_AUTH_SOCK=%s", auth_sock);
	return out->overflow ? error_set(err, "the environment for ssh is too long") : 0;
}

/*
 * Leaving uid 0 clears all but the inheritable set, unless the caller has set a securebit
 * against it (capabilities(7)).
 */
static int drop_capabilities(struct error *err)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

	/* EINVAL: a kernel that has no ambient set. */
	if ((prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 &&
	     errno != EINVAL) ||
	    syscall(SYS_capset, &header, none) != 0)
		return error_sys(err, errno, "cannot drop capabilities");
	return 0;
}

static bool has_capabilities(void)
{
	struct capability_sets left = {0};

	return capabilities_read(&left) != 0 ||
	       (left.permitted | left.effective | left.inheritable | left.ambient) != 0;
}

/* Verifies that only the account's ids are left. RunAs root drops nothing. */
static int prove(const struct run_as *account, struct error *err)
{
	uid_t real, effective, saved;
	gid_t greal, geffective, gsaved;

	if (getresuid(&real, &effective, &saved) != 0 ||
	    getresgid(&greal, &geffective, &gsaved) != 0 || real != account->uid ||
	    effective != account->uid || saved != account->uid || greal != account->gid ||
	    geffective != account->gid || gsaved != account->gid)
		return error_set(err, "the ids are not those of %s", account->name);
	if (account->uid != 0 && (setuid(0) == 0 || seteuid(0) == 0))
		return error_set(err, "the ids of root can still be regained");
	if (account->uid != 0 && has_capabilities())
		return error_set(err, "capabilities are left");
	return 0;
}

int run_as_become(const struct run_as *account, struct error *err)
{
	/* A user's own vpn-connect has the user's groups, and no right to take them. */
	const bool is_already = account->uid != 0 && geteuid() == account->uid;

	if (!is_already && initgroups(account->name, account->gid) != 0)
		return error_sys(err, errno, "cannot take the groups of %s", account->name);
	/* The modules that look up groups may leave files open. */
	if (descriptors_close_on_exec(STDERR_FILENO + 1, UINT_MAX) != 0)
		return error_sys(err, errno, "cannot close descriptors");
	if (setresgid(account->gid, account->gid, account->gid) != 0 ||
	    setresuid(account->uid, account->uid, account->uid) != 0)
		return error_sys(err, errno, "cannot become %s", account->name);
	if (account->uid != 0 && drop_capabilities(err) != 0)
		return -1;
	if (prove(account, err) != 0)
		return -1;
	umask(ACCOUNT_UMASK);
	if (chdir(account->home) != 0 && chdir("/") != 0)
		return error_sys(err, errno, "cannot enter a working directory");
	return 0;
}
