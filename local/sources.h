/* SPDX-License-Identifier: ISC */
/* Keeping the remote to its own addresses where pppd speaks, which looks at no packet. */
#ifndef SALLYPORT_LOCAL_SOURCES_H
#define SALLYPORT_LOCAL_SOURCES_H

#include "policy/language/error.h"

/*
 * From here on the kernel takes from the interface what it would route back through it
 * (Documentation/networking/ip-sysctl.rst, rp_filter), of IPv4: it has no such setting for
 * IPv6. Reads back what is really in force. 0, or -1 with *err.
 */
int sources_keep(const char *interface, struct error *err);

#endif
