/* SPDX-License-Identifier: ISC */
/* Whether the running kernel has PPP (Documentation/networking/ppp_generic.rst). */
#ifndef SALLYPORT_AGENT_NET_PPP_DEVICE_H
#define SALLYPORT_AGENT_NET_PPP_DEVICE_H

#include "policy/language/error.h"

/*
 * Opens and closes /dev/ppp, which also makes the kernel load its module. 0; or -1 with a
 * reason in plain words, and err->sys == ENODEV when there is no PPP, another errno when
 * this process may not.
 */
int ppp_device_check(struct error *err);

#endif
