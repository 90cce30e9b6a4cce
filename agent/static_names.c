/* SPDX-License-Identifier: ISC */
/*
 * vpn-agent is linked statically, and libcap-ng has a function, capng_change_id(), that
 * asks for users by name. Nobody calls it; but the C library's name services would come
 * along with it, which load modules at run time. What stands here in their place ends the
 * program.
 */
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "policy/language/exitcode.h"

struct passwd *getpwuid(uid_t uid)
{
	(void)uid;
	_exit(EXIT_INTERNAL);
}

int initgroups(const char *user, gid_t group)
{
	(void)user;
	(void)group;
	_exit(EXIT_INTERNAL);
}
