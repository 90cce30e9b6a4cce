/* SPDX-License-Identifier: ISC */
/* A pseudo-terminal whose one side ssh holds and whose other side a PPP program opens by
 * name. */
#ifndef SALLYPORT_LOCAL_PTY_H
#define SALLYPORT_LOCAL_PTY_H

#include "policy/language/error.h"

enum { PTY_NAME_MAX = 64 };

struct pty {
	/* close-on-exec; the caller closes it */
	int master;
	/* of the other side: "/dev/pts/5" */
	char name[PTY_NAME_MAX];
};

/*
 * A new pair, raw and without echo. The slave has not been opened: until it has been,
 * reading the master waits instead of failing with EIO, and what is written to the master
 * is kept for whoever opens the slave. Returns 0, or -1 with *err and nothing to close.
 */
int pty_open(struct pty *pty, struct error *err);

#endif
