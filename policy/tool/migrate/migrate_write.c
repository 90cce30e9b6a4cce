/* SPDX-License-Identifier: ISC */
#include "policy/tool/migrate/migrate_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "agent/base/replace.h"

enum { DIRECTORY_MODE = 0755, FILE_MODE = 0644 };

static const char *const below[] = {"peers", "connect"};
enum { BELOW = sizeof below / sizeof below[0] };

static int write_file(int dir, const struct made_file *file, struct error *err)
{
	const int fd =
	    openat(dir, file->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		   FILE_MODE);
	bool good;

	if (fd < 0)
		return error_file(err, file->path, errno, "cannot write it");
	good = descriptors_write(fd, file->text.text, file->text.len) == 0 &&
	       fchmod(fd, FILE_MODE) == 0 && fsync(fd) == 0;
	if (!good)
		error_file(err, file->path, errno, "cannot write it");
	close(fd);
	return good ? 0 : -1;
}

/* peers and connect, as far as something is in them. */
static int make_below(int dir, const struct made_files *files, struct error *err)
{
	for (size_t i = 0; i < files->count; i++) {
		const char *slash = strchr(files->list[i].path, '/');

		for (size_t j = 0; slash != NULL && j < BELOW; j++)
			if (strncmp(files->list[i].path, below[j], strlen(below[j])) == 0 &&
			    mkdirat(dir, below[j], DIRECTORY_MODE) != 0 && errno != EEXIST)
				return error_file(err, below[j], errno, "cannot make it");
	}
	return 0;
}

static int sync_below(int dir)
{
	int r = fsync(dir);

	for (size_t i = 0; i < BELOW && r == 0; i++) {
		const int fd =
		    openat(dir, below[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (fd < 0 && errno == ENOENT)
			continue;
		r = fd < 0 || fchmod(fd, DIRECTORY_MODE) != 0 ? -1 : fsync(fd);
		if (fd >= 0)
			close(fd);
	}
	return r;
}

static void remove_all(int dir, const char *path, const struct made_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		(void)unlinkat(dir, files->list[i].path, 0);
	for (size_t i = 0; i < BELOW; i++)
		(void)unlinkat(dir, below[i], AT_REMOVEDIR);
	(void)rmdir(path);
}

/* In a directory of somebody else's it may have been exchanged. */
static bool is_own(int dir)
{
	struct stat st;

	return fstat(dir, &st) == 0 && st.st_uid == geteuid() &&
	       (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int fill(int dir, const struct made_files *files, struct error *err)
{
	if (make_below(dir, files, err) != 0)
		return -1;
	for (size_t i = 0; i < files->count; i++)
		if (write_file(dir, &files->list[i], err) != 0)
			return -1;
	return sync_below(dir) == 0 && fchmod(dir, DIRECTORY_MODE) == 0
		   ? 0
		   : error_sys(err, errno, "cannot write the directory");
}

/* rename(2) takes the place of nothing but an empty directory. */
static int put(const char *beside, const char *path, struct error *err)
{
	if (rename(beside, path) == 0) {
		replace_sync(path);
		return 0;
	}
	if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
		return error_file(err, path, 0,
				  "is there already: expected a directory that is empty or "
				  "not there yet");
	return error_file(err, path, errno, "cannot make it");
}

int migrate_write(const char *path, const struct made_files *files, struct error *err)
{
	char tidy[PATH_TEXT_MAX], beside[PATH_TEXT_MAX];
	int dir, r;

	if (path_tidy(path, tidy) != 0)
		return error_file(err, path, ENAMETOOLONG, "cannot make it");
	if (replace_beside(tidy, "XXXXXX", beside, err) != 0)
		return -1;
	if (mkdtemp(beside) == NULL)
		return error_file(err, tidy, errno, "cannot write beside it");
	dir = open(beside, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0) {
		error_file(err, tidy, errno, "cannot write beside it");
		(void)rmdir(beside);
		return -1;
	}
	r = is_own(dir) ? fill(dir, files, err)
			: error_file(err, tidy, 0,
				     "cannot be made: others can change the directory that "
				     "it is in");
	if (r == 0)
		r = put(beside, tidy, err);
	if (r != 0)
		remove_all(dir, beside, files);
	close(dir);
	return r;
}
