/* SPDX-License-Identifier: ISC */
/*
 * close_range(2), also where it is denied or missing: an old container's filter answers it
 * with EPERM or ENOSYS. Then /proc/self/fd says what there is to close. The limit on
 * descriptors does not: it may have been lowered since.
 */
#ifndef SALLYPORT_AGENT_BASE_DESCRIPTORS_H
#define SALLYPORT_AGENT_BASE_DESCRIPTORS_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

/* Every descriptor from first to last (UINT_MAX: the highest). 0, or -1 with errno. */
int descriptors_close(unsigned first, unsigned last);
/* In place of closing them, sets close-on-exec. */
int descriptors_close_on_exec(unsigned first, unsigned last);

/*
 * What becomes 0, 1 and 2, for what is executed as well; -1: /dev/null. in, out and err are
 * their own place or above 2. 0, or -1 with errno.
 */
int descriptors_standard(int in, int out, int err);
/* Those of 0, 1 and 2 that are closed become /dev/null, opened with flags (open(2)), so
 * that no file opened later is taken for one of them. 0, or -1 with errno. */
int descriptors_fill(int flags);

/* write(2) until all of it is written. 0, or -1 with errno. */
int descriptors_write(int fd, const void *bytes, size_t len);
/* read(2) until size bytes are there, or no more come. How many, or -1 with errno. */
ssize_t descriptors_read(int fd, void *buf, size_t size);
/* A short file of the kernel's, as a string: as much as fits. How long it is, at least 1;
 * or -1, with errno where it cannot be read. */
ssize_t descriptors_read_text(const char *path, char *text, size_t size);

#endif
