/* SPDX-License-Identifier: ISC */
/* The agent's and sshroute's files. */
#include "policy/audit/host.h"

void host_agent(struct host *host)
{
	(void)host;
}
