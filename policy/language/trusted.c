/* SPDX-License-Identifier: ISC */
/*
 * A walk from "/" by directory descriptors. Each component is opened without following a
 * link and checked through its own descriptor, so the answer is about the objects that were
 * walked, not about names that may be re-pointed in the meantime (path_resolution(7)).
 * Write permission that an ACL grants shows in the group bits (acl(5)), so the mode tells
 * all.
 */
#include "policy/language/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/language/path.h"

/* As the kernel's own walk (MAXSYMLINKS): more is a loop. */
enum { LINKS_MAX = 40 };

struct walk {
	const char *path;
	struct error *err;
	bool follow;
	/* a file, a directory and a link may be this user's as well; 0: root's alone */
	uid_t owner;
	/* a directory of that user's was entered: what comes after it is the user's choice
	 */
	bool led;
	unsigned links;
	/* what is left to walk, and where it starts */
	char rest[PATH_MAX];
	size_t at;
	int dir;
};

static int walk_fail(const struct walk *w, int sys, const char *what)
{
	return error_file(w->err, w->path, sys, "%s", what);
}

/* r is that of the function that filled the error. */
static int untrusted(const struct walk *w, int r)
{
	if (w->err != NULL)
		w->err->untrusted = true;
	return r;
}

static bool is_owner(const struct walk *w, uid_t uid)
{
	return uid == 0 || uid == w->owner;
}

/* Root's, and writable by root alone; or the other owner's. */
static int check_owner(const struct walk *w, const struct stat *st, const char *what)
{
	char other[32] = "";

	if (!is_owner(w, st->st_uid)) {
		if (w->owner != 0)
			snprintf(other, sizeof other, " or uid %u", (unsigned)w->owner);
		return untrusted(w, error_file(w->err, w->path, 0,
					       "%s is owned by uid %u: expected root%s",
					       what, (unsigned)st->st_uid, other));
	}
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return untrusted(w,
				 error_file(w->err, w->path, 0,
					    "%s is writable by others than %s (mode %04o)",
					    what, st->st_uid == 0 ? "root" : "its owner",
					    (unsigned)st->st_mode & 07777));
	return 0;
}

/*
 * This process may go where that user may not, and opens there what the user is to run: a
 * program, and the text of a script, that is hidden by the modes of a directory. So where
 * the user leads, it goes only where the user goes. Groups are not looked up.
 */
static int check_open(struct walk *w, const struct stat *st, const char *what)
{
	const mode_t enters = st->st_uid == w->owner ? S_IXUSR : S_IXOTH;

	if (w->owner == 0 || w->owner == geteuid())
		return 0;
	if (w->led && (st->st_mode & enters) == 0)
		return untrusted(
		    w, error_file(w->err, w->path, 0,
				  "%s is not open to uid %u, who has led there (mode %04o)",
				  what, (unsigned)w->owner, (unsigned)st->st_mode & 07777));
	w->led = w->led || st->st_uid == w->owner;
	return 0;
}

