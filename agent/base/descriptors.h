/* SPDX-License-Identifier: ISC */
/*
 * close_range(2), also where it is denied or missing: an old container's filter answers it
 * with EPERM or ENOSYS. Then /proc/self/fd says what there is to close. The limit on
 * descriptors does not: it may have been lowered since.
 */
#ifndef SALLYPORT_AGENT_BASE_DESCRIPTORS_H
#define SALLYPORT_AGENT_BASE_DESCRIPTORS_H

#include <limits.h>

/* Every descriptor from first to last (UINT_MAX: the highest). 0, or -1 with errno. */
int descriptors_close(unsigned first, unsigned last);
/* In place of closing them, sets close-on-exec. */
int descriptors_close_on_exec(unsigned first, unsigned last);

#endif
