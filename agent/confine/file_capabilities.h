/* SPDX-License-Identifier: ISC */
/* What `setcap` gives the agent's file: cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p.
 */
#ifndef SALLYPORT_AGENT_CONFINE_FILE_CAPABILITIES_H
#define SALLYPORT_AGENT_CONFINE_FILE_CAPABILITIES_H

#include <linux/capability.h>
#include <stdint.h>

#define CAPABILITY(name) (UINT64_C(1) << (name))
#define AGENT_CAPABILITIES                                                                 \
	(CAPABILITY(CAP_NET_ADMIN) | CAPABILITY(CAP_SETUID) | CAPABILITY(CAP_SETGID) |     \
	 CAPABILITY(CAP_SETPCAP))

#endif
