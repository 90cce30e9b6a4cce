/* SPDX-License-Identifier: ISC */
/* What the kernel has to have. */
#include "policy/audit/host.h"

void host_kernel(struct host *host)
{
	(void)host;
}
