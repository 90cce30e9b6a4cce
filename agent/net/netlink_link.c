/* SPDX-License-Identifier: ISC */
/* Interfaces and the addresses on them: rtnetlink(7), RTM_GETLINK to RTM_NEWADDR. */
#include "agent/net/netlink_talk.h"

#include <errno.h>
#include <limits.h>
#include <libmnl/libmnl.h>
/* This order: net/if.h and linux/if.h do not agree otherwise on who defines IFF_*. */
#include <net/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum {
	WHAT_MAX = 128,
	PAIR_PREFIX_LEN = 32,
	PAIR_PREFIX_LEN6 = 128,
};

/* What is looked for among the addresses of an interface. */
struct pair_wanted {
	int index;
	const struct link_pair *pair;
	/* 0: any */
	unsigned prefix_len;
};

struct link_found {
	bool found;
	struct link link;
};

static int read_stats(const struct nlattr *attribute, struct link *link, struct error *err)
{
	struct rtnl_link_stats64 stats;

	/* The struct has grown and will again; the counters wanted are in front. */
	if (!attribute)
		return 0;
	if (mnl_attr_get_payload_len(attribute) <
	    offsetof(struct rtnl_link_stats64, tx_dropped) + sizeof stats.tx_dropped)
		return netlink_malformed(err);
	memset(&stats, 0, sizeof stats);
	memcpy(&stats, mnl_attr_get_payload(attribute),
	       mnl_attr_get_payload_len(attribute) < sizeof stats
		   ? mnl_attr_get_payload_len(attribute)
		   : sizeof stats);
	link->rx = (struct link_counts){stats.rx_bytes, stats.rx_packets, stats.rx_errors,
					stats.rx_dropped};
	link->tx = (struct link_counts){stats.tx_bytes, stats.tx_packets, stats.tx_errors,
					stats.tx_dropped};
	return 0;
}

/* One that is not there leaves out as it is. */
static int read_text(const struct nlattr *attribute, char *out, size_t size,
		     struct error *err)
{
	if (!attribute)
		return 0;
	if (mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) < 0 ||
	    mnl_attr_get_payload_len(attribute) > size)
		return netlink_malformed(err);
	snprintf(out, size, "%s", mnl_attr_get_str(attribute));
	return 0;
}

static int read_link(const struct nlmsghdr *message, const void *want, void *found,
		     struct error *err)
{
	const struct ifinfomsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *table[IFLA_AF_SPEC + 1], *name;
	struct link_found *out = found;
	uint32_t mtu = 0, queue_length = 0;

	if (message->nlmsg_type != RTM_NEWLINK)
		return 0;
	if (netlink_attributes(message, sizeof *body, table, IFLA_AF_SPEC, err) != 0 ||
	    netlink_value(table[IFLA_MTU], &mtu, sizeof mtu, err) != 0 ||
	    netlink_value(table[IFLA_TXQLEN], &queue_length, sizeof queue_length, err) !=
		0 ||
	    read_text(table[IFLA_QDISC], out->link.queue, sizeof out->link.queue, err) !=
		0 ||
	    read_stats(table[IFLA_STATS64], &out->link, err) != 0)
		return -1;
	name = table[IFLA_IFNAME];
	if (!name || mnl_attr_validate(name, MNL_TYPE_NUL_STRING) < 0 ||
	    mnl_attr_get_payload_len(name) > sizeof out->link.name)
		return netlink_malformed(err);
	/* The kernel also finds an interface by its alternative names; only its own will
	 * do, for that is what policy and pppd speak of. */
	if (want && strcmp(mnl_attr_get_str(name), want) != 0)
		return 0;
	snprintf(out->link.name, sizeof out->link.name, "%s", mnl_attr_get_str(name));
	out->link.index = body->ifi_index;
	out->link.flags = body->ifi_flags;
	out->link.type = body->ifi_type;
	out->link.mtu = mtu;
	out->link.queue_length = queue_length;
	netlink_read_ipv6(table[IFLA_AF_SPEC], &out->link);
	out->found = true;
	return 0;
}

/* Sends the request that was begun, for the interface of that name (NULL: of any). */
static int ask_link(struct netlink *nl, const char *name, struct link *out,
		    struct error *err)
{
	struct link_found found = {0};
	const struct netlink_query query = {
	    .read = read_link, .want = name, .found = &found, .found_size = sizeof found};

