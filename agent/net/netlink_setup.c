/* SPDX-License-Identifier: ISC */
/* Making an interface ready for use, and what it has of IPv6, which a host may lack. */
#include <errno.h>
#include <libmnl/libmnl.h>
/* This order: the two do not agree otherwise on who defines what. */
#include <netinet/in.h>
#include <linux/ipv6.h>
/* This order, as in netlink_link.c. */
#include <net/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "agent/net/netlink_talk.h"
#include "policy/language/policy.h"

/* The attribute of that type inside another, or NULL. */
static const struct nlattr *nested(const struct nlattr *outer, uint16_t type)
{
	const struct nlattr *each;

	if (!outer)
		return NULL;
	mnl_attr_for_each_nested(each, outer)
	{
		if (mnl_attr_get_type(each) == type)
			return each;
	}
	return NULL;
}

void netlink_read_ipv6(const struct nlattr *spec, struct link *link)
{
	const struct nlattr *ipv6 = nested(spec, AF_INET6),
			    *settings = nested(ipv6, IFLA_INET6_CONF),
			    *mode = nested(ipv6, IFLA_INET6_ADDR_GEN_MODE);
	const size_t at = DEVCONF_DISABLE_IPV6 * sizeof(int32_t);
	int32_t disabled = 0;

	if (settings && mnl_attr_get_payload_len(settings) >= at + sizeof disabled)
		memcpy(&disabled, (const char *)mnl_attr_get_payload(settings) + at,
		       sizeof disabled);
	link->ipv6 = !ipv6 ? LINK_IPV6_NONE : disabled ? LINK_IPV6_DISABLED : LINK_IPV6_ON;
	link->ipv6_generated = ipv6 && (!mode || mnl_attr_get_payload_len(mode) == 0 ||
					mnl_attr_get_u8(mode) != IN6_ADDR_GEN_MODE_NONE);
}

int netlink_explain_ipv6(struct netlink *nl, int index, struct error *err)
{
	const int sys = nl->sys;
	struct link link;

	if (link_get_at(nl, index, &link, NULL) == 0 && link.ipv6 != LINK_IPV6_ON)
		error_code(err, EAFNOSUPPORT,
			   "%s has no IPv6, but needs an IPv6 address: %s", link.name,
			   link.ipv6 == LINK_IPV6_DISABLED
			       ? "it is switched off on this host (sysctl "
				 "net.ipv6.conf.default.disable_ipv6)"
			   : link.mtu < MRU_IPV6_MIN
			       ? "its MTU is less than the 1280 bytes that IPv6 takes"
			       : "this host's kernel has no IPv6 (ipv6.disable=1?)");
	nl->sys = sys;
	return -1;
}

/* An interface without IPv6 has no such setting, and makes no address. */
static int forbid_addresses(struct netlink *nl, int index, struct error *err)
{
	struct ifinfomsg *body = netlink_begin(nl, RTM_NEWLINK, 0, sizeof *body);
	struct nlattr *family, *ipv6;

	body->ifi_family = AF_UNSPEC;
	body->ifi_index = index;
	family = mnl_attr_nest_start(&nl->request.header, IFLA_AF_SPEC);
	ipv6 = mnl_attr_nest_start(&nl->request.header, AF_INET6);
	mnl_attr_put_u8(&nl->request.header, IFLA_INET6_ADDR_GEN_MODE,
			IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(&nl->request.header, ipv6);
	mnl_attr_nest_end(&nl->request.header, family);
	if (netlink_change(nl, "keep the kernel from making IPv6 addresses", err) == 0)
		return 0;
	return nl->sys == EAFNOSUPPORT || nl->sys == EOPNOTSUPP ? 0 : -1;
}

static int read_back(struct netlink *nl, int index, unsigned mtu, struct error *err)
{
	struct link link;

	if (link_get_at(nl, index, &link, err) != 0)
		return -1;
	if (link.mtu != mtu)
		return error_code(err, ENODATA,
				  "%s does not keep its MTU: it is %u, expected %u",
				  link.name, link.mtu, mtu);
	if (!(link.flags & IFF_UP))
		return error_code(err, ENODATA, "%s does not stay up", link.name);
	if (link.ipv6_generated)
		return error_code(
		    err, ENODATA,
		    "%s does not keep addrgenmode none: the kernel would give it IPv6 "
		    "addresses of its own",
		    link.name);
	return 0;
}

static int set_flag(struct netlink *nl, int index, bool up, const char *what,
		    struct error *err)
{
	struct ifinfomsg *body = netlink_begin(nl, RTM_NEWLINK, 0, sizeof *body);

	body->ifi_family = AF_UNSPEC;
	body->ifi_index = index;
	body->ifi_change = IFF_UP;
	body->ifi_flags = up ? IFF_UP : 0;
	return netlink_change(nl, what, err);
}

int link_set_down(struct netlink *nl, int index, struct error *err)
{
	return set_flag(nl, index, false, "set down an interface", err);
}

int link_set_up(struct netlink *nl, int index, unsigned mtu, struct error *err)
{
	const uint32_t bytes = mtu;
	struct ifinfomsg *body = netlink_begin(nl, RTM_NEWLINK, 0, sizeof *body);

	body->ifi_family = AF_UNSPEC;
	body->ifi_index = index;
	netlink_put(nl, IFLA_MTU, &bytes, sizeof bytes);
	if (netlink_change(nl, "set the MTU of an interface", err) != 0)
		return -1;
	/* After the MTU, as an interface has no IPv6 below 1280; and before it is up, as
	 * that is when the kernel makes addresses. */
	if (forbid_addresses(nl, index, err) != 0)
		return -1;
	if (set_flag(nl, index, true, "set up an interface", err) != 0)
		return -1;
	return read_back(nl, index, mtu, err);
}
