/* SPDX-License-Identifier: ISC */
/* Settings of the link's interface that the kernel keeps: written, and read back. */
#ifndef SALLYPORT_LOCAL_INTERFACE_SETTINGS_H
#define SALLYPORT_LOCAL_INTERFACE_SETTINGS_H

#include "agent/net/netlink.h"

#include "agent/net/knob.h"

/* One that is made. */
struct interface_setting {
	struct knob knob;
	long value;
};

/* What the two functions below write. */
struct interface_setting interface_no_routers(const char *interface);
struct interface_setting interface_strict_sources(const char *interface);

/*
 * The remote must not make itself a router of this host (RFC 4861 6.3.4): from here on no
 * router advertisement counts on the interface (Documentation/networking/ip-sysctl.rst,
 * accept_ra), and none has counted yet: a route that one made is an error, as it may have
 * been used. 0, or -1 with *err.
 */
int interface_refuse_routers(const struct link *link, struct error *err);

/*
 * For pppd, which looks at no packet: from here on the kernel takes from the interface only
 * what it would route back through it (ip-sysctl.rst, rp_filter). IPv4 only: there is no
 * such setting for IPv6. Reads back what is really in force. 0, or -1 with *err.
 */
int interface_check_sources(const char *interface, struct error *err);
/* Whether it still is as that made it. */
int interface_checks_sources(const char *interface, bool *checks, struct error *err);

/* Whether that will have an effect, as far as it does not depend on the interface: 0, or -1
 * with *err. */
int interface_sources_effective(const char *interface, struct error *err);

#endif