	if (netlink_ask(nl, &query, "look for an interface", err) != 0 && nl->sys != ENODEV)
		return -1;
	if (!found.found) {
		nl->sys = ENODEV;
		return error_code(err, ENODEV, "there is no interface %s",
				  name ? name : "of that index");
	}
	*out = found.link;
	return 0;
}

int link_get(struct netlink *nl, const char *name, struct link *out, struct error *err)
{
	struct ifinfomsg *body;
	size_t len = strlen(name);

	if (len == 0 || len >= IFNAMSIZ) {
		nl->sys = ENODEV;
		return error_code(err, ENODEV, "there is no such interface");
	}
	body = netlink_begin(nl, RTM_GETLINK, 0, sizeof *body);
	body->ifi_family = AF_UNSPEC;
	netlink_put(nl, IFLA_IFNAME, name, len + 1);
	return ask_link(nl, name, out, err);
}

int link_get_at(struct netlink *nl, int index, struct link *out, struct error *err)
{
	struct ifinfomsg *body = netlink_begin(nl, RTM_GETLINK, 0, sizeof *body);

	body->ifi_family = AF_UNSPEC;
	body->ifi_index = index;
	return ask_link(nl, NULL, out, err);
}

static bool pair_matches(const struct pair_wanted *wanted, unsigned prefix_len,
			 const struct ip_addr *local, const struct ip_addr *remote)
{
	const struct link_pair *pair = wanted->pair;

	if (wanted->prefix_len && wanted->prefix_len != prefix_len)
		return false;
	return ip_addr_equal(&pair->local, local) &&
	       (pair->remote.family == AF_UNSPEC || ip_addr_equal(&pair->remote, remote));
}

static int read_address(const struct nlmsghdr *message, const void *want, void *found,
			struct error *err)
{
	const struct pair_wanted *wanted = want;
	const struct ifaddrmsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *table[IFA_LOCAL + 1];
	struct ip_addr local, remote;
	bool *carries = found;

	if (message->nlmsg_type != RTM_NEWADDR)
		return 0;
	if (netlink_attributes(message, sizeof *body, table, IFA_LOCAL, err) != 0)
		return -1;
	/* Not every kernel filters its dump by interface. */
	if (body->ifa_index != (unsigned)wanted->index ||
	    body->ifa_family != wanted->pair->local.family)
		return 0;
	if (netlink_address(table[IFA_ADDRESS], body->ifa_family, &remote, err) != 0 ||
	    netlink_address(table[IFA_LOCAL], body->ifa_family, &local, err) != 0)
		return -1;
	/* IPv6 leaves IFA_LOCAL out where there is no other end (linux/if_addr.h). */
	if (pair_matches(wanted, body->ifa_prefixlen,
			 local.family == AF_UNSPEC ? &remote : &local, &remote))
		*carries = true;
	return 0;
}

static int carries_pair(struct netlink *nl, const struct pair_wanted *wanted, bool *carries,
			struct error *err)
{
	const struct netlink_query query = {.read = read_address,
					    .want = wanted,
					    .found = carries,
					    .found_size = sizeof *carries};
	struct ifaddrmsg *body = netlink_begin(nl, RTM_GETADDR, NLM_F_DUMP, sizeof *body);

	body->ifa_family = (uint8_t)wanted->pair->local.family;
	body->ifa_index = (uint32_t)wanted->index;
	if (netlink_ask(nl, &query, "read the addresses of an interface", err) == 0)
		return 0;
	/* The interface went away since it was seen. */
	if (nl->sys != ENODEV)
		return -1;
	*carries = false;
	return 0;
}

int link_carries(struct netlink *nl, int index, const struct link_pair *pair, bool *carries,
		 struct error *err)
{
	const struct pair_wanted wanted = {.index = index, .pair = pair};

	return carries_pair(nl, &wanted, carries, err);
}

/* Looks once. 0 with *missing NULL when all is there, otherwise what is missing; -1 on
 * failure. */
static int look(struct netlink *nl, const char *name, const struct link_pair *pair,
		struct link *out, const char **missing, struct error *err)
{
	struct pair_wanted wanted = {.pair = pair};
	bool carries = true;

