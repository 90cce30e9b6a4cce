/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/host.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/tool/base/in_root.h"

enum { ALL_MODES = 07777, NUMBER_SIZE = 32 };

const char host_group_file[] = "/etc/group";

void host_find(struct host *host, enum rule_name rule, const char *path, unsigned line,
	       const char *fmt, ...)
{
	char shown[PATH_TEXT_MAX] = "";
	va_list args;

	/* A path that is too long is shown without that of the copy. */
	if (path[0] != '\0' && path_join(host->root, path, shown) != 0)
		snprintf(shown, sizeof shown, "%s", path);
	va_start(args, fmt);
	findings_vadd(host->findings, rule, shown, line, 0, fmt, args);
	va_end(args);
}

int host_open(const struct host *host, const char *path, int flags)
{
	int root, fd, why;

	if (host->held_root > STDERR_FILENO)
		return in_root_open(host->held_root, path, flags);
	root = open(host->living ? "/" : host->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	fd = in_root_open(root, path, flags);
	why = errno;
	close(root);
	errno = why;
	return fd;
}

int host_stat(const struct host *host, const char *path, struct stat *st)
{
	const int fd = host_open(host, path, O_PATH);
	int result;

	if (fd < 0)
		return -1;
	result = fstat(fd, st);
	close(fd);
	return result;
}

bool host_is_there(const struct host *host, const char *path)
{
	struct stat st;

	return host_stat(host, path, &st) == 0;
}

unsigned host_mode(const struct stat *st)
{
	return (unsigned)st->st_mode & ALL_MODES;
}

bool host_account_may(const struct host *host, const struct stat *st, mode_t bits)
{
	if (st->st_uid == host->account.uid)
		return (st->st_mode >> 6 & bits) == bits;
	if (st->st_gid == host->account.gid)
		return (st->st_mode >> 3 & bits) == bits;
	return (st->st_mode & bits) == bits;
}

/* The size bytes of fd, and a NUL; NULL with errno. */
static char *read_all(int fd, size_t size, size_t *len)
{
	char *text = malloc(size + 1);
	size_t used = 0;
	ssize_t n = 1;

	if (text == NULL)
		return NULL;
	while (n > 0 && used < size) {
		n = read(fd, text + used, size - used);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			used += (size_t)n;
	}
	if (n < 0) {
		free(text);
		return NULL;
	}
	text[used] = '\0';
	*len = used;
	return text;
}

static int check_regular(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return EINVAL;
	return st->st_size > HOST_FILE_MAX ? EFBIG : 0;
}

/* For reading; -1 with errno. */
static int open_regular(const struct host *host, const char *path, struct stat *st)
{
	int fd, why;

	/* Opening a FIFO or a device can wait, or do things: look first. */
	if (host_stat(host, path, st) < 0)
		return -1;
	errno = check_regular(st);
	if (errno != 0)
		return -1;
	fd = host_open(host, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	why = fstat(fd, st) < 0 ? errno : check_regular(st);
	if (why == 0)
		return fd;
	close(fd);
	errno = why;
	return -1;
}

const char *host_why(void)
{
	switch (errno) {
	case EINVAL:
		return "it is not a regular file";
	case EILSEQ:
		return "it contains a NUL byte";
	default:
		return strerror(errno);
	}
}

void host_not_read(struct host *host, const char *path, const char *what)
{
	const bool may_not = errno == EACCES || errno == EPERM || errno == ENOENT;

	host_find(host, may_not ? RULE_NOT_LOOKED_AT : RULE_UNREADABLE, path, 0, "%s%s%s",
		  what, what[0] != '\0' ? ": " : "", host_why());
}

FILE *host_fopen(const struct host *host, const char *path)
{
	struct stat st;
	const int fd = open_regular(host, path, &st);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "re");

	if (fd >= 0 && file == NULL)
		close(fd);
	return file;
}

bool host_number(const struct host *host, const char *path, long *number)
{
	FILE *file = host_fopen(host, path);
	char line[NUMBER_SIZE] = "", *end = line;
	long value;

	if (file == NULL)
		return false;
	if (fgets(line, sizeof line, file) == NULL)
		line[0] = '\0';
	fclose(file);
	value = strtol(line, &end, 0);
	if (end == line)
		return false;
	*number = value;
	return true;
}

bool host_group_has(const struct group *entry, const char *user)
{
	for (char *const *member = entry->gr_mem; *member != NULL; member++)
		if (strcmp(*member, user) == 0)
			return true;
	return false;
}

DIR *host_opendir(const struct host *host, const char *path)
{
	const int fd = host_open(host, path, O_RDONLY | O_DIRECTORY);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && stream == NULL)
		close(fd);
	return stream;
}

char *host_read(const struct host *host, const char *path, size_t *len)
{
	struct stat st;
	const int fd = open_regular(host, path, &st);
	size_t used = 0;
	char *text;
	int why;

	if (fd < 0)
		return NULL;
	text = read_all(fd, (size_t)st.st_size, &used);
	why = errno;
	close(fd);
	if (len != NULL) {
		*len = used;
	} else if (text != NULL && strlen(text) != used) {
		free(text);
		text = NULL;
		why = EILSEQ;
	}
	errno = why;
	return text;
}
