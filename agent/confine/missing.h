/* SPDX-License-Identifier: ISC */
/* Why the kernel refuses something: the same errno comes from a kernel that lacks it, and
 * from a filter of a container or a service manager. */
#ifndef SALLYPORT_AGENT_CONFINE_MISSING_H
#define SALLYPORT_AGENT_CONFINE_MISSING_H

#include <stdbool.h>

#include "policy/language/error.h"

/* What is known of the kernel and of the process, for the message. */
struct missing_around {
	/* A seccomp filter is in force, which was there before any of ours. */
	bool filtered;
	/* The kernel's list of security modules has it (/sys/kernel/security/lsm). */
	bool listed;
	/* uname(2). */
	unsigned major, minor;
};
/* Why there is no Landlock: sys is the errno of landlock_create_ruleset(2). -1. */
int missing_landlock(int sys, const struct missing_around *around, struct error *err);
/* The same, asking for what is around. -1. */
int missing_landlock_here(int sys, struct error *err);

/* A system call that failed, as "DOING: CALL: why", and who denies it as far as that can be
 * told. -1. */
int missing_call(int sys, const char *call, const char *doing, struct error *err);

struct missing_device {
	/* "/dev/net/tun", "TUN", "`modprobe tun`". */
	const char *path, *name, *remedy;
	/* Its name in /proc/devices or /proc/misc. */
	const char *driver;
	/* The mode that it is to have for whoever opens it. */
	const char *mode;
};
/* Whether the kernel has its driver now; opening the device may make it load one. */
bool missing_driver_loaded(const struct missing_device *device);
/* Why the device cannot be opened; err->sys is ENODEV where there is none. -1. */
int missing_device(int sys, const struct missing_device *device, struct error *err);

#endif
