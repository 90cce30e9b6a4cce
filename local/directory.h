/* SPDX-License-Identifier: ISC */
#ifndef SALLYPORT_LOCAL_DIRECTORY_H
#define SALLYPORT_LOCAL_DIRECTORY_H

/*
 * Opens the directory name in dir for reading: never through a link (ELOOP, ENOTDIR), and
 * never into what is mounted there (EXDEV), which is not even asked for a file then. name
 * is one component. -1 with errno.
 */
int directory_open_below(int dir, const char *name);

#endif
