/* SPDX-License-Identifier: ISC */
/* Links, addresses and routes by rtnetlink(7), through libmnl. Used by sshroute and
 * vpn-connect. */
#ifndef SALLYPORT_AGENT_NET_NETLINK_H
#define SALLYPORT_AGENT_NET_NETLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/deadline.h"
#include "policy/language/address.h"
#include "policy/language/error.h"

enum {
	ROUTE_PROTOCOL =
	    83, /* rtm_protocol of every route that is ours: `ip route show proto 83` */
};

struct netlink;

/* What an interface has of IPv6. */
enum link_ipv6 {
	/* nothing: the kernel has none, or the MTU is below IPv6's smallest (RFC 8200 5) */
	LINK_IPV6_NONE,
	/* net.ipv6.conf.NAME.disable_ipv6 is 1 */
	LINK_IPV6_DISABLED,
	LINK_IPV6_ON,
};

struct link {
	char name[16];
	int index;
	unsigned flags;	     /* IFF_* */
	unsigned short type; /* ARPHRD_*: ARPHRD_PPP for pppd's */
	unsigned mtu;
	/* the queue discipline, "" when it is not told; packets that wait at most */
	char queue[16];
	unsigned queue_length;
	enum link_ipv6 ipv6;
	/* whether the kernel gives it IPv6 addresses of its own making */
	bool ipv6_generated;
	/* what it received and sent, since it was made */
	struct link_counts {
		uint64_t bytes, packets, errors, dropped;
	} rx, tx;
};

/* The two ends on a point-to-point link; family AF_UNSPEC: not asked for (local: neither).
 */
struct link_pair {
	struct ip_addr local, remote;
};

/* A route through a link. */
struct link_route {
	int index;
	struct ip_prefix prefix;
};

/* A network to which packets go nowhere, unless a better route leads there. */
struct held_route {
	struct ip_prefix prefix;
	/* HELD_METRIC, and up to HELD_SLOTS - 1 less: each launcher has its own */
	uint32_t metric;
};

enum {
	HELD_SLOTS = 16,
	HELD_PROTOCOL = 85, /* rtm_protocol of them: `ip route show proto 85` */
};
/* After every route that somebody makes to be used; the kernel's own last ones follow. */
#define HELD_METRIC UINT32_C(4294967280)

/* What this host has to do with a network or a single address. */
enum host_kind {
	HOST_NETWORK,  /* an interface is in it, or has it as an address of its own */
	HOST_ROUTE,    /* a route leads to it, in whichever table */
	HOST_RULE,     /* a routing rule is about packets to it */
	HOST_GATEWAY,  /* it is the next hop of a route */
	HOST_RESOLVER, /* it is a name server: the kernel does not know, so the caller
			  adds it */
};

struct host_entry {
	enum host_kind kind;
	struct ip_prefix prefix;
	/* the interface, 0: none */
	int index;
	/* of a route (RT_TABLE_*) */
	uint32_t table;
};

/* As long as it has to be. Zeroed it is empty; the owner ends with host_map_free(). */
struct host_map {
	struct host_entry *list;
	size_t count, room;
};

/* Opens a request socket. The caller closes it. NULL and *err on failure. */
struct netlink *netlink_open(struct error *err);
/* One that tells of changes of links, addresses, routes and routing rules; NULL with *err.
 */
struct netlink *netlink_watch(struct error *err);
/* Readable when something has changed. */
int netlink_descriptor(const struct netlink *nl);
/* Takes what has arrived off a subscribed socket, unread. -1 with *err when it is broken.
 */
int netlink_drain(struct netlink *nl, struct error *err);
void netlink_close(struct netlink *nl);

/* 0, or -1 with err->sys == ENODEV when there is no such interface. */
int link_get(struct netlink *nl, const char *name, struct link *out, struct error *err);

/* The same for the interface that has that index, whatever it is called by now. */
int link_get_at(struct netlink *nl, int index, struct link *out, struct error *err);

/* Whether an interface carries the pair; one that does not exist carries nothing. */
int link_carries(struct netlink *nl, int index, const struct link_pair *pair, bool *carries,
		 struct error *err);

/*
 * Waits until the interface exists, is up and running, and carries the pair (of either
 * family) as IFA_LOCAL and IFA_ADDRESS; learns it from RTM_NEWLINK and RTM_NEWADDR
 * (subscribed before the first look, so nothing is missed, ENOBUFS looks again). deadline
 * is CLOCK_MONOTONIC milliseconds. watch, when not negative, is a descriptor whose becoming
 * readable ends the waiting with err->sys == ECANCELED; the deadline's passing gives
 * ETIMEDOUT and a text that says what is missing. Returns 0 with *out filled, or -1.
 */
