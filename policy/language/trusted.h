/* SPDX-License-Identifier: ISC */
/* Opening a file that only root can have written. */
#ifndef SALLYPORT_POLICY_LANGUAGE_TRUSTED_H
#define SALLYPORT_POLICY_LANGUAGE_TRUSTED_H

#include <sys/types.h>

#include "policy/language/error.h"

/*
 * Opens an absolute path read-only, close-on-exec, walking it component by component
 * through directory descriptors: no symbolic link anywhere, every directory and the file
 * owned by root and writable by root alone, the file regular with one link. All is checked
 * on the very descriptor that is returned. Sticky world-writable directories are refused
 * too. Never blocks on a FIFO. Returns the descriptor, or -1 with *err (err->sys == ENOENT
 * if the file is missing, ESTALE if its name has become another file's meanwhile).
 */
int trusted_open(const char *path, struct error *err);

/*
 * The same walk for a directory of many files: a descriptor for trusted_open_in(), which
 * opens DIRECTORY/NAME, the path, as trusted_open() does, without walking to it again.
 */
int trusted_open_dir(const char *path, struct error *err);
int trusted_open_in(int dir, const char *path, struct error *err);

/*
 * The same walk for a program to execute, with O_PATH semantics sufficient for execveat(2)
 * and fstat(2): symbolic links of root's in such directories are followed (/sbin ->
 * usr/sbin, and /etc/alternatives), the file itself must be regular, root's, writable by
 * root alone, executable. Setuid bits and the number of links do not matter.
 */
int trusted_open_program(const char *path, struct error *err);
/* The same for a program that runs as owner, so that this user may own it as well, the
 * directories above it and the links to it. Beyond a directory of that user's, all must be
 * open to the user, or to everybody. */
int trusted_open_program_of(const char *path, uid_t owner, struct error *err);

#endif
