/* SPDX-License-Identifier: ISC */
#include "policy/language/path.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

size_t path_conf_len(const char *file)
{
	static const char suffix[] = ".conf";
	const size_t len = strlen(file), cut = sizeof suffix - 1;

	if (file[0] == '.' || len <= cut || strcmp(file + len - cut, suffix) != 0)
		return 0;
	return len - cut;
}

bool path_is_plain(const char *path)
{
	while (*path == '/') {
		const size_t len = strcspn(++path, "/");

		if (len == 0 || (len == 1 && path[0] == '.') ||
		    (len == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += len;
	}
	return true;
}

int path_tidy(const char *path, char out[PATH_TEXT_MAX])
{
	const bool absolute = path[0] == '/';
	size_t used = 0;

	while (*path != '\0') {
		const size_t len = strcspn(path, "/");

		if (len > 0 && !(len == 1 && path[0] == '.')) {
			if (used + len + 2 > PATH_TEXT_MAX)
				return -1;
			if (used > 0 || absolute)
				out[used++] = '/';
			memcpy(out + used, path, len);
			used += len;
		}
		path += len + (path[len] == '/' ? 1 : 0);
	}
	if (used == 0)
		out[used++] = absolute ? '/' : '.';
	out[used] = '\0';
	return 0;
}

int path_join(const char *dir, const char *name, char out[PATH_TEXT_MAX])
{
	char joined[PATH_TEXT_MAX];

	if (snprintf(joined, sizeof joined, "%s/%s", dir, name) >= (int)sizeof joined)
		return -1;
	return path_tidy(joined, out);
}

int path_absolute(const char *path, char out[PATH_TEXT_MAX])
{
	char cwd[PATH_TEXT_MAX];

	if (path[0] == '/')
		return path_tidy(path, out);
	return getcwd(cwd, sizeof cwd) == NULL ? -1 : path_join(cwd, path, out);
}
