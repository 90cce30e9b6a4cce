/* SPDX-License-Identifier: ISC */
#include "agent/net/tun_device.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/confine/missing.h"
#include "agent/net/modules.h"

/* What the kernel answers for the interface of that name; -1 with errno. */
static int ask(int fd, unsigned long what, const char *name, struct ifreq *answer)
{
	*answer = (struct ifreq){0};
	snprintf(answer->ifr_name, sizeof answer->ifr_name, "%s", name);
	return ioctl(fd, what, answer);
}

static int match_link(const struct tun_wanted *wanted, struct error *err)
{
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq flags, mtu;
	int result = 0;

	if (fd < 0)
		return error_sys(err, errno, "cannot look at %s", wanted->name);
	if (ask(fd, SIOCGIFFLAGS, wanted->name, &flags) != 0 ||
	    ask(fd, SIOCGIFMTU, wanted->name, &mtu) != 0)
		result =
		    errno == ENODEV
			? error_code(err, ENODEV, "there is no device %s", wanted->name)
			: error_sys(err, errno, "cannot look at %s", wanted->name);
	else if ((flags.ifr_flags & IFF_UP) == 0)
		result = error_set(err, "%s is not up", wanted->name);
	else if (wanted->mtu != 0 && mtu.ifr_mtu != (int)wanted->mtu)
		result = error_set(err, "%s has an MTU of %d: expected %u", wanted->name,
				   mtu.ifr_mtu, wanted->mtu);
	close(fd);
	return result;
}

static bool is_address(const struct sockaddr *socket, const struct ip_addr *addr)
{
	if (socket == NULL || socket->sa_family != addr->family)
		return false;
	if (addr->family == AF_INET)
		return memcmp(&((const struct sockaddr_in *)(const void *)socket)->sin_addr,
			      addr->bytes, sizeof(struct in_addr)) == 0;
	return memcmp(&((const struct sockaddr_in6 *)(const void *)socket)->sin6_addr,
		      addr->bytes, sizeof(struct in6_addr)) == 0;
}

int tun_device_pair(const struct ifaddrs *list, const char *name,
		    const struct ip_addr *local, const struct ip_addr *remote,
		    struct error *err)
{
	char here[ADDRESS_TEXT_MAX], there[ADDRESS_TEXT_MAX];

	if (local->family == AF_UNSPEC)
		return 0;
	for (; list != NULL; list = list->ifa_next)
		if (strcmp(list->ifa_name, name) == 0 &&
		    (list->ifa_flags & IFF_POINTOPOINT) != 0 &&
		    is_address(list->ifa_addr, local) &&
		    is_address(list->ifa_dstaddr, remote))
			return 0;
	return error_set(err, "%s has no address %s with %s at the other end", name,
			 ip_addr_print(local, here), ip_addr_print(remote, there));
}

int tun_device_match(const struct tun_wanted *wanted, struct error *err)
{
	struct ifaddrs *list;
	int result = -1;

	if (match_link(wanted, err) != 0)
		return -1;
	if (getifaddrs(&list) != 0)
		return error_sys(err, errno, "cannot read the addresses of %s",
				 wanted->name);
	if (tun_device_pair(list, wanted->name, &wanted->local, &wanted->remote, err) ==
		0 &&
	    tun_device_pair(list, wanted->name, &wanted->local6, &wanted->remote6, err) ==
		0)
		result = 0;
	freeifaddrs(list);
	return result;
}

int tun_device_lasts(int fd, const char *name, struct error *err)
{
	struct ifreq answer = {0};

	if (ioctl(fd, TUNGETIFF, &answer) != 0)
		return error_sys(err, errno, "cannot look at the TUN device %s", name);
	if ((answer.ifr_flags & IFF_PERSIST) == 0)
		return error_set(
		    err, "%s is not a persistent device: make it with `ip tuntap add`",
		    name);
	return 0;
}

int tun_device_explain(const char *name, int sys, struct error *err)
{
	switch (sys) {
	case EPERM:
		return error_code(
		    err, sys,
		    "this user may neither make nor open the TUN device %s: that "
		    "needs CAP_NET_ADMIN over this network, which a container may "
		    "lack, or a device that the user owns",
		    name);
	case EBUSY:
		return error_code(err, sys, "the TUN device %s is in use", name);
	case EINVAL:
		return error_code(err, sys, "%s is not a TUN device with one queue", name);
	default:
		return error_sys(err, sys, "cannot open the TUN device %s", name);
	}
}

static const struct missing_device device = {
    .path = "/dev/net/tun",
    .name = "TUN",
    .remedy = "`modprobe tun`",
    .driver = " tun\n",
    .mode = "readable and writable for all (0666), as udev makes it",
};

int tun_device_look(struct error *err)
{
	return module_device_look(&device, "tun", NULL, err);
}

int tun_device_open(struct error *err)
{
	const int fd = open(device.path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	return fd >= 0 ? fd : missing_device(errno, &device, err);
}

int tun_device_try(const struct tun_wanted *wanted, struct error *err)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR};
	const int fd = tun_device_open(err);
	int result;

	if (fd < 0)
		return -1;
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", wanted->name);
	/* First what is there: TUNSETIFF has one answer for all that it refuses. */
	result = tun_device_match(wanted, err);
	if (result == 0 && ioctl(fd, TUNSETIFF, &request) != 0)
		result = tun_device_explain(wanted->name, errno, err);
	if (result == 0)
		result = tun_device_lasts(fd, wanted->name, err);
	close(fd);
	return result;
}
