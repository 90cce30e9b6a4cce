/* SPDX-License-Identifier: ISC */
#include "policy/tool/report/roles.h"

#include <stdio.h>
#include <string.h>

#include "policy/tool/report/json.h"

static const char *const names[ROLE_COUNT] = {"remote", "local"};

enum role role_find(const char *word)
{
	unsigned role = 0;

	while (role < ROLE_COUNT && strcmp(names[role], word) != 0)
		role++;
	return role;
}

bool roles_has(const struct roles *roles, enum role role)
{
	if (roles->forced != 0)
		return (roles->forced & 1u << role) != 0;
	return roles->found[role].count > 0;
}

bool roles_none(const struct roles *roles)
{
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if (roles_has(roles, role))
			return false;
	return true;
}

void roles_print(const struct roles *roles)
{
	if (roles_none(roles))
		return;
	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		const struct role_signs *found = &roles->found[role];

		if (!roles_has(roles, role))
			continue;
		printf("role     %s (", names[role]);
		for (size_t i = 0; i < found->count; i++)
			printf("%s%s", i > 0 ? ", " : "", found->signs[i]);
		printf("%s)\n", found->count > 0 ? "" : "nothing of it is there");
	}
	putchar('\n');
}

static json_t *role_json(const struct roles *roles, enum role role)
{
	const struct role_signs *found = &roles->found[role];
	json_t *signs = json_array();

	for (size_t i = 0; i < found->count; i++)
		json_append(&signs, json_text(found->signs[i]));
	return json_pack("{s:s, s:b, s:o}", "role", names[role], "forced",
			 (roles->forced & 1u << role) != 0, "signs", signs);
}

json_t *roles_json(const struct roles *roles)
{
	json_t *list = json_array();

	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if (roles_has(roles, role))
			json_append(&list, role_json(roles, role));
	return list;
}
