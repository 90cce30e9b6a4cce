/* SPDX-License-Identifier: ISC */
#include "local/routers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { KNOB_MAX = 64 };

static int switch_off(const char *interface, struct policy_error *err)
{
	char path[KNOB_MAX];
	int fd, result = 0;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/accept_ra", interface);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	/* Without IPv6 there are no such routers. */
	if (fd < 0)
		return errno == ENOENT ? 0 : error_sys(err, errno, "cannot open %s", path);
	if (write(fd, "0", 1) != 1)
		result = error_sys(err, errno, "cannot write %s", path);
	close(fd);
	return result;
}

int routers_refuse(const struct link *link, struct policy_error *err)
{
	struct netlink *netlink;
	bool learned = false;
	int result;

	if (switch_off(link->name, err) != 0)
		return -1;
	netlink = netlink_open(err);
	if (netlink == NULL)
		return -1;
	result = route_learned(netlink, link->index, &learned, err);
	netlink_close(netlink);
	if (result == 0 && learned)
		return error_set(err, "the remote has made itself a router of this host: "
				      "its advertisement was faster than its refusal");
	return result;
}
