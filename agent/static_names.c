/* SPDX-License-Identifier: ISC */
/*
 * vpn-agent is linked statically, and libcap-ng has a function, capng_change_id(), that
 * looks up users by name. It is never called; but it would link the C library's name
 * services, which load modules at run time. The functions here take their place and end the
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