	*missing = NULL;
	if (link_get(nl, name, out, err) != 0) {
		if (nl->sys != ENODEV)
			return -1;
		*missing = "it does not exist";
		return 0;
	}
	if (!(out->flags & IFF_UP) || !(out->flags & IFF_RUNNING)) {
		*missing = "it is down";
		return 0;
	}
	wanted.index = out->index;
	if (pair->local.family != AF_UNSPEC &&
	    carries_pair(nl, &wanted, &carries, err) != 0)
		return -1;
	if (!carries)
		*missing = "it does not carry the addresses of this session";
	return 0;
}

/* Sleeps until something may have changed. */
static int wait_event(struct netlink *events, int64_t deadline, int watch, const char *name,
		      const char *missing, struct error *err)
{
	struct pollfd fds[] = {{.fd = netlink_descriptor(events), .events = POLLIN},
			       {.fd = watch, .events = POLLIN}};
	int64_t left = deadline - monotonic_ms();
	int ready;

	if (left <= 0)
		return error_code(err, ETIMEDOUT, "interface %s is not up: %s", name,
				  missing);
	ready = poll(fds, sizeof fds / sizeof *fds, left > INT_MAX ? INT_MAX : (int)left);
	if (ready < 0 && errno != EINTR)
		return error_sys(err, errno, "cannot wait for interface %s", name);
	if (ready > 0 && fds[1].revents)
		return error_code(err, ECANCELED, "waiting for interface %s was ended",
				  name);
	return netlink_drain(events, err);
}

int link_wait_up(const char *name, const struct link_pair *pair, int64_t deadline,
		 int watch, struct link *out, struct error *err)
{
	struct netlink *events = NULL, *nl = NULL;
	const char *missing;
	int rc = -1;

	events =
	    netlink_open_groups(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR, err);
	if (!events)
		goto out;
	nl = netlink_open(err);
	if (!nl)
		goto out;
	for (;;) {
		if (look(nl, name, pair, out, &missing, err) < 0)
			goto out;
		if (!missing)
			break;
		if (wait_event(events, deadline, watch, name, missing, err) != 0)
			goto out;
	}
	rc = 0;
out:
	netlink_close(nl);
	netlink_close(events);
	return rc;
}

int link_add_pair(struct netlink *nl, int index, const struct link_pair *pair,
		  struct error *err)
{
	const bool ipv6 = pair->local.family == AF_INET6;
	const struct pair_wanted wanted = {.index = index,
					   .pair = pair,
					   .prefix_len =
					       ipv6 ? PAIR_PREFIX_LEN6 : PAIR_PREFIX_LEN};
	struct ifaddrmsg *body;
	char what[WHAT_MAX], text[ADDRESS_TEXT_MAX];
	bool carries;

	if (pair->local.family == AF_UNSPEC || pair->remote.family != pair->local.family)
		return error_code(err, EINVAL, "a pair needs two addresses of one family");
	if (carries_pair(nl, &wanted, &carries, err) != 0)
		return -1;
	if (carries)
		return 0;
	body = netlink_begin(nl, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof *body);
	body->ifa_family = (uint8_t)pair->local.family;
	body->ifa_prefixlen = (uint8_t)wanted.prefix_len;
	/* Two ends and no link layer address: there is nobody to detect a duplicate with,
	 * and a tentative address would refuse the first packets (RFC 4862 5.4). */
	body->ifa_flags = ipv6 ? IFA_F_NODAD : 0;
	body->ifa_scope = RT_SCOPE_UNIVERSE;
	body->ifa_index = (uint32_t)index;
	netlink_put_address(nl, IFA_LOCAL, &pair->local);
	netlink_put_address(nl, IFA_ADDRESS, &pair->remote);
	snprintf(what, sizeof what, "add the address %s",
		 ip_addr_print(&pair->local, text));
	if (netlink_change(nl, what, err) != 0 && nl->sys != EEXIST)
		return ipv6 ? netlink_explain_ipv6(nl, index, err) : -1;
	/* Another process was faster: err keeps the kernel's answer in case it added
	 * another pair. */
	if (nl->sys == EEXIST)
		return carries_pair(nl, &wanted, &carries, NULL) == 0 && carries ? 0 : -1;
	if (carries_pair(nl, &wanted, &carries, err) != 0)
		return -1;
	return carries
		   ? 0
		   : error_code(err, ENODATA, "the interface does not keep the address %s",
				ip_addr_print(&pair->local, text));
}
