/* SPDX-License-Identifier: ISC */
/* What the kernel's tables of sockets, /proc/PID/net, say of one. */
#ifndef SALLYPORT_LOCAL_PROC_NET_H
#define SALLYPORT_LOCAL_PROC_NET_H

#include <sys/types.h>

#include "policy/language/policy.h"

/*
 * The far end of the socket with this number (socket:[NUMBER]), as the process sees it;
 * family AF_UNSPEC where it has none. -1 when no table that we know has it.
 */
int proc_net_find(pid_t pid, unsigned long number, struct ip_addr *out);

#endif
