/* SPDX-License-Identifier: ISC */
/*
 * The device's MTU, which is known only when the other end has said what it takes: after
 * this program has given up the right to set it. A child keeps that right. It holds no
 * descriptor but its two pipes and netlink, never sees a byte from the other end, takes one
 * number, and exits. Where vpn-agent or vpn-connect has started it, this program may have
 * no child (RLIMIT_NPROC): then the device keeps its MTU.
 */
#ifndef SALLYPORT_AGENT_PPP_RESIZER_H
#define SALLYPORT_AGENT_PPP_RESIZER_H

#include <stdbool.h>

#include "policy/language/error.h"

struct resizer {
	/* of the parent; -1: there is none, or it is done */
	int ask, answer;
};

/* Whether this program may have a child. */
bool resizer_may(void);
/* For the device of that name, to at most so many bytes. Needs CAP_NET_ADMIN. 0, or -1 with
 * *err. */
int resizer_start(struct resizer *resizer, const char *device, unsigned most,
		  struct error *err);
/*
 * Lets the child set the device's MTU, read it back, and exit (0: it only exits). Call it
 * once. Needs no privilege. 0, or -1 with *err: then the MTU may or may not be set.
 */
int resizer_finish(struct resizer *resizer, unsigned mtu, struct error *err);

#endif
