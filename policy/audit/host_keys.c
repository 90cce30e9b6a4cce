/* SPDX-License-Identifier: ISC */
/* The account's authorized_keys, held against the peers. */
#include "policy/audit/host.h"

void host_keys(struct host *host)
{
	host_find(host, RULE_NOT_LOOKED_AT, "", 0, "authorized_keys: not looked at");
}
