/* SPDX-License-Identifier: ISC */
/* How far a login got, by ssh's debug messages (SSH_SAID_VERBOSE). */
#ifndef SALLYPORT_LOCAL_SSH_LOGIN_H
#define SALLYPORT_LOCAL_SSH_LOGIN_H

#include <stdbool.h>

/* Each says more than those before it. */
enum ssh_login_stage {
	/* ssh did not say: it may not even know the host key. */
	SSH_LOGIN_UNKNOWN,
	/* The other end wants a login, and ssh had no key to try. */
	SSH_LOGIN_NO_KEY,
	SSH_LOGIN_OFFERED,
	/* It knows a key, and refused what was signed with it. */
	SSH_LOGIN_REFUSED,
	/* It knows a key, and ssh did not sign with it but tried another. */
	SSH_LOGIN_UNSIGNED,
	/* It knows a key whose private half is not here. */
	SSH_LOGIN_HALF,
	/* The login with a key was good, and is not enough. */
	SSH_LOGIN_PARTIAL,
	/* It knows a key, and ssh said nothing after that. */
	SSH_LOGIN_ACCEPTED,
};

/* Of our ssh, whose process id it is (0: not known), or of those that lead to jump hosts.
 */
enum ssh_login_stage ssh_login_stage(const char *output, long ours, bool jump);
/* Whether our ssh has read the other end's version: it is there, and speaks ssh. */
bool ssh_login_answered(const char *output, long ours);

#endif
