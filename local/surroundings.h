/* SPDX-License-Identifier: ISC */
/*
 * The parts of this host that a remote must not take over: where ssh is connected to, and
 * every network, route, routing rule, router and name server.
 */
#ifndef SALLYPORT_LOCAL_SURROUNDINGS_H
#define SALLYPORT_LOCAL_SURROUNDINGS_H

#include <stdbool.h>

#include "agent/net/netlink.h"
#include "policy/language/error.h"

enum {
	/* Addresses that the ssh connection itself runs over. */
	ENDPOINTS_MAX = 16,
	/*
	 * A route of this host that is no longer than these is a default route, or a piece
	 * of one, as OpenVPN's redirect-gateway makes them (two /1; of IPv6 ::/3, 2000::/4
	 * and 3000::/4). An offer may take what only such a route covers: that is what
	 * offers are for.
	 */
	DEFAULT_LONGEST4 = 1,
	DEFAULT_LONGEST6 = 4,
	/* Of /etc/resolv.conf; glibc reads three lines of it. */
	RESOLVERS_FILE_MAX = 64 * 1024,
	SURROUNDING_TEXT_MAX = 160,
};

struct endpoints {
	struct ip_addr addresses[ENDPOINTS_MAX];
	size_t count;
};

struct surroundings {
	const struct endpoints *endpoints;
	struct host_map map;
};

/* Fills the map of a zeroed struct; surroundings_free() is due either way. 0, or -1. */
int surroundings_read(struct surroundings *out, struct error *err);
void surroundings_free(struct surroundings *around);
/* Without what that interface carries: the link's own. 0: there is none, and nothing
 * changes. */
void surroundings_forget(struct surroundings *around, int index);

/* Whether the prefix contains an address that ssh is connected to. */
bool surroundings_carry_ssh(const struct surroundings *around,
			    const struct ip_prefix *prefix);

/*
 * What a route to the prefix would take packets from, or NULL. A longer route in the main
 * table keeps its packets, so only a prefix inside it touches it. In another table the
 * order of the rules decides, so any overlap counts.
 */
const struct host_entry *surroundings_touched(const struct surroundings *around,
					      const struct ip_prefix *prefix);
/* The main table's route to exactly that prefix, or NULL: a second is never added. */
const struct host_entry *surroundings_same(const struct surroundings *around,
					   const struct ip_prefix *prefix);

/* "a route of this host (10.50.0.0/16 dev wg0)"; returns buf. */
const char *surroundings_print(const struct host_entry *entry,
			       char buf[SURROUNDING_TEXT_MAX]);

/* The name servers of a resolv.conf(5), added to the map. 0, or -1 when memory is short. */
int surroundings_add_resolvers(struct host_map *map, const char *text, size_t len,
			       struct error *err);

#endif
