/* SPDX-License-Identifier: ISC */
/* pppd, its options and its hooks. */
#include "policy/audit/host.h"

void host_ppp(struct host *host)
{
	(void)host;
}
