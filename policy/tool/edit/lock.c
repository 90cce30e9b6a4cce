/* SPDX-License-Identifier: ISC */
/*
 * The lock is a file beside the edited one, which says who has it: the copy cannot be it,
 * as an editor may put another file in its place. It is removed at the
 * end, so anyone who has locked it must check that it is still the file of that name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/replace.h"
#include "policy/tool/edit/edited.h"

/* Each try that is lost, somebody else has had the lock. */
enum { WHO_MAX = 128, TRIES_MAX = 16, WAIT_TRIES_MAX = 10000 };

static const struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

/* Writes who has the lock, to tell the next user. */
static int sign(int fd)
{
	const char *user = getenv("SUDO_USER");
	char who[WHO_MAX];
	int n;

	if (user == NULL)
		user = getenv("USER");
	n = snprintf(who, sizeof who, "%.64s (process %ld)\n",
		     user == NULL ? "uid 0" : user, (long)getpid());
	if (ftruncate(fd, 0) < 0 || pwrite(fd, who, (size_t)n, 0) != n)
		return -1;
	return 0;
}

static int refuse(const struct edited *edited, int fd, struct error *err)
{
	char who[WHO_MAX];
	const ssize_t n = pread(fd, who, sizeof who - 1, 0);

	who[n < 0 ? 0 : n] = '\0';
	who[strcspn(who, "\n")] = '\0';
	return error_file(err, edited->path, 0, "is being edited by %s",
			  who[0] == '\0' ? "somebody else" : who);
}

static bool is_same(const struct stat *held, const char *path)
{
	struct stat there;

	return lstat(path, &there) == 0 && held->st_dev == there.st_dev &&
	       held->st_ino == there.st_ino;
}

/* It is written to, so it must belong to the caller and have one name. */
static int open_own(const char *path, struct stat *st, struct error *err)
{
	const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	const int fd = open(path, flags, 0600);

	if (fd < 0)
		return error_file(err, path, errno, "cannot open it");
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode) && st->st_uid == geteuid() &&
	    st->st_nlink <= 1)
		return fd;
	close(fd);
	return error_file(err, path, 0, "is not a lock of vpn-policy edit: remove it");
}

/* flock(2) as well, for scripts that hold it meanwhile by flock(1): sallyport-fleet(7). */
static int lock_both(int fd, int command)
{
	const int wait = command == F_SETLKW ? 0 : LOCK_NB;

	return fcntl(fd, command, &whole) < 0 ? -1 : flock(fd, LOCK_EX | wait);
}

/* command: F_SETLK or F_SETLKW. */
static int take(struct edited *edited, int command, unsigned tries_max, struct error *err)
{
	if (replace_beside(edited->path, "lock", edited->lock_path, err) != 0)
		return -1;
	for (unsigned tries = 0; tries < tries_max; tries++) {
		struct stat st = {0};
		const int fd = open_own(edited->lock_path, &st, err);

		if (fd < 0)
			return -1;
		if (lock_both(fd, command) < 0) {
			(void)refuse(edited, fd, err);
			close(fd);
			return -1;
		}
		if (is_same(&st, edited->lock_path)) {
			edited->lock = fd;
			if (sign(fd) == 0)
				return 0;
			error_file(err, edited->lock_path, errno, "cannot write it");
			lock_free(edited);
			return -1;
		}
		close(fd);
	}
	return error_file(err, edited->path, 0, "is being edited by somebody else");
}

int lock_take(struct edited *edited, struct error *err)
{
	return take(edited, F_SETLK, TRIES_MAX, err);
}

int lock_wait(struct edited *edited, struct error *err)
{
	return take(edited, F_SETLKW, WAIT_TRIES_MAX, err);
}

void lock_free(struct edited *edited)
{
	if (edited->lock < 0)
		return;
	unlink(edited->lock_path);
	close(edited->lock);
	edited->lock = -1;
}
