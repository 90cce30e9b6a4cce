/* SPDX-License-Identifier: ISC */
/* Which addresses the ssh connection runs over: no route may lead them into the link. */
#ifndef SALLYPORT_LOCAL_ENDPOINTS_H
#define SALLYPORT_LOCAL_ENDPOINTS_H

#include "local/choose.h"
#include "local/process.h"

/*
 * The far ends of the IP sockets that ssh and the processes of its session (ProxyJump,
 * ProxyCommand) hold: what is really connected, whatever name, alias or jump led there.
 * 0 when these are all; or -1 with *err when there are none, or others that *out has not.
 */
int endpoints_find(const struct process *ssh, int64_t deadline, struct endpoints *out,
		   struct error *err);
/* Adds a host that is written as an address: of a name, only ssh knows which it takes. */
void endpoints_add_literal(struct endpoints *out, const char *host);

#endif
