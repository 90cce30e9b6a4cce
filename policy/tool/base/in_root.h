/* SPDX-License-Identifier: ISC */
#ifndef SALLYPORT_POLICY_TOOL_BASE_IN_ROOT_H
#define SALLYPORT_POLICY_TOOL_BASE_IN_ROOT_H

/*
 * Opens path as if the directory root were "/": no "..", and no link, leads out of it.
 * flags as for open(2). -1 with errno.
 */
int in_root_open(int root, const char *path, int flags);

#endif
