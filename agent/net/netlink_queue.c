/* SPDX-License-Identifier: ISC */
/* What an interface does with packets that wait for it: rtnetlink(7), RTM_NEWQDISC. */
#include <errno.h>
#include <libmnl/libmnl.h>
/* This order, as in netlink_link.c. */
#include <net/if.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "agent/net/netlink_talk.h"

static const char fq_codel[] = "fq_codel";

static int set_length(struct netlink *nl, int index, unsigned packets, struct error *err)
{
	const uint32_t length = packets;
	struct ifinfomsg *body = netlink_begin(nl, RTM_NEWLINK, 0, sizeof *body);

	body->ifi_family = AF_UNSPEC;
	body->ifi_index = index;
	netlink_put(nl, IFLA_TXQLEN, &length, sizeof length);
	return netlink_change(nl, "set the queue's length of an interface", err);
}

/* With its own settings: ECN on, and a target of 5 ms (tc-fq_codel(8)). */
static int set_discipline(struct netlink *nl, int index, struct error *err)
{
	struct tcmsg *body =
	    netlink_begin(nl, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, sizeof *body);

	body->tcm_family = AF_UNSPEC;
	body->tcm_ifindex = index;
	body->tcm_parent = TC_H_ROOT;
	netlink_put(nl, TCA_KIND, fq_codel, sizeof fq_codel);
	return netlink_change(nl, "set the queue discipline of an interface", err);
}

/* What a kernel says that has no such discipline, or none at all. */
static bool is_unknown(const struct netlink *nl)
{
	return nl->sys == ENOENT || nl->sys == EOPNOTSUPP;
}

int link_set_queue(struct netlink *nl, int index, unsigned packets, bool *orders,
		   struct error *err)
{
	struct link link;

	*orders = false;
	if (set_length(nl, index, packets, err) != 0)
		return -1;
	if (set_discipline(nl, index, err) == 0)
		*orders = true;
	else if (!is_unknown(nl))
		return -1;
	if (link_get_at(nl, index, &link, err) != 0)
		return -1;
	if (link.queue_length != packets)
		return error_code(err, ENODATA,
				  "%s does not keep its queue's length: it is %u, "
				  "expected %u",
				  link.name, link.queue_length, packets);
	if (*orders && strcmp(link.queue, fq_codel) != 0)
		return error_code(err, ENODATA,
				  "%s does not keep its queue discipline: it is not %s",
				  link.name, fq_codel);
	return 0;
}
