/* SPDX-License-Identifier: ISC */
#ifndef SALLYPORT_AGENT_BASE_TERMINAL_H
#define SALLYPORT_AGENT_BASE_TERMINAL_H

#include <termios.h>

/*
 * Makes the terminal pass every byte as it is, and looks whether it does: tcsetattr(3)
 * succeeds when it could make any of the changes. *former, if not NULL, is how it was.
 * Returns 0, or -1 with errno.
 */
int terminal_make_raw(int fd, struct termios *former);

#endif
