/* SPDX-License-Identifier: ISC */
#include "local/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/echo_file.h"
#include "local/place.h"

#define LOCK_FILE "lock"

enum {
	/* A predecessor may remove the directory between our opening and locking it. */
	ACQUIRE_TRIES = 16,
	DIRECTORY_MODE = 0755,
};

static int open_directory(const char *path, bool create, struct error *err)
{
	struct stat st;
	int fd;

	if (create && (mkdir(path, DIRECTORY_MODE) != 0
			   ? errno != EEXIST
			   /* Whatever the caller's umask is: RunAs has to pass it. */
			   : chmod(path, DIRECTORY_MODE) != 0))
		return error_sys(err, errno, "cannot make %s", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_sys(err, errno, "cannot open %s", path);
	if (fstat(fd, &st) == 0 && st.st_uid == place()->owner && (st.st_mode & 022) == 0)
		return fd;
	close(fd);
	return error_set(err, "%s must belong to %s and be writable by %s alone", path,
			 place()->own ? "you" : "root", place()->own ? "you" : "root");
}

/* Only checks it: then what is below can be trusted. */
static int check_directory(const char *path, bool create, struct error *err)
{
	const int fd = open_directory(path, create, err);

	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

const char *state_name(const struct state *state)
{
	return strrchr(state->path, '/') + 1;
}

int state_path(const char *name, struct state *out, struct error *err)
{
	const int len =
	    snprintf(out->path, sizeof out->path, "%s/%s", place()->links, name);

	out->dir = out->lock = -1;
	return len < 0 || (size_t)len >= sizeof out->path
		   ? error_set(err, "the path of the run-time state is too long")
		   : 0;
}

int state_open(const char *name, bool create, struct state *out, struct error *err)
{
	if (state_path(name, out, err) != 0)
		return -1;
	if (check_directory(place()->run, create, err) != 0 ||
	    check_directory(place()->links, create, err) != 0)
		return -1;
	out->dir = open_directory(out->path, create, err);
	return out->dir < 0 ? -1 : 0;
}

/* ESTALE: the file that was locked has been removed meanwhile. */
int state_lock(struct state *state, struct error *err)
{
	struct stat st;
	int fd;

	fd = openat(state->dir, LOCK_FILE, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_sys(err, errno == ENOENT ? ESTALE : errno,
				 "cannot open the lock");
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		error_sys(err, errno, "cannot take the lock");
		goto fail;
	}
	if (fstat(fd, &st) != 0 || st.st_nlink == 0) {
		error_code(err, ESTALE, "the lock has been removed");
		goto fail;
	}
	state->lock = fd;
	return 0;
fail:
	close(fd);
	return -1;
}

int state_acquire(const char *name, struct state *out, struct error *err)
{
	struct error why = {.sys = 0};

	for (int i = 0; i < ACQUIRE_TRIES; i++) {
		if (state_open(name, true, out, &why) == 0 && state_lock(out, &why) == 0)
			return 0;
		state_close(out);
		if (why.sys != ESTALE && why.sys != ENOENT)
			break;
	}
	*err = why;
	return -1;
}

void state_remove(struct state *state)
{
	/* The lock goes last: a process that waits for the directory finds either all of it
	 * or nothing. */
	if (state->dir >= 0 && state->lock >= 0) {
		echo_file_remove(state->dir);
		unlinkat(state->dir, LOCK_FILE, 0);
		rmdir(state->path);
	}
	state_close(state);
}

void state_close(struct state *state)
{
	if (state->lock >= 0)
		close(state->lock);
	if (state->dir >= 0)
		close(state->dir);
	state->lock = state->dir = -1;
}
