/* SPDX-License-Identifier: ISC */
/* The kernel's settings of one interface (Documentation/networking/ip-sysctl.rst). */
#ifndef SALLYPORT_LOCAL_KNOB_H
#define SALLYPORT_LOCAL_KNOB_H

#include "policy/error.h"

/* Sets net.FAMILY.conf.INTERFACE.NAME. 0, or -1 with *err; err->sys is ENOENT where the
 * kernel has no such setting. */
int knob_set(const char *family, const char *interface, const char *name, const char *value,
	     struct policy_error *err);

#endif
