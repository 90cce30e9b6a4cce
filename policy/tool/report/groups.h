/* SPDX-License-Identifier: ISC */
/* Peers in groups of those that may reach the same networks, so that a drawing of many says
 * that once. Pure. */
#ifndef SALLYPORT_POLICY_TOOL_REPORT_GROUPS_H
#define SALLYPORT_POLICY_TOOL_REPORT_GROUPS_H

#include "policy/tool/report/page.h"

/* More would be a drawing of lines again: then the smallest become one. */
enum { GROUPS_MAX = 12 };

struct group {
	/* of groups->order; one at least */
	struct page_peer *const *peers;
	size_t count;
	/* Each has networks behind it (Route), or none has. */
	bool sites;
	/* What they may reach differs. */
	bool various;
};

struct groups {
	/* owned: all peers, group by group; in each by the first network behind them, then
	 * by name */
	struct page_peer **order;
	struct group list[2 * GROUPS_MAX];
	size_t count;
};

/* 0, or -1 when memory ran out. Free it with groups_free(). */
int groups_make(struct groups *groups, struct page_peer *peers, size_t count);
void groups_free(struct groups *groups);

#endif
