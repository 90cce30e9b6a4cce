/* SPDX-License-Identifier: ISC */
/* What a process inherits from its caller, for vpn-agent and vpn-connect. */
#ifndef SALLYPORT_AGENT_CONFINE_INHERITED_H
#define SALLYPORT_AGENT_CONFINE_INHERITED_H

#include "policy/language/error.h"

/*
 * From here on it does not matter who started this process: limits are raised as far as
 * that is allowed, descriptors 0, 1 and 2 are open and no others, signals have their
 * defaults and none is blocked or pending, no timer runs, there is no core file and no
 * tracing, umask 077, cwd /. Scheduling (nice, affinity, cgroup) is left as it is: a
 * service manager sets it in the same way. 0, or -1 with *err.
 */
int inherited_set_aside(struct error *err);

/* Whether the limit, after it was raised, allows enough descriptors to launch a program. */
int inherited_check_files(struct error *err);

#endif
