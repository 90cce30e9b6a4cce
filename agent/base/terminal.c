/* SPDX-License-Identifier: ISC */
#include "agent/base/terminal.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

/* What decides whether a byte gets through. */
static bool passes_all(const struct termios *is, const struct termios *raw)
{
	const tcflag_t size = CSIZE | PARENB | CREAD | CLOCAL;

	return is->c_iflag == raw->c_iflag && is->c_oflag == raw->c_oflag &&
	       is->c_lflag == raw->c_lflag &&
	       (is->c_cflag & size) == (raw->c_cflag & size) &&
	       is->c_cc[VMIN] == raw->c_cc[VMIN] && is->c_cc[VTIME] == raw->c_cc[VTIME];
}

int terminal_make_raw(int fd, struct termios *former)
{
	struct termios raw, now;

	if (tcgetattr(fd, &raw) != 0)
		return -1;
	if (former != NULL)
		*former = raw;
	cfmakeraw(&raw);
	raw.c_cflag |= CLOCAL | CREAD;
	if (tcsetattr(fd, TCSANOW, &raw) != 0 || tcgetattr(fd, &now) != 0)
		return -1;
	if (passes_all(&now, &raw))
		return 0;
	errno = ENOTSUP;
	return -1;
}
