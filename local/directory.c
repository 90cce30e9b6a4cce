/* SPDX-License-Identifier: ISC */
#include "local/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { INFO_PATH_MAX = 48, INFO_TEXT_MAX = 512, DECIMAL = 10 };

/* Which mount an open descriptor is on (proc(5), /proc/PID/fdinfo). -1 with errno. */
static long mount_of(int fd)
{
	static const char field[] = "mnt_id:";
	char path[INFO_PATH_MAX], text[INFO_TEXT_MAX] = "";
	const char *found;
	ssize_t len;
	int info;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY | O_CLOEXEC);
	if (info < 0)
		return -1;
	len = read(info, text, sizeof text - 1);
	close(info);
	found = len > 0 ? strstr(text, field) : NULL;
	if (found == NULL) {
		errno = ENODATA;
		return -1;
	}
	return strtol(found + sizeof field - 1, NULL, DECIMAL);
}

/* 0 when both are on one mount; -1 with errno, EXDEV when they are not. */
static int same_mount(int one, int other)
{
	const long here = mount_of(one), there = here < 0 ? -1 : mount_of(other);

	if (there < 0)
		return -1;
	if (here == there)
		return 0;
	errno = EXDEV;
	return -1;
}

/*
 * The same in steps. O_PATH pins the directory without asking its file system for anything;
 * only the one that was checked is then opened.
 */
static int open_in_steps(int dir, const char *name)
{
	int seen, fd = -1, why;

	if (name[0] == '\0' || strchr(name, '/') != NULL || strcmp(name, "..") == 0) {
		errno = EXDEV;
		return -1;
	}
	seen = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (seen < 0)
		return -1;
	if (same_mount(dir, seen) == 0)
		fd = openat(seen, ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	why = errno;
	close(seen);
	errno = why;
	return fd;
}

int directory_open_below(int dir, const char *name)
{
	const struct open_how how = {
	    .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
	};
	const int fd = (int)syscall(SYS_openat2, dir, name, &how, sizeof how);

	/* An older kernel, or a service manager or a container that denies it: systemd
	 * answers ENOSYS under RestrictSUIDSGID=yes. */
	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return fd;
	return open_in_steps(dir, name);
}
