/* SPDX-License-Identifier: ISC */
/* What this kernel could load. */
#ifndef SALLYPORT_AGENT_NET_MODULES_H
#define SALLYPORT_AGENT_NET_MODULES_H

#include <stdbool.h>

#include "agent/confine/missing.h"

/* Whether the running kernel has a module of that name, or has it built in (modprobe(8)'s
 * lists). Nothing is loaded. */
bool module_is_there(const char *name);
/* Of the line "…/NAME.ko.xz: …" of such a list. Pure. */
bool module_is_named(const char *line, const char *name);

/*
 * Whether the device could be opened, by this process and as far as that can be told
 * without making the kernel load its driver, which is that module. 0, or -1 with *err as
 * missing_device().
 */
int module_device_look(const struct missing_device *device, const char *module,
		       struct error *err);

#endif
