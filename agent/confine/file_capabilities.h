/* SPDX-License-Identifier: ISC */
/* Capabilities as numbers (linux/capability.h), a bit each. */
#ifndef SALLYPORT_AGENT_CONFINE_FILE_CAPABILITIES_H
#define SALLYPORT_AGENT_CONFINE_FILE_CAPABILITIES_H

#include <linux/capability.h>
#include <stdint.h>

/* What `setcap` gives the agent's file: cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p.
 */
#define CAPABILITY(name) (UINT64_C(1) << (name))
#define AGENT_CAPABILITIES                                                                 \
	(CAPABILITY(CAP_NET_ADMIN) | CAPABILITY(CAP_SETUID) | CAPABILITY(CAP_SETGID) |     \
	 CAPABILITY(CAP_SETPCAP))

/*
 * What vpn-connect's supervisor keeps; the unit's CapabilityBoundingSet says the same.
 * NET_ADMIN: links and routes. SETUID, SETGID: RunAs. SETPCAP: the confinement of what is
 * launched. CHOWN, DAC_OVERRIDE: the directory of ssh's control socket. KILL: ssh.
 * SYS_PTRACE: which address ssh is connected to.
 */
#define SUPERVISOR_CAPABILITIES                                                            \
	(AGENT_CAPABILITIES | CAPABILITY(CAP_CHOWN) | CAPABILITY(CAP_DAC_OVERRIDE) |       \
	 CAPABILITY(CAP_KILL) | CAPABILITY(CAP_SYS_PTRACE))

struct capability_sets {
	uint64_t effective, permitted, inheritable, bounding, ambient;
};

/*
 * Of this process, by the system calls themselves (capget(2), prctl(2)), so that a
 * library's idea of them does not matter. 0, or -1 with errno.
 */
int capabilities_read(struct capability_sets *sets);
/*
 * The first three of this process, by the system call itself (capget(2)), so that a
 * library's idea of them does not matter; the other two are empty. 0, or -1 with errno.
 */
int capability_sets_read(struct capability_sets *sets);

#endif
