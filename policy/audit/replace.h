/* SPDX-License-Identifier: ISC */
/* A file that is written beside another one and then takes its place in one step. */
#ifndef SALLYPORT_POLICY_AUDIT_REPLACE_H
#define SALLYPORT_POLICY_AUDIT_REPLACE_H

#include <stdio.h>
#include <sys/types.h>

#include "policy/audit/path.h"
#include "policy/error.h"

struct replace {
	const char *path;
	/* what is written to, until replace_end() */
	FILE *out;
	char beside[PATH_TEXT_MAX];
};

/* path must outlive it. 0 with an empty file that only its owner may open, or -1 with *err.
 */
int replace_begin(const char *path, struct replace *out, struct policy_error *err);
/*
 * Gives what was written its owner and mode, sees that it is on the disk, and puts it in
 * the place of path. 0, or -1 with *err and path as it was. Nothing is left to free.
 */
int replace_end(struct replace *replace, uid_t uid, gid_t gid, mode_t mode,
		struct policy_error *err);

#endif
