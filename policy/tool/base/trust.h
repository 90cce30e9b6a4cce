/* SPDX-License-Identifier: ISC */
/* Whose files vpn-policy believes: --trust, and what holds without it. */
#ifndef SALLYPORT_POLICY_TOOL_BASE_TRUST_H
#define SALLYPORT_POLICY_TOOL_BASE_TRUST_H

#include "policy/language/policy.h"

/* "root" or "any"; -1 for what is neither. */
int trust_parse(const char *word, enum trust *out);
/* TRUST_ROOT for root and a path under SYSCONFDIR, which must be absolute. */
enum trust trust_default(const char *path);

#endif
