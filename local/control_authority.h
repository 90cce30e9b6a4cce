/* SPDX-License-Identifier: ISC */
/* Who is at the other end of the control socket, and what that user may ask for. */
#ifndef SALLYPORT_LOCAL_CONTROL_AUTHORITY_H
#define SALLYPORT_LOCAL_CONTROL_AUTHORITY_H

#include <stdbool.h>
#include <sys/types.h>

#include "local/control_request.h"
#include "policy/language/error.h"

/* Who may look on: status, list, logs. */
#define CONTROL_GROUP "sallyport"

enum {
	CONTROL_USER_MAX = 64,
	/* A user's groups; one with more is in none that is looked for behind these. */
	CONTROL_GROUPS_MAX = 1024,
};

/*
 * By the account database, and not by the groups that the process has: those may come from
 * a program with a setgid bit, or from before the user was taken out of the group.
 */
struct control_user {
	uid_t uid;
	/* Printable. */
	char name[CONTROL_USER_MAX];
	gid_t groups[CONTROL_GROUPS_MAX];
	int ngroups;
};

/*
 * From the credentials that the kernel kept when the socket was connected. -1 with *err:
 * there is no such account, or the number stands for users whom this host has no number
 * for.
 */
int control_user_of(int socket, struct control_user *out, struct error *err);
bool control_user_may(const struct control_user *user,
		      const struct control_request *request);
/* Whether list tells this user, a struct control_user, of that profile. */
bool control_user_sees(const void *user, const char *name);

#endif
