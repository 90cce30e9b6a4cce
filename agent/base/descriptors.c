/* SPDX-License-Identifier: ISC */
#include "agent/base/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum { DECIMAL = 10 };

/* The directory itself is left to closedir(3). */
static bool is_wanted(const struct dirent *entry, unsigned first, unsigned last, int self)
{
	char *end;
	const unsigned long fd = strtoul(entry->d_name, &end, DECIMAL);

	return entry->d_name[0] != '.' && *end == '\0' && fd >= first && fd <= last &&
	       fd != (unsigned long)self;
}

/* 0 at the end of the list. */
static int close_next(DIR *list, unsigned first, unsigned last, bool on_exec)
{
	const struct dirent *entry;
	int fd;

	errno = 0;
	entry = readdir(list);
	if (entry == NULL)
		return errno == 0 ? 0 : -1;
	if (!is_wanted(entry, first, last, dirfd(list)))
		return 1;
	fd = atoi(entry->d_name);
	if (on_exec)
		return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? 1 : -1;
	/* Linux frees the number whatever close(2) returns. */
	close(fd);
	return 1;
}

static int close_listed(unsigned first, unsigned last, bool on_exec)
{
	DIR *const list = opendir("/proc/self/fd");
	int result, why;

	if (list == NULL)
		return -1;
	do
		result = close_next(list, first, last, on_exec);
	while (result > 0);
	why = errno;
	closedir(list);
	errno = why;
	return result;
}

/* EINVAL: Linux 5.9 and 5.10 have the call, but not CLOSE_RANGE_CLOEXEC. */
static bool is_missing(void)
{
	return errno == ENOSYS || errno == EPERM || errno == EINVAL;
}

int descriptors_close(unsigned first, unsigned last)
{
	if (close_range(first, last, 0) == 0)
		return 0;
	return is_missing() ? close_listed(first, last, false) : -1;
}

int descriptors_close_on_exec(unsigned first, unsigned last)
{
	if (close_range(first, last, CLOSE_RANGE_CLOEXEC) == 0)
		return 0;
	return is_missing() ? close_listed(first, last, true) : -1;
}

int descriptors_standard(int in, int out, int err)
{
	const int wanted[] = {in, out, err};
	const int null = open("/dev/null", O_RDWR);

	if (null < 0)
		return -1;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(wanted[fd] >= 0 ? wanted[fd] : null, fd) < 0)
			return -1;
	return null > STDERR_FILENO ? close(null) : 0;
}

int descriptors_fill(int flags)
{
	int fd;

	do
		fd = open("/dev/null", flags);
	while (fd >= 0 && fd <= STDERR_FILENO);
	return fd < 0 ? -1 : close(fd);
}

int descriptors_write(int fd, const void *bytes, size_t len)
{
	size_t done = 0;

	while (done < len) {
		const ssize_t put = write(fd, (const char *)bytes + done, len - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return -1;
		done += (size_t)put;
	}
	return 0;
}

ssize_t descriptors_read(int fd, void *buf, size_t size)
{
	size_t done = 0;

	while (done < size) {
		const ssize_t got = read(fd, (char *)buf + done, size - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

ssize_t descriptors_read_text(const char *path, char *text, size_t size)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -1;
	len = descriptors_read(fd, text, size - 1);
	close(fd);
	if (len <= 0)
		return -1;
	text[len] = '\0';
	return len;
}
