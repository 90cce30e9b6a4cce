/* SPDX-License-Identifier: ISC */
#include "local/status.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/paths.h"

#define SUFFIX ".conf"

enum { ROOM_FIRST = 64 };

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

/* Room for one more; the list grows by doubling. */
static int make_room(char (**names)[NAME_MAX_LEN + 1], size_t count, size_t *room,
		     struct error *err)
{
	const size_t larger = *room == 0 ? ROOM_FIRST : *room * 2;
	char(*list)[NAME_MAX_LEN + 1];

	if (count < *room)
		return 0;
	list = reallocarray(*names, larger, sizeof(*list));
	if (list == NULL) {
		error_sys(err, errno, "cannot hold the names of the profiles");
		return -1;
	}
	*names = list;
	*room = larger;
	return 0;
}

static int read_names(DIR *dir, char (**names)[NAME_MAX_LEN + 1], size_t *count,
		      struct error *err)
{
	const struct dirent *entry;
	size_t room = 0;

	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL)
			break;
		if (make_room(names, *count, &room, err) != 0)
			return -1;
		if (profile_name(entry->d_name, (*names)[*count]))
			++*count;
	}
	return errno == 0 ? 0 : error_sys(err, errno, "cannot read %s", PATH_PROFILES_DIR);
}

int status_names(char (**names)[NAME_MAX_LEN + 1], size_t *count, struct error *err)
{
	DIR *dir = opendir(PATH_PROFILES_DIR);
	int result;

	*names = NULL;
	*count = 0;
	if (dir == NULL)
		return errno == ENOENT
			   ? 0
			   : error_sys(err, errno, "cannot read %s", PATH_PROFILES_DIR);
	result = read_names(dir, names, count, err);
	closedir(dir);
	if (result == 0 && *count > 0)
		qsort(*names, *count, sizeof((*names)[0]), compare_names);
	return result;
}
