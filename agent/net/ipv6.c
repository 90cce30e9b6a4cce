/* SPDX-License-Identifier: ISC */
#include "agent/net/ipv6.h"

#include <errno.h>

#include "agent/net/knob.h"

static int refuse(const char *how, struct error *err)
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
		return value == 0 ? 0
				  : refuse("it is switched off (sysctl "
					   "net.ipv6.conf.default.disable_ipv6=0 and all)",
					   err);
	/* Without a readable /proc, the kernel will refuse the address later. */
	if (why.sys != ENOENT || knob_get(&always, &value, &why) != 0)
		return 0;
	return refuse("its kernel lacks it, or was booted with ipv6.disable=1", err);
}
