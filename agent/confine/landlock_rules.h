/* SPDX-License-Identifier: ISC */
/* Which paths Landlock leaves to a confined program, and with which rights. */
#ifndef SALLYPORT_AGENT_CONFINE_LANDLOCK_RULES_H
#define SALLYPORT_AGENT_CONFINE_LANDLOCK_RULES_H

#include <linux/landlock.h>
#include <stdint.h>

#include "agent/confine/confine.h"

/* Rights younger than the oldest headers that this must build with. */
#define RIGHT_TRUNCATE	(UINT64_C(1) << 14)
#define RIGHT_IOCTL_DEV (UINT64_C(1) << 15)

/* Of the program itself, by its descriptor. */
#define LANDLOCK_TARGET_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE)

/* What lies beneath path, or path itself when it is a file; a path that is missing needs no
 * rule. */
struct path_rule {
	const char *path;
	uint64_t rights;
};

/* The lists that apply, each ended by a path of NULL; what is over is an empty list. */
enum { LANDLOCK_LISTS = 3 };
void landlock_rule_lists(const struct confine *what,
			 const struct path_rule *lists[LANDLOCK_LISTS]);

/*
 * A confined program has no business with TCP, with abstract sockets (the filter denies
 * both kinds whatever the kernel), nor with a process that is not its own: only from ABI
 * 6 on (Linux 6.12) is it kept from signalling others of its uid. Hooks are the
 * administrator's programs and keep all three.
 */
bool landlock_denies_others(const struct confine *what);

#endif
