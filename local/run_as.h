/* SPDX-License-Identifier: ISC */
/* The ordinary user whose ssh this is. */
#ifndef SALLYPORT_LOCAL_RUN_AS_H
#define SALLYPORT_LOCAL_RUN_AS_H

#include <sys/types.h>

#include "agent/base/text.h"
#include "policy/language/error.h"
#include "policy/language/policy.h"

enum { RUN_AS_HOME_MAX = 256 };

struct run_as {
	char name[ACCOUNT_MAX_LEN + 1];
	uid_t uid;
	gid_t gid;
	char home[RUN_AS_HOME_MAX];
};

/* -1 with *err: err->sys is 0 when there is no such user, or none that can be used. */
int run_as_find(const char *name, struct run_as *out, struct error *err);

/* The name of the user with that number; false when there is none, or none that RunAs could
 * name. */
bool run_as_name(long uid, char name[ACCOUNT_MAX_LEN + 1]);

/*
 * An environment of nothing but HOME, USER, LOGNAME and PATH; and SSH_AUTH_SOCK, the value
 * of auth_sock (NULL: none), if it is a socket that belongs to the account.
 */
int run_as_environment(const struct run_as *account, const char *auth_sock,
		       struct words *out, struct error *err);

/*
 * Groups, gid, uid, capabilities, then the proof that there is no way back; all descriptors
 * but the first three close when a program is executed. The account's home (or / when it
 * cannot be entered) becomes the working directory. On -1 the process must end.
 */
int run_as_become(const struct run_as *account, struct error *err);

#endif
