/* SPDX-License-Identifier: ISC */
/* A user of the host, with whose rights files are looked at. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_USER_H
#define SALLYPORT_POLICY_TOOL_AUDIT_USER_H

#include <sys/types.h>

#include "policy/language/error.h"
#include "policy/language/path.h"
#include "policy/language/policy.h"

enum { USER_GROUPS_MAX = 256 };

struct user {
	char name[ACCOUNT_MAX_LEN + 1];
	uid_t uid;
	gid_t gid;
	char home[PATH_TEXT_MAX];
	gid_t groups[USER_GROUPS_MAX];
	int ngroups;
};

struct host;

/* Looks the user up as vpn-connect does: by the name service of a living host, in the files
 * of a copy. 0, or -1 with *err: err->sys is 0 when the user does not exist or cannot be
 * used. */
int user_find(const struct host *host, const char *name, struct user *out,
	      struct error *err);

/* Until user_leave(), files are opened with the rights of the user. False when this process
 * may not do that, or when owners and modes are not the host's: then files are opened with
 * its own rights, and a refusal means nothing. */
bool user_enter(struct host *host, const struct user *user);
void user_leave(struct host *host);

/* In a child that is about to execute a program: becomes the user, for good. 0, or -1. */
int user_become(const struct user *user);

#endif
