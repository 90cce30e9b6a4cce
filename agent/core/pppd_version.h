/* SPDX-License-Identifier: ISC */
/* What the installed pppd needs, by what it says of itself (agent/pppd_probe.h asks it). */
#ifndef SALLYPORT_AGENT_CORE_PPPD_VERSION_H
#define SALLYPORT_AGENT_CORE_PPPD_VERSION_H

#include <stdbool.h>

#include "agent/core/plan.h"

/* Whether a text like "pppd version 2.5.4" names a version that CAP_NET_ADMIN is enough
 * for. */
bool pppd_version_suffices(const char *text);
/* Whether it names a version at all. */
bool pppd_version_told(const char *text);
/* Whether it names one that does not know PPPD_WORD_ADAPTIVE. */
bool pppd_version_always_asks(const char *text);

/* A pppd that was built with IPv6 knows this word; one that was not does not. */
#define PPPD_WORD_IPV6 "noipv6"
/* Known since 2.4.9: one without it asks in every interval, which costs a little more. */
#define PPPD_WORD_ADAPTIVE "lcp-echo-adaptive"

/* What the plan's pppd said of itself, as far as it did. */
struct pppd_nature {
	/* CAP_NET_ADMIN is enough for it; false when it is not known. */
	bool without_root;
	/* It was built without IPv6, and it does not know PPPD_WORD_ADAPTIVE, for certain.
	 */
	bool lacks_ipv6, always_asks;
};

/* Takes the words that it does not know out of the plan. -1 with *err if the link has IPv6,
 * and so needs them. */
int pppd_adapt(struct plan *plan, const struct pppd_nature *nature, struct error *err);

#endif
