/* SPDX-License-Identifier: ISC */
#include "local/proc_stat.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { STAT_MAX = 1024 };

int proc_stat_parse(const char *text, struct proc_stat *out)
{
	/* The name in parentheses may hold anything, also parentheses: start after the
	 * last. */
	const char *after = strrchr(text, ')');
	int session;

	if (after == NULL)
		return -1;
	/* Fields 3 to 22: state ppid pgrp session … starttime. */
	if (sscanf(after + 1,
		   " %c %*d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
		   "%*d %*d"
		   " %" SCNu64,
		   &out->state, &session, &out->start) != 3)
		return -1;
	out->session = session;
	return 0;
}

int proc_stat_read(pid_t pid, struct proc_stat *out)
{
	char path[32], text[STAT_MAX];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	do {
		len = read(fd, text, sizeof(text) - 1);
	} while (len < 0 && errno == EINTR);
	close(fd);
	if (len <= 0)
		return -1;
	text[len] = '\0';
	return proc_stat_parse(text, out);
}
