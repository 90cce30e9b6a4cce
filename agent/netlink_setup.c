/* SPDX-License-Identifier: ISC */
/* Making an interface ready for use. */
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "agent/netlink_talk.h"

int link_set_up(struct netlink *nl, int index, unsigned mtu, struct policy_error *err)
{
	struct ifinfomsg *body = netlink_begin(nl, RTM_NEWLINK, 0, sizeof *body);
	const uint32_t bytes = mtu;
	struct nlattr *family, *ipv6;

	body->ifi_family = AF_UNSPEC;
	body->ifi_index = index;
	body->ifi_flags = body->ifi_change = IFF_UP;
	netlink_put(nl, IFLA_MTU, &bytes, sizeof bytes);
	family = mnl_attr_nest_start(&nl->request.header, IFLA_AF_SPEC);
	ipv6 = mnl_attr_nest_start(&nl->request.header, AF_INET6);
	mnl_attr_put_u8(&nl->request.header, IFLA_INET6_ADDR_GEN_MODE,
			IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(&nl->request.header, ipv6);
	mnl_attr_nest_end(&nl->request.header, family);
	return netlink_change(nl, "set up an interface", err);
}
