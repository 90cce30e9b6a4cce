/* SPDX-License-Identifier: ISC */
#include "local/profile_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/path.h"
#include "policy/language/paths.h"
#include "policy/language/policy.h"

static int is_profile(const struct dirent *entry)
{
	const size_t len = path_conf_len(entry->d_name);
	char name[NAME_MAX_LEN + 1];

	if (len == 0 || len > NAME_MAX_LEN)
		return 0;
	snprintf(name, sizeof name, "%.*s", (int)len, entry->d_name);
	return policy_name_valid(name);
}

/* By name: with its suffix, "a" would come after "a-b". */
static int compare_names(const struct dirent **left, const struct dirent **right)
{
	const char *a = (*left)->d_name, *b = (*right)->d_name;
	const size_t a_len = path_conf_len(a), b_len = path_conf_len(b);
	const int order = strncmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

int profile_names_read(struct dirent ***names)
{
	const int count = scandir(PATH_PROFILES_DIR, names, is_profile, compare_names);

	if (count < 0)
		return errno == ENOENT ? 0 : -1;
	for (int i = 0; i < count; i++)
		(*names)[i]->d_name[path_conf_len((*names)[i]->d_name)] = '\0';
	return count;
}

void profile_names_free(struct dirent **names, int count)
{
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
}
