/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/host_names.h"

#include <grp.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/base/grow.h"

enum { NUMBER_MAX = 16, NAME_TEXT_MAX = 256 };

int host_names_add(struct host_names *names, const char *text, size_t len)
{
	char *copy = strndup(text, len);

	if (copy != NULL && APPEND(names->list, names->count, names->size, &copy))
		return 0;
	free(copy);
	return -1;
}

static int add_number(struct host_names *names, const char *mark, unsigned long number)
{
	char text[NUMBER_MAX];
	const int len = snprintf(text, sizeof text, "%s%lu", mark, number);

	return host_names_add(names, text, (size_t)len);
}

static int add_group(struct host_names *names, const struct group *entry)
{
	char text[NAME_TEXT_MAX];
	const int len = snprintf(text, sizeof text, "%%%s", entry->gr_name);

	/* No group has a name that long. */
	if (len >= (int)sizeof text)
		return 0;
	if (host_names_add(names, text, (size_t)len) != 0)
		return -1;
	return add_number(names, "%#", entry->gr_gid);
}

static bool is_the_accounts(const struct host *host, const struct group *entry)
{
	return entry->gr_gid == host->account.gid ||
	       host_group_has(entry, host->account.name);
}

static int add_groups(const struct host *host, struct host_names *names,
		      bool (*is_wanted)(const struct host *, const struct group *))
{
	FILE *file = host_fopen(host, host_group_file);
	const struct group *entry;
	int result = 0;

	/* host_account() reports that it cannot be read. */
	if (file == NULL)
		return 0;
	while (result == 0 && (entry = fgetgrent(file)) != NULL)
		if (is_wanted(host, entry))
			result = add_group(names, entry);
	fclose(file);
	return result;
}

static bool is_any(const struct host *host, const struct group *entry)
{
	(void)host;
	(void)entry;
	return true;
}

int host_names_read_groups(const struct host *host, struct host_names *names)
{
	return add_groups(host, names, is_any);
}

int host_names_read(const struct host *host, struct host_names *names)
{
	const char *name = host->account.name;

	if (host_names_add(names, name, strlen(name)) != 0 ||
	    add_number(names, "#", host->account.uid) != 0 ||
	    add_number(names, "%#", host->account.gid) != 0)
		return -1;
	return add_groups(host, names, is_the_accounts);
}

bool host_names_have(const struct host_names *names, const char *text, size_t len)
{
	for (size_t i = 0; i < names->count; i++)
		if (strlen(names->list[i]) == len && memcmp(names->list[i], text, len) == 0)
			return true;
	return false;
}

static int by_bytes(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

void host_names_sort(struct host_names *names)
{
	SORT(names->list, names->count, by_bytes);
}

bool host_names_find(const struct host_names *names, const char *text)
{
	return FIND(&text, names->list, names->count, by_bytes) != NULL;
}

int host_names_list(const struct host *host, const char *dir, struct host_names *paths)
{
	DIR *stream = host_opendir(host, dir);
	const struct dirent *entry;
	char path[PATH_TEXT_MAX];
	int result = 0;

	if (stream == NULL)
		return -1;
	while (result == 0 && (entry = readdir(stream)) != NULL)
		if (entry->d_name[0] != '.' && path_join(dir, entry->d_name, path) == 0)
			result = host_names_add(paths, path, strlen(path));
	closedir(stream);
	host_names_sort(paths);
	if (result != 0)
		host->findings->lost = true;
	return 0;
}

void host_names_free(struct host_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->list[i]);
	free(names->list);
	*names = (struct host_names){0};
}
