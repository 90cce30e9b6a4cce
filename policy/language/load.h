/* SPDX-License-Identifier: ISC */
/* From a path to the bytes of a policy file. */
#ifndef SALLYPORT_POLICY_LANGUAGE_LOAD_H
#define SALLYPORT_POLICY_LANGUAGE_LOAD_H

#include "policy/language/policy.h"

/* Opens a regular file to read; never blocks. Returns the descriptor, or -1 with *err. */
int policy_open(const char *path, enum trust trust, struct error *err);

/*
 * Reads a whole file of at most POLICY_FILE_MAX bytes that nobody is writing: a file that
 * changes while it is read is read again, and one that was written a moment ago is read
 * once it has settled (settle.h). *text lies in a buffer of the library's own, which the
 * next call overwrites: one thread only. Returns 0, or -1 with *err; err->sys is EAGAIN if
 * the file was being written for too long.
 */
int policy_read(const char *path, enum trust trust, const char **text, size_t *len,
		struct error *err);

/* The same; dir is what trusted_open_dir() gave for the directory of path, or -1. */
int policy_read_in(int dir, const char *path, enum trust trust, const char **text,
		   size_t *len, struct error *err);

/* DIR/NAME.conf into path, after a look at the name. 0, or -1 with *err. */
int policy_path(const char *dir, const char *name, char path[POLICY_PATH_MAX],
		struct error *err);

#endif
