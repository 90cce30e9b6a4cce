/* SPDX-License-Identifier: ISC */
#include "policy/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/escape.h"
#include "policy/trusted.h"

enum { QUOTE_MAX = 80 };

/* One byte more than a file may have, to see that it has more. Static, for the caller's
 * stack may be small: a client's limits still hold when the agent starts. */
static char buffer[POLICY_FILE_MAX + 1];

static int open_any(const char *path, struct policy_error *err)
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
	(void)close(fd);
	return error_file(err, path, 0, "expected a regular file");
}

int policy_open(const char *path, enum trust trust, struct policy_error *err)
{
	return trust == TRUST_ANY ? open_any(path, err) : trusted_open(path, err);
}

int policy_read(const char *path, enum trust trust, const char **text, size_t *len,
		struct policy_error *err)
{
	return policy_read_in(-1, path, trust, text, len, err);
}

int policy_read_in(int dir, const char *path, enum trust trust, const char **text,
		   size_t *len, struct policy_error *err)
{
	const bool walked = dir >= 0 && trust == TRUST_ROOT;
	int fd = walked ? trusted_open_in(dir, path, err) : policy_open(path, trust, err);
	size_t used = 0;
	ssize_t n = 1;
	int r = 0;

	if (fd < 0)
		return -1;
	while (n != 0 && used < sizeof buffer) {
		n = read(fd, buffer + used, sizeof buffer - used);
		if (n < 0 && errno != EINTR) {
			r = error_file(err, path, errno, "cannot read it");
			goto out;
		}
		used += n > 0 ? (size_t)n : 0;
	}
	if (used == sizeof buffer)
		r = error_file(err, path, 0, "file too large: expected at most %d bytes",
			       POLICY_FILE_MAX);
	*text = buffer;
	*len = used;
out:
	(void)close(fd);
	return r;
}

int policy_path(const char *dir, const char *name, char path[POLICY_PATH_MAX],
		struct policy_error *err)
{
	char quoted[QUOTE_MAX];
	int n;

	if (!policy_name_valid(name))
		return error_set(err,
				 "name %s: expected at most %d letters, digits, _ and -, "
				 "beginning with a letter or a digit",
				 escape_quoted(name, strlen(name), quoted, sizeof quoted),
				 NAME_MAX_LEN);
	n = snprintf(path, POLICY_PATH_MAX, "%s/%s.conf", dir, name);
	if (n < 0 || n >= POLICY_PATH_MAX)
		return error_set(err, "path of %s too long: expected at most %d characters",
				 name, POLICY_PATH_MAX - 1);
	return 0;
}
