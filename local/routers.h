/* SPDX-License-Identifier: ISC */
/* Keeping the remote from making itself a router of this host's (RFC 4861 6.3.4). */
#ifndef SALLYPORT_LOCAL_ROUTERS_H
#define SALLYPORT_LOCAL_ROUTERS_H

#include "agent/net/netlink.h"

/*
 * From here on no router advertisement counts on the interface
 * (Documentation/networking/ip-sysctl.rst, accept_ra), and none has counted yet: a route
 * that one made is an error, as it may have been used. 0, or -1 with *err.
 */
int routers_refuse(const struct link *link, struct error *err);

#endif
