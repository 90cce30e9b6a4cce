/* SPDX-License-Identifier: ISC */
#include "policy/tool/base/in_root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "policy/language/path.h"

/* As the kernel does (path_resolution(7)). */
enum { LINKS_MAX = 40 };

/* A path in two parts; what is done holds no link, no "." and no "..". */
struct root_walk {
	int root;
	unsigned links;
	char done[PATH_TEXT_MAX], left[PATH_TEXT_MAX];
};

static int too_long(void)
{
	errno = ENAMETOOLONG;
	return -1;
}

/* Takes over dir and closes it. */
static int step(int dir, const char *name, int flags)
{
	const int fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC);
	const int why = errno;

	close(dir);
	errno = why;
	return fd;
}

/* What is done, opened one plain name after another, all but the last as a directory. */
static int open_done(const struct root_walk *walk, int flags)
{
	char names[PATH_TEXT_MAX], *rest = names, *name;
	int dir = openat(walk->root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	snprintf(names, sizeof names, "%s", walk->done);
	while (dir >= 0 && (name = strsep(&rest, "/")) != NULL) {
		if (rest == NULL)
			return step(dir, *name == '\0' ? "." : name, flags);
		dir = step(dir, name, O_PATH | O_DIRECTORY);
	}
	return dir;
}

static void take_back(struct root_walk *walk)
{
	char *slash = strrchr(walk->done, '/');

	*(slash == NULL ? walk->done : slash) = '\0';
}

/* "." and "..": of a directory alone. */
static int stay_in(struct root_walk *walk, bool up)
{
	const int fd = open_done(walk, O_PATH | O_DIRECTORY);

	if (fd < 0)
		return -1;
	close(fd);
	if (up)
		take_back(walk);
	return 0;
}

/* In place of the link name, which is the last of what is done, goes what it holds. */
static int follow(struct root_walk *walk, const char *target)
{
	char rest[PATH_TEXT_MAX];

	if (++walk->links > LINKS_MAX) {
		errno = ELOOP;
		return -1;
	}
	memcpy(rest, walk->left, sizeof rest);
	if ((size_t)snprintf(walk->left, sizeof walk->left, "%s/%s", target, rest) >=
	    sizeof walk->left)
		return too_long();
	if (target[0] == '/')
		walk->done[0] = '\0';
	else
		take_back(walk);
	return 0;
}

/* The next name moves from what is left to what is done. */
static int advance(struct root_walk *walk, bool follow_last)
{
	char target[PATH_TEXT_MAX];
	const size_t len = strcspn(walk->left, "/"), used = strlen(walk->done);
	const size_t more = len + strspn(walk->left + len, "/");
	const bool plain = len > 0 && !(len == 1 && walk->left[0] == '.'),
		   up = len == 2 && memcmp(walk->left, "..", 2) == 0;
	ssize_t got;
	int fd;

	if (plain && !up &&
	    (size_t)snprintf(walk->done + used, sizeof walk->done - used, "%s%.*s",
			     used > 0 ? "/" : "", (int)len,
			     walk->left) >= sizeof walk->done - used)
		return too_long();
	memmove(walk->left, walk->left + more, strlen(walk->left + more) + 1);
	if (!plain || up)
		return stay_in(walk, up);
	if (walk->left[0] == '\0' && !follow_last)
		return 0;
	fd = open_done(walk, O_PATH);
	if (fd < 0)
		return -1;
	got = readlinkat(fd, "", target, sizeof target - 1);
	close(fd);
	if (got < 0)
		return errno == ENOENT || errno == EINVAL ? 0 : -1;
	target[got] = '\0';
	return follow(walk, target);
}

static int open_in_steps(int root, const char *path, int flags)
{
	struct root_walk walk = {.root = root};

	if ((size_t)snprintf(walk.left, sizeof walk.left, "%s", path) >= sizeof walk.left)
		return too_long();
	while (walk.left[0] != '\0')
		if (advance(&walk, (flags & O_NOFOLLOW) == 0) != 0)
			return -1;
	return open_done(&walk, flags);
}

int in_root_open(int root, const char *path, int flags)
{
	const struct open_how how = {.flags = (uint64_t)(flags | O_CLOEXEC),
				     .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	const int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);

	/* An older kernel, or a container that denies it. EAGAIN: while ".." was followed
	 * something was renamed or mounted, wherever on this host (openat2(2)). */
	if (fd >= 0 || (errno != ENOSYS && errno != EPERM && errno != EAGAIN))
		return fd;
	return open_in_steps(root, path, flags);
}
