/* SPDX-License-Identifier: ISC */
/* The files that a migration comes to, as text. */
#ifndef SALLYPORT_POLICY_TOOL_MIGRATE_MIGRATE_TEXT_H
#define SALLYPORT_POLICY_TOOL_MIGRATE_MIGRATE_TEXT_H

#include "policy/language/parsed.h"
#include "policy/tool/base/memory.h"
#include "policy/tool/migrate/migration.h"

enum { MIGRATE_PATH_MAX = sizeof "connect/.conf" + NAME_MAX_LEN };

struct made_file {
	enum file_kind kind;
	/* below the directory of policy */
	char path[MIGRATE_PATH_MAX];
	struct memory text;
};

struct made_files {
	struct made_file *list;
	size_t count, size;
};

/*
 * agent.conf, peers and profiles, of a complete migration; each is one that the parser
 * takes. 0; or -1 with *err. made_files_free() either way.
 */
int migrate_text(const struct migration *m, struct made_files *out, struct error *err);
void made_files_free(struct made_files *files);

#endif
