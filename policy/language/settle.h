/* SPDX-License-Identifier: ISC */
/*
 * Waiting until a file has settled. One that is overwritten in place without being cut off
 * first (scp, rsync --inplace, dd conv=notrunc) has its End all the time, while it is
 * partly old and partly new: the only sign that it is finished is that nobody has written
 * to it for a while. A writer may pause between two pieces for as long as SETTLE_MS and is
 * noticed.
 */
#ifndef SALLYPORT_POLICY_LANGUAGE_SETTLE_H
#define SALLYPORT_POLICY_LANGUAGE_SETTLE_H

#include <stdbool.h>
#include <time.h>

enum {
	/* that a file must have been left alone */
	SETTLE_MS = 2000,
	/* in all that a process waits for its files; the agent has AGENT_DEADLINE_S */
	SETTLE_TOTAL_MS = 10000,
	/* and vpn-policy by hand, for a file that changes while it is read */
	SETTLE_AT_ONCE_MS = 50,
	SETTLE_AT_ONCE_TOTAL_MS = 1000,
};

/*
 * Files are read to decide by them, unless this says that they are only looked at: then a
 * file need not have settled, but must still be the same before and after it is read.
 * Either way the process gets its whole time to wait again.
 */
void settle_begin(bool decides);

/*
 * Whether a file whose last change was then can be believed at its first look. Every write
 * dates a file (mtime) before the new bytes can be read. The time at which it got its name
 * (ctime) does not matter: a file that is renamed was finished before.
 */
bool settle_is_old(const struct timespec *then);

/*
 * Waits until a file whose last change was then, or is not known (NULL), can be looked at
 * again. False when the process has waited enough.
 */
bool settle_wait(const struct timespec *then);

#endif
