/* SPDX-License-Identifier: ISC */
/* A part of host_escalation(). */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_HOST_SUDO_H
#define SALLYPORT_POLICY_TOOL_AUDIT_HOST_SUDO_H

struct host;

/* Rules of /etc/sudoers and what it includes that name the account. */
void host_sudo(struct host *host);

#endif
