/* SPDX-License-Identifier: ISC */
/* Where a profile's ssh connects to, as options of ssh: for vpn-connect, and for audit. */
#ifndef SALLYPORT_AGENT_CORE_SSH_DESTINATION_H
#define SALLYPORT_AGENT_CORE_SSH_DESTINATION_H

#include "agent/base/text.h"
#include "policy/language/profile.h"

/* The build may set it; nothing else may. */
#ifndef PATH_SSH
#define PATH_SSH "/usr/bin/ssh"
#endif

/* SshConfig, Port, IdentityFile, Account and one of the hosts: all that ends the command
 * line except the request. */
void ssh_destination_add(struct words *command, const struct profile *profile,
			 const char *host);

#endif