int link_wait_up(const char *name, const struct link_pair *pair, int64_t deadline,
		 int watch, struct link *out, struct error *err);

/*
 * Sets the interface up, with that MTU, and without IPv6 addresses of the kernel's own
 * making; then reads all of it back. An interface without IPv6 is set up without.
 */
int link_set_up(struct netlink *nl, int index, unsigned mtu, struct error *err);

/*
 * Has packets that wait for the interface ordered by flow (fq_codel, RFC 8290), and its own
 * queue hold so many of them; then reads both back. *orders: the kernel has that
 * discipline. One that lacks it keeps what the interface has, which is no failure.
 */
int link_set_queue(struct netlink *nl, int index, unsigned packets, bool *orders,
		   struct error *err);

/* The kernel forgets its IPv6 addresses and its routes. */
int link_set_down(struct netlink *nl, int index, struct error *err);

/*
 * Adds both ends, /32 or /128 (of IPv6, pppd sets only link-local ones), and reads them
 * back. Adding what is there already succeeds. Where there is no IPv6 for an IPv6 pair,
 * err->sys is EAFNOSUPPORT and the text says so.
 */
int link_add_pair(struct netlink *nl, int index, const struct link_pair *pair,
		  struct error *err);

/* 0, or -1 when memory is short. */
int host_map_add(struct host_map *map, const struct host_entry *entry, struct error *err);
void host_map_free(struct host_map *map);

/*
 * Each appends what the kernel has, the same prefix once: the networks of every interface,
 * of which a point-to-point address gives both its ends; the routes of every table with
 * their next hops, but none to broadcast, anycast and multicast addresses; and the
 * destinations of routing rules. 0, or -1 and the map is as it was.
 */
int host_read_networks(struct netlink *nl, struct host_map *map, struct error *err);
int host_read_routes(struct netlink *nl, struct host_map *map, struct error *err);
int host_read_rules(struct netlink *nl, struct host_map *map, struct error *err);

/*
 * Adds prefix dev index, scope link, proto ROUTE_PROTOCOL, main table; exclusive: a route
 * to the same prefix that is there already, whatever its metric, is EEXIST unless it is the
 * very same one, which succeeds, or one that leads nowhere (unreachable, blackhole,
 * prohibit) at a higher metric. Reads it back. On -1 the route is not there. What is said
 * of EEXIST names the other route's interface.
 */
int route_add(struct netlink *nl, const struct link_route *route, struct error *err);
/* The same, and tells whether the route is new: what a transaction has to take back. */
int route_add_new(struct netlink *nl, const struct link_route *route, bool *added,
		  struct error *err);
/*
 * Whether the main table has exactly that route, read from the kernel: a unicast route to
 * the prefix through the interface, as route_add makes it. -1 with EEXIST, as route_add, if
 * it has another route to the prefix, too or alone; *there is valid then.
 */
int route_find(struct netlink *nl, const struct link_route *route, bool *there,
	       struct error *err);
/* Removes exactly that route; one that is gone already (ESRCH, ENODEV) succeeds. */
int route_delete(struct netlink *nl, const struct link_route *route, struct error *err);

/* Whether the main table has the very route that route_add makes. */
int route_exists(struct netlink *nl, const struct link_route *route, bool *exists,
		 struct error *err);
/*
 * The same of each of a list of routes through one interface, with two questions to the
 * kernel: this host may have a million others.
 */
int routes_look(struct netlink *nl, const struct link_route *list, size_t count,
		bool *exists, struct error *err);

/*
 * Tells for each of the list which routes like held_add's to its prefix there are: bit N of
 * slots is for HELD_METRIC - N. A family that the kernel lacks has none. 0, or -1.
 */
int held_look(struct netlink *nl, const struct held_route *list, size_t count,
	      uint16_t *slots, struct error *err);
int held_exists(struct netlink *nl, const struct held_route *held, bool *there,
		struct error *err);
/*
 * Adds unreachable prefix metric, proto HELD_PROTOCOL, to the main table, and reads it
 * back. -1 with err->sys == EEXIST when a route of that metric is there, whosever it is;
 * with EAFNOSUPPORT when the kernel lacks the family.
 */
int held_add(struct netlink *nl, const struct held_route *held, struct error *err);
/* Removes exactly that route; one that is gone already succeeds. */
int held_delete(struct netlink *nl, const struct held_route *held, struct error *err);

/*
 * Whether the main table has an IPv6 route through the interface that a router
 * advertisement can have made: by its protocol, or, as a kernel's own, to a network that is
 * neither link-local nor a single address.
 */
int route_learned(struct netlink *nl, int index, bool *learned, struct error *err);

#endif
