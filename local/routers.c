/* SPDX-License-Identifier: ISC */
#include "local/routers.h"

#include <errno.h>

#include "agent/net/knob.h"

int routers_refuse(const struct link *link, struct error *err)
{
	const struct knob accept = {"ipv6", link->name, "accept_ra"};
	struct netlink *netlink;
	bool learned = false;
	int result;

	/* Without IPv6 there are no such routers. */
	if (knob_set(&accept, 0, err) != 0 && err->sys != ENOENT)
		return -1;
	netlink = netlink_open(err);
	if (netlink == NULL)
		return -1;
	result = route_learned(netlink, link->index, &learned, err);
	netlink_close(netlink);
	if (result == 0 && learned)
		return error_set(err, "the remote has made itself a router of this host: "
				      "its advertisement was faster than its refusal");
	return result;
}
