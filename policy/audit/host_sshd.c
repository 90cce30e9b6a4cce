/* SPDX-License-Identifier: ISC */
/* What sshd makes of its configuration for the account. */
#include "policy/audit/host.h"

void host_sshd(struct host *host)
{
	host_find(host, RULE_NOT_LOOKED_AT, "", 0,
		  "the effective settings of sshd: not looked at");
}
