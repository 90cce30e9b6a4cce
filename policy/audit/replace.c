/* SPDX-License-Identifier: ISC */
#include "policy/audit/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int replace_begin(const char *path, struct replace *out, struct policy_error *err)
{
	const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
	int fd, n;

	/* The dot in front: nothing takes it for a policy file. */
	n = snprintf(out->beside, sizeof out->beside, "%.*s.%s.XXXXXX", (int)(name - path),
		     path, name);
	if (n < 0 || (size_t)n >= sizeof out->beside)
		return error_file(err, path, ENAMETOOLONG, "cannot write beside it");
	fd = mkostemp(out->beside, O_CLOEXEC);
	if (fd < 0)
		return error_file(err, path, errno, "cannot write beside it");
	out->path = path;
	out->out = fdopen(fd, "w");
	if (out->out != NULL)
		return 0;
	(void)error_file(err, path, errno, "cannot write beside it");
	(void)close(fd);
	(void)unlink(out->beside);
	return -1;
}

/* A rename is on the disk once its directory is. */
static void sync_directory(const struct replace *replace)
{
	char dir[PATH_TEXT_MAX];
	const char *slash = strrchr(replace->path, '/');
	const size_t len = slash == NULL ? 0 : (size_t)(slash - replace->path) + 1;
	int fd;

	memcpy(dir, len == 0 ? "." : replace->path, len == 0 ? 1 : len);
	dir[len == 0 ? 1 : len] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	(void)close(fd);
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

/* As if nothing had been. */
static void abandon(struct replace *replace)
{
	(void)fclose(replace->out);
	(void)unlink(replace->beside);
	*replace = (struct replace){0};
}

int replace_end(struct replace *replace, uid_t uid, gid_t gid, mode_t mode,
		struct policy_error *err)
{
	const int fd = fileno(replace->out);
	bool good;

	/* The owner before the mode: chown(2) may take bits away. */
	good = fflush(replace->out) == 0 && !ferror(replace->out) &&
	       fchown(fd, uid, gid) == 0 && fchmod(fd, mode) == 0 &&
	       is_given(fd, uid, gid, mode) && fsync(fd) == 0 &&
	       rename(replace->beside, replace->path) == 0;
	if (!good) {
		(void)error_file(err, replace->path, errno, "cannot replace it");
		abandon(replace);
		return -1;
	}
	(void)fclose(replace->out);
	sync_directory(replace);
	*replace = (struct replace){0};
	return 0;
}
