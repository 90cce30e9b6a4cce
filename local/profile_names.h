/* SPDX-License-Identifier: ISC */
/* Which profiles this host has. */
#ifndef SALLYPORT_LOCAL_PROFILE_NAMES_H
#define SALLYPORT_LOCAL_PROFILE_NAMES_H

#include <dirent.h>

/*
 * The names of all of them, sorted, as a list of entries without their suffix; how many,
 * or -1 with errno. The caller ends with profile_names_free().
 */
int profile_names_read(struct dirent ***names);
/* The same, and those of links whose profile has been removed or renamed: they go on. */
int profile_names_with_links(struct dirent ***names);
void profile_names_free(struct dirent **names, int count);

#endif
