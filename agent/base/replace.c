/* SPDX-License-Identifier: ISC */
#include "agent/base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/language/trusted.h"

int replace_look(const char *path, struct stat *st, struct error *err)
{
	if (lstat(path, st) < 0)
		return errno == ENOENT ? 0
				       : error_file(err, path, errno, "cannot look at it");
	if (S_ISREG(st->st_mode) && st->st_nlink == 1)
		return 1;
	return error_file(err, path, 0,
			  "cannot be replaced: expected a file with one name");
}

/* path's directory, as it is opened: "." for a name alone, otherwise with its slash. */
static void directory_of(const char *path, char dir[PATH_TEXT_MAX])
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		snprintf(dir, PATH_TEXT_MAX, ".");
	else
		snprintf(dir, PATH_TEXT_MAX, "%.*s", (int)(slash - path + 1), path);
}

/* Root's, and so is every directory above it. */
static int check_directory(const char *path, struct error *err)
{
	char dir[PATH_TEXT_MAX], absolute[PATH_TEXT_MAX];
	int fd;

	directory_of(path, dir);
	if (path_absolute(dir, absolute) != 0)
		return error_file(err, path, ENAMETOOLONG, "cannot write it");
	fd = trusted_open_dir(absolute, err);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

int replace_look_own(const char *path, enum trust trust, struct stat *st, struct error *err)
{
	int there;

	if (trust == TRUST_ROOT && check_directory(path, err) != 0)
		return -1;
	there = replace_look(path, st, err);
	if (there <= 0)
		return there;
	if (st->st_uid != geteuid())
		return error_file(err, path, 0,
				  "cannot be replaced: it is owned by uid %u, not by %u",
				  (unsigned)st->st_uid, (unsigned)geteuid());
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return error_file(err, path, 0,
				  "cannot be replaced: others can write it (mode %04o)",
				  (unsigned)st->st_mode & 07777);
	return 1;
}

bool replace_is_beside(const char *name)
{
	return name[0] == '.' && strstr(name, REPLACE_MARK) != NULL;
}

int replace_beside(const char *path, const char *ending, char out[PATH_TEXT_MAX],
		   struct error *err)
{
	const char *name = basename(path);
	const int n = snprintf(out, PATH_TEXT_MAX, "%.*s.%s" REPLACE_MARK "%s",
			       (int)(name - path), path, name, ending);

	if (n < 0 || n >= PATH_TEXT_MAX)
		return error_file(err, path, ENAMETOOLONG, "cannot write beside it");
	return 0;
}

int replace_begin(const char *path, struct replace *out, struct error *err)
{
	int fd;

	if (replace_beside(path, "XXXXXX", out->beside, err) != 0)
		return -1;
	fd = mkostemp(out->beside, O_CLOEXEC);
	if (fd < 0)
		return error_file(err, path, errno, "cannot write beside it");
	out->path = path;
	out->is_new = false;
	out->out = fdopen(fd, "w");
	if (out->out != NULL)
		return 0;
	error_file(err, path, errno, "cannot write beside it");
	close(fd);
	unlink(out->beside);
	return -1;
}

void replace_sync(const char *path)
{
	char dir[PATH_TEXT_MAX];
	int fd;

	directory_of(path, dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

/* Not every file system has owners and modes. */
static bool is_given(int fd, uid_t uid, gid_t gid, mode_t mode)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return false;
	if (st.st_uid == uid && st.st_gid == gid && (st.st_mode & 07777) == (mode & 07777))
		return true;
	errno = ENOTSUP;
	return false;
}

/* As if nothing had been written. */
static void abandon(struct replace *replace)
{
	fclose(replace->out);
	unlink(replace->beside);
	*replace = (struct replace){0};
}

/* Not every file system knows RENAME_NOREPLACE. Where it does not, the file has two names
 * for a moment. */
static int put_in_place(const struct replace *replace)
{
	if (!replace->is_new)
		return rename(replace->beside, replace->path);
	if (renameat2(AT_FDCWD, replace->beside, AT_FDCWD, replace->path,
		      RENAME_NOREPLACE) == 0)
		return 0;
	if ((errno != EINVAL && errno != ENOSYS) ||
	    link(replace->beside, replace->path) != 0)
		return -1;
	return unlink(replace->beside);
}

int replace_end(struct replace *replace, uid_t uid, gid_t gid, mode_t mode,
		struct error *err)
{
	const int fd = fileno(replace->out);
	bool good;

	/* The owner before the mode: chown(2) may take bits away. */
	good = fflush(replace->out) == 0 && !ferror(replace->out) &&
	       fchown(fd, uid, gid) == 0 && fchmod(fd, mode) == 0 &&
	       is_given(fd, uid, gid, mode) && fsync(fd) == 0 && put_in_place(replace) == 0;
	if (!good) {
		error_file(err, replace->path, errno, "cannot replace it");
		abandon(replace);
		return -1;
	}
	fclose(replace->out);
	replace_sync(replace->path);
	*replace = (struct replace){0};
	return 0;
}

/* What is on the disk, or will be, is the text. */
static int read_back(const struct replace *replace, const char *text, size_t len)
{
	char part[4096];
	size_t at = 0;
	ssize_t n;

	if (fflush(replace->out) != 0)
		return -1;
	while ((n = pread(fileno(replace->out), part, sizeof part, (off_t)at)) > 0) {
		if ((size_t)n > len - at || memcmp(part, text + at, (size_t)n) != 0)
			break;
		at += (size_t)n;
	}
	if (n == 0 && at == len)
		return 0;
	errno = n < 0 ? errno : EIO;
	return -1;
}

static int put(const char *path, bool is_new, const char *text, size_t len,
	       const struct stat *like, struct error *err)
{
	struct replace replace = {0};

	if (replace_begin(path, &replace, err) != 0)
		return -1;
	replace.is_new = is_new;
	fwrite(text, 1, len, replace.out);
	if (read_back(&replace, text, len) == 0)
		return replace_end(&replace, like->st_uid, like->st_gid,
				   like->st_mode & ALLPERMS, err);
	error_file(err, path, errno, "cannot write it");
	abandon(&replace);
	return -1;
}

int replace_put(const char *path, const char *text, size_t len, const struct stat *like,
		struct error *err)
{
	return put(path, false, text, len, like, err);
}

int replace_make(const char *path, const char *text, size_t len, const struct stat *like,
		 struct error *err)
{
	return put(path, true, text, len, like, err);
}