static int enter_dir(struct walk *w, const char *name)
{
	int fd = openat(w->dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	char what[NAME_MAX + 16];

	if (fd < 0)
		return errno == ENOTDIR || errno == ELOOP
			   ? walk_fail(w, errno, "a component is not a directory")
			   : walk_fail(w, errno, "cannot open a directory above it");
	if (w->dir >= 0)
		close(w->dir);
	w->dir = fd;
	if (fstat(fd, &st) < 0)
		return walk_fail(w, errno, "cannot look at a directory above it");
	snprintf(what, sizeof what, "directory \"%s\"", name);
	return check_owner(w, &st, what) != 0 ? -1 : check_open(w, &st, what);
}

/* Puts the target of the link `name` in front of what is left to walk. */
static int follow_link(struct walk *w, const char *name)
{
	char target[PATH_MAX], joined[PATH_MAX];
	struct stat st;
	ssize_t len;
	int n;

	if (!w->follow)
		return walk_fail(w, ELOOP, "a component is a symbolic link");
	if (++w->links > LINKS_MAX)
		return walk_fail(w, ELOOP, "too many symbolic links");
	if (fstatat(w->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return walk_fail(w, errno, "cannot look at a symbolic link");
	if (!is_owner(w, st.st_uid))
		return untrusted(w,
				 walk_fail(w, 0, "a symbolic link is not owned by root"));
	len = readlinkat(w->dir, name, target, sizeof target - 1);
	if (len <= 0)
		return walk_fail(w, len < 0 ? errno : EINVAL,
				 "cannot read a symbolic link");
	target[len] = '\0';
	n = snprintf(joined, sizeof joined, "%s/%s", target, w->rest + w->at);
	if (n < 0 || (size_t)n >= sizeof joined)
		return walk_fail(w, ENAMETOOLONG,
				 "the target of a symbolic link is too long");
	memcpy(w->rest, joined, (size_t)n + 1);
	w->at = 0;
	return target[0] == '/' ? enter_dir(w, "/") : 0;
}

/* The next component, or "" at the end. Repeated slashes come only from links. */
static int next_name(struct walk *w, char name[NAME_MAX + 1])
{
	size_t len;

	while (w->rest[w->at] == '/')
		w->at++;
	len = strcspn(w->rest + w->at, "/");
	if (len > NAME_MAX)
		return walk_fail(w, ENAMETOOLONG, "a component is too long");
	memcpy(name, w->rest + w->at, len);
	name[len] = '\0';
	w->at += len;
	return 0;
}

static bool at_end(const struct walk *w)
{
	return w->rest[w->at + strspn(w->rest + w->at, "/")] == '\0';
}

/* What callers give must be plain: a path that is to be trusted has one spelling. */
static int check_spelling(const struct walk *w)
{
	if (w->path[0] != '/')
		return walk_fail(w, 0, "expected an absolute path");
	return path_is_plain(w->path)
		   ? 0
		   : walk_fail(w, 0, "expected a path without //, . and ..");
}

/* Leaves w->dir at the last directory, and the file's own name in name. */
static int walk_to_last(struct walk *w, char name[NAME_MAX + 1])
{
	struct stat st;

	if (check_spelling(w) != 0)
		return -1;
	if (strlen(w->path) >= sizeof w->rest)
		return walk_fail(w, ENAMETOOLONG, "cannot open it");
	memcpy(w->rest, w->path, strlen(w->path) + 1);
	if (enter_dir(w, "/") < 0)
		return -1;
	for (;;) {
		if (next_name(w, name) != 0)
			return -1;
		if (name[0] == '\0')
			return walk_fail(w, EISDIR, "expected a file");
		if (fstatat(w->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return walk_fail(w, errno, "cannot open it");
		if (S_ISLNK(st.st_mode)) {
			if (follow_link(w, name) < 0)
				return -1;
		} else if (at_end(w)) {
			return 0;
		} else if (enter_dir(w, name) < 0) {
			return -1;
		}
	}
}

static int open_checked(struct walk *w, const char *name, int flags, struct stat *st)
{
	int fd;

	/* Opening a device can have effects, so look first. The proof is fstat() below. */
	if (fstatat(w->dir, name, st, AT_SYMLINK_NOFOLLOW) < 0)
		return walk_fail(w, errno, "cannot open it");
	if (!S_ISREG(st->st_mode))
		return walk_fail(w, 0, "expected a regular file");
	fd = openat(w->dir, name, flags | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return walk_fail(w, errno, "cannot open it");
	if (fstat(fd, st) < 0)
		(void)walk_fail(w, errno, "cannot look at it");
	else if (!S_ISREG(st->st_mode))
		(void)walk_fail(w, 0, "expected a regular file");
	else if (check_owner(w, st, "the file") == 0)
		return fd;
	close(fd);
	return -1;
}

/* A policy file in w->dir: with one name only, as another could be where others can write.
 */
static int open_file(struct walk *w, const char *name)
{
	struct stat st;
	const int fd = open_checked(w, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, &st);

	if (fd < 0 || st.st_nlink == 1)
		return fd;
	close(fd);
	if (st.st_nlink == 0)
		return walk_fail(w, ESTALE, "it was replaced a moment ago");
	return untrusted(w, error_file(w->err, w->path, 0,
				       "the file has %lu links: expected one",
				       (unsigned long)st.st_nlink));
}

int trusted_open(const char *path, struct error *err)
{
	struct walk w = {.path = path, .err = err, .dir = -1};
	char name[NAME_MAX + 1] = "";
	const int fd = walk_to_last(&w, name) != 0 ? -1 : open_file(&w, name);

	if (w.dir >= 0)
		close(w.dir);
	return fd;
}

int trusted_open_dir(const char *path, struct error *err)
{
	struct walk w = {.path = path, .err = err, .dir = -1};
	char name[NAME_MAX + 1] = "";

	if (walk_to_last(&w, name) == 0 && enter_dir(&w, name) == 0)
		return w.dir;
	if (w.dir >= 0)
		close(w.dir);
	return -1;
}

int trusted_open_in(int dir, const char *path, struct error *err)
{
	struct walk w = {.path = path, .err = err, .dir = dir};
	const char *name = basename(path);
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return walk_fail(&w, errno, "cannot open it");
	if (S_ISLNK(st.st_mode))
		return walk_fail(&w, ELOOP, "a component is a symbolic link");
	return open_file(&w, name);
}

int trusted_open_program_of(const char *path, uid_t owner, struct error *err)
{
	struct walk w = {
	    .path = path, .err = err, .dir = -1, .follow = true, .owner = owner};
	char name[NAME_MAX + 1] = "";
	struct stat st;
	int fd = -1;

	if (walk_to_last(&w, name) != 0)
		goto out;
	fd = open_checked(&w, name, O_PATH, &st);
	if (fd >= 0 && (st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0) {
		(void)walk_fail(&w, EACCES, "the file is not executable");
		close(fd);
		fd = -1;
	}
out:
	if (w.dir >= 0)
		close(w.dir);
	return fd;
}

int trusted_open_program(const char *path, struct error *err)
{
	return trusted_open_program_of(path, 0, err);
}
