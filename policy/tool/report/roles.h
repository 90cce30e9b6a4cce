/* SPDX-License-Identifier: ISC */
/* The roles of a host in Sallyport's VPNs, known by what is installed: it may have both, or
 * none. */
#ifndef SALLYPORT_POLICY_TOOL_REPORT_ROLES_H
#define SALLYPORT_POLICY_TOOL_REPORT_ROLES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* ROLE_REMOTE: peers log in to it. ROLE_LOCAL: it launches links to others. */
enum role { ROLE_REMOTE, ROLE_LOCAL, ROLE_COUNT };

enum { ROLE_SIGNS_MAX = 4 };

struct roles {
	/* Bits 1u << enum role: the roles that were asked for by name; 0: those that are
	 * found count. */
	unsigned forced;
	/* The signs of the role: the first count of signs are used. */
	struct role_signs {
		const char *signs[ROLE_SIGNS_MAX];
		size_t count;
	} found[ROLE_COUNT];
};

/* "remote", "local"; ROLE_COUNT for another word. */
enum role role_find(const char *word);
/* Whether the host is looked at in that role. */
bool roles_has(const struct roles *roles, enum role role);
bool roles_none(const struct roles *roles);

/* Prints a line for each role. */
void roles_print(const struct roles *roles);
/* [{"role": …, "forced": …, "signs": […]}, …] of those that it has; NULL: no memory. */
json_t *roles_json(const struct roles *roles);

#endif
