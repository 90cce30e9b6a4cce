/* SPDX-License-Identifier: ISC */
#include "local/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/base/terminal.h"

/*
 * On Linux the termios requests on a master act on the slave (drivers/tty/tty_ioctl.c), and
 * the settings live as long as the pair. So nobody needs to open the slave for this, and
 * the first close of the slave is the PPP program's: the hangup that ssh then sees is a
 * real one.
 */
int pty_open(struct pty *pty, struct error *err)
{
	int sys;

	pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pty->master < 0)
		return error_sys(err, errno, "cannot open a new pty");
	if (grantpt(pty->master) != 0 || unlockpt(pty->master) != 0 ||
	    terminal_make_raw(pty->master, NULL) != 0)
		goto fail;
	sys = ptsname_r(pty->master, pty->name, sizeof pty->name);
	if (sys == 0)
		return 0;
	errno = sys;
fail:
	sys = errno;
	close(pty->master);
	pty->master = -1;
	return error_sys(err, sys, "cannot prepare a new pty");
}
