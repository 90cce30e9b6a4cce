/* SPDX-License-Identifier: ISC */
/* One conversation with the kernel, underneath netlink.h: private to agent/net/netlink*.c.
 */
#ifndef SALLYPORT_AGENT_NET_NETLINK_TALK_H
#define SALLYPORT_AGENT_NET_NETLINK_TALK_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/net/netlink.h"

enum {
	NETLINK_REQUEST_MAX = 512,	/* the largest is an address with both its ends */
	NETLINK_ANSWER_MAX = 32 * 1024, /* the kernel fills a dump's datagrams to this */
	NETLINK_ANSWER_MS = 2000,	/* it answers within the very system call */
	NETLINK_TRIES_MAX = 256,	/* of a dump during which the table changed */
};

struct mnl_socket;

struct netlink {
	struct mnl_socket *socket;
	uint32_t sequence;
	/* errno behind the last exchange that failed */
	int sys;
	/* the answer has a gap, or the table changed while it was dumped */
	bool interrupted;
	union {
		struct nlmsghdr header;
		char bytes[NETLINK_REQUEST_MAX];
	} request;
	union {
		struct nlmsghdr header;
		char bytes[NETLINK_ANSWER_MAX];
	} answer;
};

/* How an answer is read. */
struct netlink_query {
	/* Called for each message, errors and end left out; -1 with *err gives up. */
	int (*read)(const struct nlmsghdr *message, const void *want, void *found,
		    struct error *err);
	const void *want;
	/* zeroed each time that an answer starts */
	void *found;
	size_t found_size;
};

/* As netlink_open, subscribed to groups (RTMGRP_*); with none, a socket for requests. The
 * other one is for NETLINK_*, whose groups are bits as well. */
struct netlink *netlink_open_protocol(int protocol, unsigned groups, struct error *err);
struct netlink *netlink_open_groups(unsigned groups, struct error *err);

/* Begins a request, and returns its zeroed family header of body_size bytes. */
void *netlink_begin(struct netlink *nl, uint16_t type, uint16_t flags, size_t body_size);
void netlink_put(struct netlink *nl, uint16_t type, const void *value, size_t size);
void netlink_put_address(struct netlink *nl, uint16_t type, const struct ip_addr *addr);

/*
 * Sends what was begun and waits for the kernel's verdict. what completes "cannot …" in a
 * message. Returns 0, or -1 with *err and nl->sys; ETIMEDOUT then means that the verdict is
 * not known. A dump is repeated until it is a consistent one.
 */
int netlink_change(struct netlink *nl, const char *what, struct error *err);
int netlink_ask(struct netlink *nl, const struct netlink_query *query, const char *what,
		struct error *err);

/*
 * Fills table[0…max] with the attributes that follow a family header of body_size bytes,
 * NULL where there is none; types above max are passed over. -1 when the message is not
 * well formed to its last byte.
 */
int netlink_attributes(const struct nlmsghdr *message, size_t body_size,
		       const struct nlattr **table, unsigned max, struct error *err);
/* The value of an attribute that must be of exactly that size; absent: 0, and *value keeps.
 */
int netlink_value(const struct nlattr *attribute, void *value, size_t size,
		  struct error *err);
/* The same for an address of that family; absent: AF_UNSPEC. */
int netlink_address(const struct nlattr *attribute, sa_family_t family,
		    struct ip_addr *addr, struct error *err);

/*
 * Whether a message of RTM_NEWROUTE with these attributes is of a route that leads nowhere,
 * at a higher metric than ours: what an administrator puts there so that packets stay here
 * while the link is down (vpn-connect(8)). Ours goes first.
 */
int route_is_stopgap(const struct nlmsghdr *message, const struct nlattr **table,
		     bool *stopgap, struct error *err);
/* What IFLA_AF_SPEC (or its absence, NULL) says of IPv6. */
void netlink_read_ipv6(const struct nlattr *spec, struct link *link);
/*
 * After a refusal to put IPv6 on an interface: in place of the kernel's errno, that there
 * is no IPv6, if that is so. Returns -1.
 */
int netlink_explain_ipv6(struct netlink *nl, int index, struct error *err);

/* EPROTO; returns -1. */
int netlink_malformed(struct error *err);

/* Bytes of an address of that family: 4 or 16. */
size_t netlink_address_size(sa_family_t family);

#endif
