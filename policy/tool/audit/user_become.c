/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "policy/tool/audit/user.h"

/* Keys and sockets that a program makes are for the user alone. */
enum { USER_UMASK = 077 };

int user_become(const struct user *user)
{
	uid_t real, effective, saved;

	/* Neither root's keys nor root's terminal. A kernel without keys has none to lend.
	 */
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
