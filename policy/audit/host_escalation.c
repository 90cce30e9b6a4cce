/* SPDX-License-Identifier: ISC */
/* Rules of sudo and doas that name the account. */
#include "policy/audit/host.h"

void host_escalation(struct host *host)
{
	(void)host;
}
