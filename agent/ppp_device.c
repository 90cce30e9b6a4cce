/* SPDX-License-Identifier: ISC */
#include "agent/ppp_device.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int ppp_device_check(struct policy_error *err)
{
	const int fd = open("/dev/ppp", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	switch (errno) {
	case ENOENT: /* no device file: neither udev nor the kernel knows of PPP */
	case ENXIO:  /* a device file without a driver */
	case ENODEV:
		return error_code(
		    err, ENODEV,
		    "this kernel has no PPP: `modprobe ppp_generic`, or boot one that "
		    "has it (Debian: linux-image-amd64, not linux-image-cloud-amd64)");
	default:
		return error_sys(err, errno, "cannot open /dev/ppp");
	}
}
