/* SPDX-License-Identifier: ISC */
/* The addresses of the interfaces of this host. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_ADDRESSES_H
#define SALLYPORT_POLICY_TOOL_AUDIT_ADDRESSES_H

#include "policy/tool/survey/survey.h"

struct addresses {
	/* owned */
	struct ip_addr *list;
	size_t count, size;
};

/* All except those of the surveyed peers' links, which come and go and are given by policy
 * itself. 0; or -1 with *err, and what was read until then. */
int addresses_read(struct addresses *addresses, const struct survey *survey,
		   struct error *err);
void addresses_free(struct addresses *addresses);

#endif
