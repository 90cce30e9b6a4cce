/* SPDX-License-Identifier: ISC */
/*
 * Whether a process is one of a session. The byte that names it (agent/core/session.h) is
 * the word of the account, which may lock any byte of the file: what it says is believed
 * once the kernel says of that process that it shares the session's lock.
 */
#ifndef SALLYPORT_POLICY_TOOL_PEERS_HOLDER_H
#define SALLYPORT_POLICY_TOOL_PEERS_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Whether one of the process's descriptors is of the open file description that has the
 * lock on the byte at offset of the file that fd is (proc_pid_fdinfo(5)), and the process
 * is the account's in all its user ids, or root's. False also where that cannot be read.
 * The caller holds the process by a pidfd from before, and signals it only by that.
 */
bool holder_is(pid_t pid, int fd, off_t offset, uid_t account);

#endif
