/* SPDX-License-Identifier: ISC */
/* The directory of ssh's control socket: made for RunAs, and taken back from it. */
#include "local/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "local/directory.h"
#include "local/place.h"

#define CONTROL_DIR  "control"
#define CONTROL_NAME "mux"

enum {
	/* ssh leaves its socket and, killed, one temporary name; the rest is mischief. */
	SWEEP_ENTRIES_MAX = 4096,
	MOUNTS_MAX = 64,
	SWEEP_DEPTH_MAX = 32,
	/* Directories that could not be emptied; a reboot takes them away. */
	ASIDE_MAX = 16,
	ASIDE_NAME_MAX = 16,
};

static int sweep(int dir, const char *name, unsigned depth, unsigned *left);

/* Takes over and closes fd. */
static void empty(int fd, unsigned depth, unsigned *left)
{
	const struct dirent *entry;
	DIR *dir = NULL;

	/* From here on only this process can add to it, even if others have it open. */
	if (fchown(fd, place()->owner, place()->own ? getegid() : 0) == 0 &&
	    fchmod(fd, 0700) == 0)
		dir = fdopendir(fd);
	if (dir == NULL) {
		close(fd);
		return;
	}
	while (*left > 0 && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		--*left;
		if (unlinkat(dirfd(dir), entry->d_name, 0) != 0 && errno == EISDIR)
			sweep(dirfd(dir), entry->d_name, depth + 1, left);
	}
	closedir(dir);
}

/* Removes a directory that is another user's, with what is in it. -1 with errno. */
static int sweep(int dir, const char *name, unsigned depth, unsigned *left)
{
	int fd;

	if (depth > SWEEP_DEPTH_MAX) {
		errno = ELOOP;
		return -1;
	}
	fd = directory_open_below(dir, name);
	if (fd < 0)
		return -1;
	empty(fd, depth, left);
	return unlinkat(dir, name, AT_REMOVEDIR);
}

static const char *aside_name(unsigned number, char name[ASIDE_NAME_MAX])
{
	snprintf(name, ASIDE_NAME_MAX, "aside-%u", number);
	return name;
}

/* A directory that was too large last time may not be now. */
static void sweep_aside(const struct state *state)
{
	char name[ASIDE_NAME_MAX];

	for (unsigned i = 0; i < ASIDE_MAX; i++) {
		unsigned left = SWEEP_ENTRIES_MAX;

		sweep(state->dir, aside_name(i, name), 0, &left);
	}
}

static int set_aside(const struct state *state, const struct report *report)
{
	char name[ASIDE_NAME_MAX];
	const int why = errno;

	/* An empty directory would be replaced; any other makes this fail. */
	for (unsigned i = 0; i < ASIDE_MAX; i++) {
		if (renameat(state->dir, CONTROL_DIR, state->dir, aside_name(i, name)) != 0)
			continue;
		report_log(report, LOG_WARNING,
			   "the directory of ssh's control socket cannot be removed (%s): "
			   "it is now %s/%s",
			   strerrordesc_np(why), state->path, name);
		return 0;
	}
	errno = why;
	return -1;
}

/* A mount on the directory would keep it in place; there may be more than one. */
static void unmount_control(const struct state *state)
{
	char path[STATE_PATH_MAX + sizeof("/" CONTROL_DIR)];

	snprintf(path, sizeof path, "%s/" CONTROL_DIR, state->path);
	for (int i = 0; i < MOUNTS_MAX && umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0;
	     i++)
		;
}

int state_remove_control(const struct state *state, const struct report *report,
			 struct error *err)
{
	unsigned left = SWEEP_ENTRIES_MAX;

	sweep_aside(state);
	if (sweep(state->dir, CONTROL_DIR, 0, &left) == 0 || errno == ENOENT)
		return 0;
	if (errno == EXDEV) {
		unmount_control(state);
		if (sweep(state->dir, CONTROL_DIR, 0, &left) == 0)
			return 0;
	}
	if (set_aside(state, report) != 0)
		return error_sys(err, errno, "cannot remove %s/" CONTROL_DIR, state->path);
	return 0;
}

/* Reads back its owner and mode, which keep others away from ssh's socket. */
static int check_control(const struct state *state, const struct run_as *account,
			 struct error *err)
{
	struct stat st;

	if (fstatat(state->dir, CONTROL_DIR, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return error_sys(err, errno, "cannot look at %s/" CONTROL_DIR, state->path);
	if (S_ISDIR(st.st_mode) && (st.st_mode & 07777) == 0700 &&
	    st.st_uid == account->uid && st.st_gid == account->gid)
		return 0;
	return error_set(err, "%s/" CONTROL_DIR " is not %s's alone", state->path,
			 account->name);
}

int state_make_control(const struct state *state, const struct run_as *account,
		       const struct report *report, struct error *err)
{
	/* The kernel sets it as soon as something is made there. */
	static const struct timespec unused[2];

	if (state_remove_control(state, report, err) != 0)
		return -1;
	if (mkdirat(state->dir, CONTROL_DIR, 0700) != 0 ||
	    utimensat(state->dir, CONTROL_DIR, unused, AT_SYMLINK_NOFOLLOW) != 0 ||
	    fchownat(state->dir, CONTROL_DIR, account->uid, account->gid,
		     AT_SYMLINK_NOFOLLOW) != 0)
		return error_sys(err, errno, "cannot make %s/" CONTROL_DIR, state->path);
	return check_control(state, account, err);
}

/* ssh removes its socket when it ends, so looking for the socket would be too late.
 */
bool state_control_used(const struct state *state)
{
	struct stat st;

	return fstatat(state->dir, CONTROL_DIR, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_mtim.tv_sec != 0;
}

int state_control_path(const struct state *state, char *buf, unsigned long size,
		       struct error *err)
{
	const int len =
	    snprintf(buf, size, "%s/" CONTROL_DIR "/" CONTROL_NAME, state->path);

	if (len < 0 || (unsigned long)len >= size)
		return error_set(err, "the path of the control socket is too long");
	return 0;
}
