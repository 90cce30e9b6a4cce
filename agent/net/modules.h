/* SPDX-License-Identifier: ISC */
/* What this kernel could load. */
#ifndef SALLYPORT_AGENT_NET_MODULES_H
#define SALLYPORT_AGENT_NET_MODULES_H

#include <stdbool.h>

#include "agent/confine/missing.h"

enum module_there {
	MODULE_MISSING,
	MODULE_THERE,
	/* There are no lists: in a container, whose kernel may load it all the same. */
	MODULE_UNKNOWN,
};

/* Whether the running kernel has a module of that name, or has it built in (modprobe(8)'s
 * lists). Nothing is loaded. */
enum module_there module_look(const char *name);
/* Of the line "…/NAME.ko.xz: …" of such a list. Pure. */
bool module_is_named(const char *line, const char *name);

/*
 * Whether the device could be opened, by this process and as far as that can be told
 * without making the kernel load its driver, which is that module; *sure (or NULL): it can
 * be told. 0, or -1 with *err as missing_device().
 */
int module_device_look(const struct missing_device *device, const char *module, bool *sure,
		       struct error *err);

#endif
