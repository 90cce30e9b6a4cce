/* SPDX-License-Identifier: ISC */
#ifndef SALLYPORT_POLICY_TOOL_MIGRATE_MIGRATE_WRITE_H
#define SALLYPORT_POLICY_TOOL_MIGRATE_MIGRATE_WRITE_H

#include "policy/tool/migrate/migrate_text.h"

/*
 * Writes the files into a directory beside the one at path, which takes its place in one
 * step: path is missing, or an empty directory. 0; or -1 with *err and nothing changed.
 */
int migrate_write(const char *path, const struct made_files *files, struct error *err);

#endif
