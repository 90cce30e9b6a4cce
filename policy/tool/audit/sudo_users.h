/* SPDX-License-Identifier: ISC */
/*
 * Whether a list of users in sudoers(5) is for the account, as sudo itself reads it: the
 * last member that matches decides, "!" turns it round, and an alias is what its own list
 * says.
 */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_SUDO_USERS_H
#define SALLYPORT_POLICY_TOOL_AUDIT_SUDO_USERS_H

#include "policy/tool/audit/host_names.h"

/* As bits, for what is not known can be either. */
enum sudo_match { SUDO_SILENT = 1, SUDO_IN = 2, SUDO_OUT = 4 };

struct sudo_alias;

struct sudo_users {
	/* who the account is, and every group that this host knows, sorted */
	struct host_names names, groups;
	struct sudo_alias *aliases;
	size_t naliases, aliases_size;
	/* that are being looked into */
	unsigned depth;
	/* memory ran out */
	bool lost;
};

/* Freed with sudo_users_free(). */
void sudo_users_begin(struct sudo_users *users, const struct host *host);
/* What stands behind "User_Alias"; it must outlive users. */
void sudo_users_define(struct sudo_users *users, const char *text);
/* Once all are defined. */
void sudo_users_sort(struct sudo_users *users);
/* The list at the beginning of text. */
unsigned sudo_users_match(struct sudo_users *users, const char *text);
void sudo_users_free(struct sudo_users *users);

#endif
