/* SPDX-License-Identifier: ISC */
/* What a host is in Sallyport's VPNs, told by what is there: it may be both, or nothing. */
#ifndef SALLYPORT_POLICY_TOOL_REPORT_ROLES_H
#define SALLYPORT_POLICY_TOOL_REPORT_ROLES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* ROLE_REMOTE: peers log in to it. ROLE_LOCAL: it launches links to others. */
enum role { ROLE_REMOTE, ROLE_LOCAL, ROLE_COUNT };

enum { ROLE_SIGNS_MAX = 4 };

struct roles {
	/* Bit 1u << enum role: what was asked for by name; 0: whatever is found counts. */
	unsigned forced;
	/* What tells of the role: the first count of signs, paths of the host. */
	struct role_signs {
		const char *signs[ROLE_SIGNS_MAX];
		size_t count;
	} found[ROLE_COUNT];
};

/* "remote", "local"; ROLE_COUNT for another word. */
enum role role_find(const char *word);
/* Whether the host is looked at as such a one. */
bool roles_has(const struct roles *roles, enum role role);
bool roles_none(const struct roles *roles);

/* A line for each role, on standard output. */
void roles_print(const struct roles *roles);
/* [{"role": …, "forced": …, "signs": […]}, …] of those that it has; NULL: no memory. */
json_t *roles_json(const struct roles *roles);

#endif
