/* SPDX-License-Identifier: ISC */
/* The kernel's settings of interfaces (Documentation/networking/ip-sysctl.rst), which are
 * numbers: net.FAMILY.conf.INTERFACE.NAME. */
#ifndef SALLYPORT_AGENT_NET_KNOB_H
#define SALLYPORT_AGENT_NET_KNOB_H

#include "policy/language/error.h"

struct knob {
	/* "ipv4", "ipv6" */
	const char *family;
	/* an interface, "all" or "default" */
	const char *interface;
	const char *name;
};

/* 0, or -1 with *err; err->sys is ENOENT where the kernel has no such setting. */
int knob_get(const struct knob *knob, long *value, struct error *err);
/*
 * Writes it and reads it back; what has that value already is left alone, so that /proc/sys
 * may be read-only then. Returns as knob_get().
 */
int knob_set(const struct knob *knob, long value, struct error *err);

#endif
