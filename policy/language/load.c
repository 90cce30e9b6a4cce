/* SPDX-License-Identifier: ISC */
#include "policy/language/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/language/escape.h"
#include "policy/language/settle.h"
#include "policy/language/trusted.h"

enum {
	QUOTE_MAX = 80,
	/* how often a file may be replaced before it could be read */
	REPLACED_MAX = 100,
};

/* What one look at a file has found. */
struct glance {
	struct stat st;
	size_t len;
	/* Nobody changed it while it was read; its name is another file's by now. */
	bool whole, replaced;
	/* One byte more than a file may have, to see that it has more. */
	char text[POLICY_FILE_MAX + 1];
};

/* The one before and the one now. Static, for the caller's stack may be small: a client's
 * limits still hold when the agent starts. */
static struct glance glances[2];

/* A file to read: dir as for policy_read_in(). */
struct source {
	int dir;
	const char *path;
	enum trust trust;
	struct error *err;
};

static int open_any(const char *path, struct error *err)
{
	struct stat st;
	int fd;

	/* Opening a FIFO or a device can wait, or do things: look first. */
	if (stat(path, &st) < 0)
		return error_file(err, path, errno, "cannot open it");
	if (!S_ISREG(st.st_mode))
		return error_file(err, path, 0, "expected a regular file");
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return error_file(err, path, errno, "cannot open it");
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return error_file(err, path, 0, "expected a regular file");
}

static int open_own(const char *path, struct error *err)
{
	const int fd = open_any(path, err);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && (st.st_uid == geteuid() || st.st_uid == 0) &&
	    (st.st_mode & 022) == 0)
		return fd;
	close(fd);
	error_file(err, path, 0, "must belong to you, and be writable by you alone");
	if (err != NULL)
		err->untrusted = true;
	return -1;
}

int policy_open(const char *path, enum trust trust, struct error *err)
{
	switch (trust) {
	case TRUST_ANY:
		return open_any(path, err);
	case TRUST_OWN:
		return open_own(path, err);
	case TRUST_ROOT:
		break;
	}
	return trusted_open(path, err);
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool same_state(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size && same_time(&a->st_mtim, &b->st_mtim) &&
	       same_time(&a->st_ctim, &b->st_ctim);
}

static int read_all(const struct source *source, int fd, struct glance *out)
{
	ssize_t n = 1;

	out->len = 0;
	while (n != 0 && out->len < sizeof out->text) {
		n = read(fd, out->text + out->len, sizeof out->text - out->len);
		if (n < 0 && errno != EINTR)
			return error_file(source->err, source->path, errno,
					  "cannot read it");
		out->len += n > 0 ? (size_t)n : 0;
	}
	if (out->len == sizeof out->text)
		return error_file(source->err, source->path, 0,
				  "file too large: expected at most %d bytes",
				  POLICY_FILE_MAX);
	return 0;
}

static int look_through(const struct source *source, int fd, struct glance *out)
{
	struct stat after;

	if (fstat(fd, &out->st) < 0)
		return error_file(source->err, source->path, errno, "cannot look at it");
	if (read_all(source, fd, out) != 0)
		return -1;
	if (fstat(fd, &after) < 0)
		return error_file(source->err, source->path, errno, "cannot look at it");
	out->replaced = after.st_nlink == 0;
	out->whole = same_state(&out->st, &after) && (off_t)out->len == after.st_size;
	return 0;
}

static int look_once(const struct source *source, struct glance *out)
{
	struct error err = {0};
	const bool walked = source->dir >= 0 && source->trust == TRUST_ROOT;
	const int fd = walked ? trusted_open_in(source->dir, source->path, &err)
			      : policy_open(source->path, source->trust, &err);
	int r;

	out->whole = false;
	out->replaced = fd < 0 && err.sys == ESTALE;
	if (fd < 0) {
		if (source->err != NULL)
			*source->err = err;
		return out->replaced ? 0 : -1;
	}
	r = look_through(source, fd, out);
	close(fd);
	return r;
}

/* By its path each time: a file that replaces it is another one, and needs no waiting. */
static int look(const struct source *source, struct glance *out)
{
	int r = look_once(source, out);

	for (unsigned i = 0; r == 0 && out->replaced && !out->whole && i < REPLACED_MAX;
	     i++)
		r = look_once(source, out);
	return r;
}

static bool same_glance(const struct glance *a, const struct glance *b)
{
	return a->whole && b->whole && same_state(&a->st, &b->st) && a->len == b->len &&
	       memcmp(a->text, b->text, a->len) == 0;
}

/* What is believed to be complete: a file that nobody has written to for a while, or that
 * did not change during a wait. */
static const struct glance *look_until_settled(const struct source *source)
{
	struct glance *now = &glances[0], *before = &glances[1];

	before->whole = false;
	for (;;) {
		struct glance *other = before;

		if (look(source, now) < 0)
			return NULL;
		if (same_glance(now, before))
			return now;
		if (now->whole && !before->whole && settle_is_old(&now->st.st_mtim))
			return now;
		if (!settle_wait(now->whole ? &now->st.st_mtim : NULL))
			break;
		before = now;
		now = other;
	}
	error_file(source->err, source->path, 0,
		   "the file is being written: try again later");
	if (source->err != NULL)
		source->err->sys = EAGAIN;
	return NULL;
}

int policy_read(const char *path, enum trust trust, const char **text, size_t *len,
		struct error *err)
{
	return policy_read_in(-1, path, trust, text, len, err);
}

int policy_read_in(int dir, const char *path, enum trust trust, const char **text,
		   size_t *len, struct error *err)
{
	const struct source source = {dir, path, trust, err};
	const struct glance *found = look_until_settled(&source);

	if (found == NULL)
		return -1;
	*text = found->text;
	*len = found->len;
	return 0;
}

int policy_path(const char *dir, const char *name, char path[POLICY_PATH_MAX],
		struct error *err)
{
	char quoted[QUOTE_MAX];
	int n;

	if (!policy_name_valid(name))
		return error_set(err, "name %s: expected " NAME_EXPECTED,
				 escape_quoted(name, strlen(name), quoted, sizeof quoted),
				 NAME_MAX_LEN);
	n = snprintf(path, POLICY_PATH_MAX, "%s/%s.conf", dir, name);
	if (n < 0 || n >= POLICY_PATH_MAX)
		return error_set(err, "path of %s too long: expected at most %d characters",
				 name, POLICY_PATH_MAX - 1);
	return 0;
}
