/* SPDX-License-Identifier: ISC */
/* A directory that root alone can write, all the way up: /tmp is not one. */
#ifndef SALLYPORT_TESTS_UNIT_SCRATCH_H
#define SALLYPORT_TESTS_UNIT_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[] = "/run/sallyport-test-XXXXXX";

/* For cmocka's group set-up and tear-down. As another user the tests have no meaning. */
static int scratch_make(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return 0;
	(void)umask(022);
	return mkdtemp(scratch) == NULL || chmod(scratch, 0755) < 0 ? -1 : 0;
}

static int scratch_remove_one(const char *path, const struct stat *st, int flag,
			      struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int scratch_remove(void **state)
{
	(void)state;
	return geteuid() != 0 ? 0
			      : nftw(scratch, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* "NAME" as a path in the directory; four at a time. */
static const char *scratch_path(const char *name)
{
	static char paths[4][256];
	static unsigned next;
	char *path = paths[next++ % 4];

	(void)snprintf(path, sizeof paths[0], "%s/%s", scratch, name);
	return path;
}

static int scratch_write(const char *path, mode_t mode, const void *text, size_t len)
{
	FILE *out = fopen(path, "w");
	int r = out == NULL || fwrite(text, 1, len, out) != len ? -1 : 0;

	if (out != NULL && fclose(out) != 0)
		r = -1;
	return r == 0 ? chmod(path, mode) : -1;
}

#endif
