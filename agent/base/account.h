/* SPDX-License-Identifier: ISC */
/* The account that clients log in to, as passwd(5) has it. */
#ifndef SALLYPORT_AGENT_BASE_ACCOUNT_H
#define SALLYPORT_AGENT_BASE_ACCOUNT_H

#include <sys/types.h>

#include "policy/language/policy.h"

struct account {
	uid_t uid;
	gid_t gid;
};

/*
 * From the file passwd itself: the name service would load other people's code into a
 * process that holds capabilities. So the account has to be a local one. Returns 0, or -1
 * with *err: the file cannot be read, or lacks the name (err->sys == 0).
 */
int account_find(const char *passwd, enum trust trust, const char *name,
		 struct account *account, struct error *err);

#endif
