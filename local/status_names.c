/* SPDX-License-Identifier: ISC */
#include "local/status.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/paths.h"

#define SUFFIX ".conf"

/* The name of a profile out of a file's; false when it is no profile. */
static bool profile_name(const char *file, char name[NAME_MAX_LEN + 1])
{
	const size_t len = strlen(file), suffix = strlen(SUFFIX);

	if (len <= suffix || len - suffix > NAME_MAX_LEN ||
	    strcmp(file + len - suffix, SUFFIX) != 0)
		return false;
	memcpy(name, file, len - suffix);
	name[len - suffix] = '\0';
	return policy_name_valid(name);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

int status_names(char names[STATUS_PROFILES_MAX][NAME_MAX_LEN + 1], size_t *count,
		 struct policy_error *err)
{
	DIR *dir = opendir(PATH_PROFILES_DIR);
	const struct dirent *entry;

	*count = 0;
	if (dir == NULL)
		return errno == ENOENT
			   ? 0
			   : error_sys(err, errno, "cannot read %s", PATH_PROFILES_DIR);
	while (*count < STATUS_PROFILES_MAX && (entry = readdir(dir)) != NULL)
		if (profile_name(entry->d_name, names[*count]))
			++*count;
	closedir(dir);
	qsort(names, *count, sizeof(names[0]), compare_names);
	return 0;
}
