/* SPDX-License-Identifier: ISC */
#include "agent/net/knob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KNOB_PATH_MAX = 96, KNOB_TEXT_MAX = 32, DECIMAL = 10 };

static int knob_open(const struct knob *knob, int flags, struct error *err)
{
	char path[KNOB_PATH_MAX];
	int fd;

	if ((size_t)snprintf(path, sizeof path, "/proc/sys/net/%s/conf/%s/%s", knob->family,
			     knob->interface, knob->name) >= sizeof path)
		return error_set(err, "the path of %s is too long", knob->name);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? error_sys(err, errno, "cannot open %s", path) : fd;
}

int knob_get(const struct knob *knob, long *value, struct error *err)
{
	const int fd = knob_open(knob, O_RDONLY, err);
	char text[KNOB_TEXT_MAX] = "", *end;
	ssize_t len;

	if (fd < 0)
		return -1;
	len = read(fd, text, sizeof text - 1);
	if (len < 0)
		error_sys(err, errno, "cannot read net.%s.conf.%s.%s", knob->family,
			  knob->interface, knob->name);
	close(fd);
	if (len < 0)
		return -1;
	*value = strtol(text, &end, DECIMAL);
	return end != text ? 0
			   : error_set(err, "net.%s.conf.%s.%s is not a number",
				       knob->family, knob->interface, knob->name);
}

static int knob_write(const struct knob *knob, long value, struct error *err)
{
	const int fd = knob_open(knob, O_WRONLY, err);
	char text[KNOB_TEXT_MAX];
	int result = 0;

	if (fd < 0)
		return -1;
	snprintf(text, sizeof text, "%ld", value);
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		result = error_sys(err, errno, "cannot set net.%s.conf.%s.%s to %ld",
				   knob->family, knob->interface, knob->name, value);
	close(fd);
	return result;
}

int knob_set(const struct knob *knob, long value, struct error *err)
{
	long now;

	if (knob_get(knob, &now, err) != 0)
		return -1;
	if (now == value)
		return 0;
	if (knob_write(knob, value, err) != 0 || knob_get(knob, &now, err) != 0)
		return -1;
	return now == value
		   ? 0
		   : error_set(err, "net.%s.conf.%s.%s was set to %ld, but is %ld",
			       knob->family, knob->interface, knob->name, value, now);
}
