/* SPDX-License-Identifier: ISC */
/*
 * One kind of file each, added to a migration. text is terminated, the file's alone, and
 * taken apart; file outlives the migration. 0; or -1 with *err for a file that cannot be
 * understood, of which nothing should be used.
 */
#ifndef SALLYPORT_POLICY_TOOL_MIGRATE_SOURCES_H
#define SALLYPORT_POLICY_TOOL_MIGRATE_SOURCES_H

#include "policy/tool/migrate/migration.h"
#include "policy/tool/migrate/source_kind.h"

/* The HOWTO's: on the side that is logged in to, sudo's rules, the account's keys, and the
 * script that sets routes; on the other side the script that makes the link. */
int from_sudoers(struct migration *m, const char *file, char *text, struct error *err);
int from_keys(struct migration *m, const char *file, char *text, struct error *err);
int from_script(struct migration *m, const char *file, char *text, struct error *err);

int from_pppossh(struct migration *m, const char *file, char *text, struct error *err);
int from_wg_quick(struct migration *m, const char *file, char *text, struct error *err);
int from_nm_ssh(struct migration *m, const char *file, char *text, struct error *err);

/* The one of them that is for the kind. */
int source_take(struct migration *m, enum source_kind kind, const char *file, char *text,
		struct error *err);

#endif
