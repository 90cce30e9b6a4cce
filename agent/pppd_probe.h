/* SPDX-License-Identifier: ISC */
/* Asking the installed pppd what it is: for the agent, and for vpn-connect. */
#ifndef SALLYPORT_AGENT_PPPD_PROBE_H
#define SALLYPORT_AGENT_PPPD_PROBE_H

#include <sys/types.h>

#include "agent/core/pppd_version.h"

/*
 * Runs the plan's program with --version behind PPPD_WORD_IPV6, confined, without any
 * capability, with these ids. One that does not answer in time, or cannot be run, is
 * launched as if it knew every word, and as uid 0.
 */
void pppd_probe(const struct plan *plan, uid_t uid, gid_t gid, struct pppd_nature *out);

#endif
