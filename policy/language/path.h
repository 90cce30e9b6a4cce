/* SPDX-License-Identifier: ISC */
/* Paths as they are given to vpn-policy, told and opened in one spelling. */
#ifndef SALLYPORT_POLICY_LANGUAGE_PATH_H
#define SALLYPORT_POLICY_LANGUAGE_PATH_H

#include <stdbool.h>
#include <stddef.h>

enum { PATH_TEXT_MAX = 4096 };

/*
 * The length of NAME in NAME.conf, which is what a peer's or a profile's file is called; 0
 * for what editors leave beside it, and for every other name.
 */
size_t path_conf_len(const char *file);

/* Whether an absolute path has no empty component, no "." and no "..", and so but one
 * spelling. */
bool path_is_plain(const char *path);

/*
 * Each writes into out and returns 0, or -1 when it does not fit. They work on the
 * text alone: double slashes, trailing slashes and "." are removed, ".." and links stay.
 */

/* "." when nothing is left. */
int path_tidy(const char *path, char out[PATH_TEXT_MAX]);
/* name in the directory dir, tidied. */
int path_join(const char *dir, const char *name, char out[PATH_TEXT_MAX]);
/* From "/" on, tidied; a relative path is meant from the working directory. */
int path_absolute(const char *path, char out[PATH_TEXT_MAX]);

#endif
