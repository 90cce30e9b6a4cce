/* SPDX-License-Identifier: ISC */
/* What the installed pppd needs. */
#ifndef SALLYPORT_AGENT_PPPD_VERSION_H
#define SALLYPORT_AGENT_PPPD_VERSION_H

#include <stdbool.h>

#include "agent/agent.h"

/* Whether a text like "pppd version 2.5.4" names a version that CAP_NET_ADMIN is enough
 * for. */
bool pppd_version_suffices(const char *text);

/*
 * pppd_probe.c: runs the plan's program with --version, confined, without any capability,
 * as the account. False when it does not answer in time or cannot be run: then only uid 0
 * is sure to work.
 */
bool pppd_runs_without_root(const struct plan *plan, const struct account *account);

#endif
