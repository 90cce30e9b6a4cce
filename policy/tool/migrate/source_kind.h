/* SPDX-License-Identifier: ISC */
/* Which program's file a text is, by its lines. */
#ifndef SALLYPORT_POLICY_TOOL_MIGRATE_SOURCE_KIND_H
#define SALLYPORT_POLICY_TOOL_MIGRATE_SOURCE_KIND_H

#include "policy/language/error.h"

enum source_kind {
	SOURCE_SUDOERS,
	SOURCE_KEYS,
	SOURCE_SCRIPT,
	SOURCE_PPPOSSH,
	SOURCE_WG_QUICK,
	SOURCE_NM_SSH,
	SOURCE_KIND_COUNT,
};

/* The words of --from, and which one a kind belongs to. */
#define SOURCE_FAMILIES "howto pppossh wg-quick nm-ssh"
enum source_family { FAMILY_HOWTO, FAMILY_PPPOSSH, FAMILY_WG_QUICK, FAMILY_NM_SSH };
enum source_family source_family(enum source_kind kind);
/* "a sudoers file". */
const char *source_name(enum source_kind kind);

/*
 * 0; or -1 with *err when no line tells what it is, or two lines tell different things. The
 * first line that tells decides.
 */
int source_recognise(const char *file, const char *text, enum source_kind *out,
		     struct error *err);

#endif
