/* SPDX-License-Identifier: ISC */
#include "agent/net/kernel_has.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "agent/confine/missing.h"
#include "agent/net/knob.h"
#include "agent/net/modules.h"

static const struct missing_device device = {
    .path = "/dev/ppp",
    .name = "PPP",
    .remedy = "`modprobe ppp_generic`, or boot one that has it (Debian: linux-image-amd64, "
	      "not linux-image-cloud-amd64)",
    .driver = " ppp\n",
    .mode = "accessible to the user that pppd runs as",
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

int ppp_device_look(bool *sure, struct error *err)
{
	return module_device_look(&device, "ppp_generic", sure, err);
}

static int refuse_ipv6(const char *how, struct error *err)
{
	return error_code(err, EAFNOSUPPORT,
			  "this host has no IPv6, which Address6 asks for: %s", how);
}

int ipv6_check(struct error *err)
{
	/* What a new interface begins with. */
	static const struct knob disable = {"ipv6", "default", "disable_ipv6"},
				 always = {"ipv4", "default", "forwarding"};
	struct error why = {.sys = 0};
	long value;

	if (knob_get(&disable, &value, &why) == 0)
		return value == 0
			   ? 0
			   : refuse_ipv6("it is switched off (sysctl "
					 "net.ipv6.conf.default.disable_ipv6=0 and all)",
					 err);
	/* Without a readable /proc, the kernel will refuse the address later. */
	if (why.sys != ENOENT || knob_get(&always, &value, &why) != 0)
		return 0;
	return refuse_ipv6("its kernel lacks it, or was booted with ipv6.disable=1", err);
}
