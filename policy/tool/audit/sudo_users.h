/* SPDX-License-Identifier: ISC */
/* Whether a list of users in sudoers(5) means the account, read as sudo reads it: the last
 * member that matches decides, "!" negates, and an alias stands for its own list. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_SUDO_USERS_H
#define SALLYPORT_POLICY_TOOL_AUDIT_SUDO_USERS_H

#include "policy/tool/audit/host_names.h"

/* Bits, as an unknown group can be either. */
enum sudo_match { SUDO_SILENT = 1, SUDO_IN = 2, SUDO_OUT = 4 };

struct sudo_alias;

struct sudo_users {
	/* the names of the account, and every group that this host knows, sorted */
	struct host_names names, groups;
	struct sudo_alias *aliases;
	size_t naliases, aliases_size;
	/* how many aliases are being followed */
	unsigned depth;
	/* memory ran out */
	bool lost;
};

/* Freed with sudo_users_free(). */
void sudo_users_begin(struct sudo_users *users, const struct host *host);
/* The text after "User_Alias", which must outlive users. */
void sudo_users_define(struct sudo_users *users, const char *text);
/* To be called when all aliases are defined. */
void sudo_users_sort(struct sudo_users *users);
/* Bits of enum sudo_match for the list at the beginning of text. */
unsigned sudo_users_match(struct sudo_users *users, const char *text);
void sudo_users_free(struct sudo_users *users);

#endif
