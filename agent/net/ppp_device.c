/* SPDX-License-Identifier: ISC */
#include "agent/net/ppp_device.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "agent/confine/missing.h"

static const struct missing_device device = {
    .path = "/dev/ppp",
    .name = "PPP",
    .remedy = "`modprobe ppp_generic`, or boot one that has it (Debian: linux-image-amd64, "
	      "not linux-image-cloud-amd64)",
    .driver = " ppp\n",
    .mode = "open to whom pppd runs as",
};

int ppp_device_check(struct error *err)
{
	const int fd = open("/dev/ppp", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	return missing_device(errno, &device, err);
}
