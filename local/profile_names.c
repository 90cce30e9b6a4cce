/* SPDX-License-Identifier: ISC */
#include "local/profile_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "local/place.h"
#include "policy/language/path.h"
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
	const int count = scandir(place()->profiles, names, is_profile, compare_names);

	if (count < 0)
		return errno == ENOENT ? 0 : -1;
	for (int i = 0; i < count; i++)
		(*names)[i]->d_name[path_conf_len((*names)[i]->d_name)] = '\0';
	return count;
}

/* The directories of links are named like their profiles, without a suffix. */
static int is_link(const struct dirent *entry)
{
	return policy_name_valid(entry->d_name);
}

static int compare_bare(const void *left, const void *right)
{
	const struct dirent *const *const a = left, *const *const b = right;

	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_among(const char *name, struct dirent **names, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(names[i]->d_name, name) == 0)
			return true;
	return false;
}

/* Moves those of links that are not among names there; the others are freed. */
static int add_orphans(struct dirent **names, int count, struct dirent **links,
		       int links_count)
{
	const int profiles = count;

	for (int i = 0; i < links_count; i++)
		if (is_among(links[i]->d_name, names, profiles))
			free(links[i]);
		else
			names[count++] = links[i];
	return count;
}

int profile_names_with_links(struct dirent ***names)
{
	struct dirent **links = NULL, **all;
	int count, links_count;

	*names = NULL;
	count = profile_names_read(names);
	if (count < 0)
		return -1;
	links_count = scandir(place()->links, &links, is_link, NULL);
	if (links_count < 0 && errno == ENOENT)
		return count;
	all = links_count < 0 ? NULL
			      : calloc((size_t)count + (size_t)links_count + 1,
				       sizeof(struct dirent *));
	if (all == NULL) {
		const int failure = errno;

		profile_names_free(links, links_count);
		profile_names_free(*names, count);
		*names = NULL;
		errno = failure;
		return -1;
	}
	for (int i = 0; i < count; i++)
		all[i] = (*names)[i];
	free(*names);
	*names = all;
	count = add_orphans(all, count, links, links_count);
	free(links);
	qsort(all, (size_t)count, sizeof(struct dirent *), compare_bare);
	return count;
}

void profile_names_free(struct dirent **names, int count)
{
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
}
