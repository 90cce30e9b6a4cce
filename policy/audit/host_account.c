/* SPDX-License-Identifier: ISC */
/* The account that peers log in to. */
#include "policy/audit/host.h"

void host_account(struct host *host)
{
	(void)host;
}
