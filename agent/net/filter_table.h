/* SPDX-License-Identifier: ISC */
/* A table of nftables, family inet, as the kernel has it: whether it is still the one that
 * was made. It is made by nft(8). */
#ifndef SALLYPORT_AGENT_NET_FILTER_TABLE_H
#define SALLYPORT_AGENT_NET_FILTER_TABLE_H

#include "agent/net/netlink.h"

struct filter_table {
	bool there;
	/* how many chains it has, and how many of them drop what no rule takes */
	unsigned chains, closed;
	unsigned rules;
	/* of table, chains and rules, with the numbers that the kernel counts for each
	 * table from one on: the same when all of it is made again, another when something
	 * of it was changed */
	uint64_t print;
};

/* A socket for requests to the packet filter, and one that tells of its changes: as
 * netlink_open() and netlink_watch(). */
struct netlink *netlink_open_filter(struct error *err);
struct netlink *netlink_watch_filter(struct error *err);

/* 0, or -1 with *err. */
int filter_table_read(struct netlink *nl, const char *name, struct filter_table *out,
		      struct error *err);

#endif
