/* SPDX-License-Identifier: ISC */
/* What the options of a line of authorized_keys give, beside the agent. */
#ifndef SALLYPORT_POLICY_AUDIT_KEY_OPTIONS_H
#define SALLYPORT_POLICY_AUDIT_KEY_OPTIONS_H

#include "policy/audit/authorized_keys.h"
#include "policy/audit/host.h"

/* False, with a finding, when sshd passes the whole line over because of them. */
bool key_options_judge(struct host *host, const char *path,
		       const struct authorized_line *line);

#endif
