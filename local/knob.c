/* SPDX-License-Identifier: ISC */
#include "local/knob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { KNOB_MAX = 64 };

int knob_set(const char *family, const char *interface, const char *name, const char *value,
	     struct policy_error *err)
{
	char path[KNOB_MAX];
	int fd, result = 0;

	if ((size_t)snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s", family,
			     interface, name) >= sizeof(path))
		return error_set(err, "the path of %s is too long", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return error_sys(err, errno, "cannot open %s", path);
	if (write(fd, value, strlen(value)) != (ssize_t)strlen(value))
		result = error_sys(err, errno, "cannot write %s", path);
	close(fd);
	return result;
}
