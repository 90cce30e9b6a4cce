/* SPDX-License-Identifier: ISC */
/* What a link needs of the running kernel, and whether it is there. */
#ifndef SALLYPORT_AGENT_NET_KERNEL_HAS_H
#define SALLYPORT_AGENT_NET_KERNEL_HAS_H

#include <stdbool.h>

#include "policy/language/error.h"

/*
 * Opens and closes /dev/ppp, which also makes the kernel load its module
 * (Documentation/networking/ppp_generic.rst). 0; or -1 with a reason in plain words, and
 * err->sys == ENODEV when there is no PPP, another errno when this process may not.
 */
int ppp_device_check(struct error *err);
/* The same without making the kernel load anything: a module that it could load counts, and
 * so does one of which that cannot be told, when *sure (or NULL) becomes false. */
int ppp_device_look(bool *sure, struct error *err);
/*
 * Whether a new interface of this host can carry IPv6 (Address6): a kernel may lack it
 * (ipv6.disable=1), or have it switched off. 0, or -1 with *err, which says how.
 */
int ipv6_check(struct error *err);

#endif
