/* SPDX-License-Identifier: ISC */
#include "agent/confine/missing.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The first kernel with Landlock. */
enum { LANDLOCK_MAJOR = 5, LANDLOCK_MINOR = 13 };
/* /proc/devices and its like are shorter. */
enum { LIST_MAX = 8192 };

#define BY_FILTER                                                                          \
	"a seccomp filter, of a container or of a unit (SystemCallFilter and its like),"
#define LET_PASS "let it pass landlock_*"

/* Whether a seccomp filter is in force on this process (PR_GET_SECCOMP(2const)). */
static bool is_filtered(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER;
}

/* Not by stdio, which asks for more than a filter may let through. */
static bool file_has(const char *path, const char *word)
{
	char text[LIST_MAX];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got = 1;

	if (fd < 0)
		return false;
	while (got > 0 && used < sizeof text - 1) {
		got = read(fd, text + used, sizeof text - 1 - used);
		used += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	text[used] = '\0';
	return strstr(text, word) != NULL;
}

static bool is_older(const struct missing_around *around)
{
	return around->major != 0 &&
	       (around->major < LANDLOCK_MAJOR ||
		(around->major == LANDLOCK_MAJOR && around->minor < LANDLOCK_MINOR));
}

int missing_landlock(int sys, const struct missing_around *around, struct error *err)
{
	switch (sys) {
	case EOPNOTSUPP:
		return error_code(err, sys,
				  "this kernel has no Landlock enabled: add landlock to "
				  "lsm= on its command line");
	case EPERM:
	case EACCES:
		return error_code(err, sys,
				  BY_FILTER " denies Landlock (landlock_create_ruleset: "
					    "%s): " LET_PASS,
				  strerror(sys));
	case ENOSYS:
		break;
	default:
		return error_sys(err, sys, "Landlock cannot be used");
	}
	if (around->filtered && around->listed)
		return error_code(err, sys,
				  BY_FILTER " hides this kernel's Landlock: " LET_PASS);
	if (is_older(around))
		return error_code(err, sys,
				  "this kernel has no Landlock: it is Linux %u.%u, and "
				  "%d.%d is the first that has it",
				  around->major, around->minor, LANDLOCK_MAJOR,
				  LANDLOCK_MINOR);
	if (around->filtered)
		return error_code(err, sys,
				  "either this kernel has no Landlock, or " BY_FILTER
				  " hides it: " LET_PASS);
	return error_code(err, sys,
			  "this kernel has no Landlock: it was built without "
			  "(CONFIG_SECURITY_LANDLOCK)");
}

int missing_landlock_here(int sys, struct error *err)
{
	struct missing_around around = {
	    .filtered = is_filtered(),
	    .listed = file_has("/sys/kernel/security/lsm", "landlock"),
	};
	struct utsname name;

	if (uname(&name) != 0 ||
	    sscanf(name.release, "%u.%u", &around.major, &around.minor) != 2)
		around.major = 0;
	return missing_landlock(sys, &around, err);
}

int missing_call(int sys, const char *call, const char *doing, struct error *err)
{
	/* The last is what RestrictAddressFamilies of a unit has socket(2) answer. */
	const bool filtered =
	    (sys == EPERM || sys == ENOSYS || sys == EAFNOSUPPORT) && is_filtered();

	return error_code(err, sys, "%s: %s: %s%s", doing, call, strerror(sys),
			  filtered	  ? ", by " BY_FILTER " it seems"
			  : sys == ENOSYS ? ", in this kernel"
					  : "");
}

bool missing_driver_loaded(const struct missing_device *device)
{
	return file_has("/proc/devices", device->driver) ||
	       file_has("/proc/misc", device->driver);
}

int missing_device(int sys, const struct missing_device *device, struct error *err)
{
	switch (sys) {
	case ENOENT:
		if (missing_driver_loaded(device))
			return error_code(err, ENODEV,
					  "this kernel has %s, but there is no %s: a "
					  "container must be given the device",
					  device->name, device->path);
		return error_code(err, ENODEV,
				  "there is no %s: this kernel has no %s: %s; or a "
				  "container was not given the device",
				  device->path, device->name, device->remedy);
	case ENXIO:
	case ENODEV:
		return error_code(err, ENODEV, "this kernel has no %s: %s", device->name,
				  device->remedy);
	case EACCES:
		return error_code(err, sys, "cannot open %s: %s: it must be %s",
				  device->path, strerror(sys), device->mode);
	case EPERM:
		return error_code(err, sys,
				  "cannot open %s: the device rules of a container or of "
				  "a unit (DeviceAllow, PrivateDevices) deny it",
				  device->path);
	default:
		return error_sys(err, sys, "cannot open %s", device->path);
	}
}
