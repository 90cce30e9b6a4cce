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
		error_set(err,
			  "this kernel has no PPP: `modprobe ppp_generic`, or a kernel "
			  "that has it "
			  "(Debian: linux-image-amd64 instead of linux-image-cloud-amd64)");
		if (err != NULL)
			err->sys = ENODEV;
		return -1;
	default:
		return error_sys(err, errno, "cannot open /dev/ppp");
	}
}
