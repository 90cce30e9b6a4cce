/* SPDX-License-Identifier: ISC */
/* Lines of wg-quick's files and of NetworkManager's keyfiles: "[SECTION]", "KEY = VALUE",
 * and comments. Allocates nothing. */
#ifndef SALLYPORT_POLICY_TOOL_MIGRATE_INI_H
#define SALLYPORT_POLICY_TOOL_MIGRATE_INI_H

#include <stdbool.h>

enum ini_kind { INI_END, INI_SECTION, INI_ENTRY, INI_COMMENT, INI_BAD };

struct ini {
	/* what is not read yet, terminated; it is taken apart in place */
	char *at;
	/* of the line that was read last, from 1 */
	unsigned number;
	/* '#' begins a comment anywhere in a line, not only in front */
	bool comments_anywhere;
};

struct ini_line {
	unsigned line;
	/* section, key, or comment without its '#'; blanks at both ends are cut off */
	char *name;
	/* of an entry */
	char *value;
};

/* The next line that is not empty. INI_BAD for one that is none of these. */
enum ini_kind ini_next(struct ini *ini, struct ini_line *out);

#endif
