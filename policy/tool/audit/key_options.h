/* SPDX-License-Identifier: ISC */
/* What the options of a line of authorized_keys give, beside the agent. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_KEY_OPTIONS_H
#define SALLYPORT_POLICY_TOOL_AUDIT_KEY_OPTIONS_H

#include "policy/tool/audit/host.h"
#include "policy/tool/survey/authorized_keys.h"

/* False, with a finding, when sshd passes the whole line over because of them. */
bool key_options_judge(struct host *host, const char *path,
		       const struct authorized_line *line);

#endif
