/* SPDX-License-Identifier: ISC */
#include "local/interface_settings.h"

#include <errno.h>

/* 2 would accept a source that any interface has a route to. */
enum { RP_FILTER_STRICT = 1 };

struct interface_setting interface_no_routers(const char *interface)
{
	return (struct interface_setting){{"ipv6", interface, "accept_ra"}, 0};
}

struct interface_setting interface_strict_sources(const char *interface)
{
	return (struct interface_setting){{"ipv4", interface, "rp_filter"},
					  RP_FILTER_STRICT};
}

int interface_refuse_routers(const struct link *link, struct error *err)
{
	const struct interface_setting accept = interface_no_routers(link->name);
	struct netlink *netlink;
	bool learned = false;
	int result;

	/* Without IPv6 there are no router advertisements. */
	if (knob_set(&accept.knob, accept.value, err) != 0 && err->sys != ENOENT)
		return -1;
	netlink = netlink_open(err);
	if (netlink == NULL)
		return -1;
	result = route_learned(netlink, link->index, &learned, err);
	netlink_close(netlink);
	if (result == 0 && learned)
		return error_set(err, "the remote has made itself a router of this host: "
				      "its router advertisement arrived before they could "
				      "be switched off; its administrator must stop them");
	return result;
}

int interface_checks_sources(const char *interface, bool *checks, struct error *err)
{
	const struct knob own = {"ipv4", interface, "rp_filter"},
			  all = {"ipv4", "all", "rp_filter"};
	long here, everywhere;

	if (knob_get(&own, &here, err) != 0 || knob_get(&all, &everywhere, err) != 0)
		return -1;
	*checks = here == RP_FILTER_STRICT && everywhere <= RP_FILTER_STRICT;
	return 0;
}

int interface_check_sources(const char *interface, struct error *err)
{
	const struct interface_setting own = interface_strict_sources(interface);

	return knob_set(&own.knob, own.value, err) == 0
		   ? interface_sources_effective(interface, err)
		   : -1;
}

int interface_sources_effective(const char *interface, struct error *err)
{
	const struct knob all = {"ipv4", "all", "rp_filter"};
	long everywhere;

	if (knob_get(&all, &everywhere, err) != 0)
		return -1;
	/* The kernel uses the larger of the two. */
	if (everywhere <= RP_FILTER_STRICT)
		return 0;
	return error_set(err,
			 "Strict yes would have no effect: net.ipv4.conf.all.rp_filter is "
			 "%ld, so that packets from any source pass on %s: sysctl "
			 "net.ipv4.conf.all.rp_filter=1, or Strict no",
			 everywhere, interface);
}
