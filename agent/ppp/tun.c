/* SPDX-License-Identifier: ISC */
#include "agent/ppp/tun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "agent/net/tun_device.h"
#include "agent/ppp/segment.h"

/*
 * What the device holds while this program is away: in a turn of 64 segments, or for lack
 * of a processor. It drops what is more (drivers/net/tun.c), and is read before it grows,
 * so it delays nothing: as many as the kernel has it hold.
 */
enum { QUEUE_PACKETS = 500 };

/* Every packet begins with a header of that size, and the device has one queue. */
static int read_back(const struct tun *tun, const struct ifreq *wanted, struct error *err)
{
	const short mode = IFF_TUN | IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE;
	struct ifreq answer = {0};
	int size = 0;

	if (ioctl(tun->fd, TUNGETIFF, &answer) != 0 ||
	    ioctl(tun->fd, TUNGETVNETHDRSZ, &size) != 0)
		return error_sys(err, errno, "cannot read the TUN device's settings back");
	if ((answer.ifr_flags & mode) != (wanted->ifr_flags & mode) ||
	    size != (int)sizeof(struct virtio_net_hdr))
		return error_set(err, "the TUN device does not keep its settings");
	return 0;
}

int tun_open(struct tun *tun, const char *name, struct error *err)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR};
	const unsigned long offload = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
	int size = sizeof(struct virtio_net_hdr);

	tun->fd = tun_device_open(err);
	if (tun->fd < 0)
		return -1;
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	if (ioctl(tun->fd, TUNSETIFF, &request) != 0)
		(void)tun_device_explain(name, errno, err);
	else if (ioctl(tun->fd, TUNSETVNETHDRSZ, &size) != 0 ||
		 ioctl(tun->fd, TUNSETOFFLOAD, offload) != 0 ||
		 tun_carrier(tun, false) != 0)
		error_sys(err, errno, "cannot set up the TUN device");
	else if (read_back(tun, &request, err) == 0) {
		snprintf(tun->name, sizeof tun->name, "%s", request.ifr_name);
		return 0;
	}
	close(tun->fd);
	tun->fd = -1;
	return -1;
}

int tun_configure(struct tun *tun, unsigned mtu, const struct link_pair *pair,
		  const struct link_pair *pair6, struct error *err)
{
	struct netlink *nl = netlink_open(err);
	struct link link;
	int result = -1;

	if (nl == NULL)
		return -1;
	tun->mtu = mtu;
	if (link_get(nl, tun->name, &link, err) == 0 &&
	    link_set_up(nl, link.index, mtu, err) == 0 &&
	    (pair->local.family == AF_UNSPEC ||
	     link_add_pair(nl, link.index, pair, err) == 0) &&
	    (pair6->local.family == AF_UNSPEC ||
	     link_add_pair(nl, link.index, pair6, err) == 0))
		result = 0;
	netlink_close(nl);
	return result;
}

int tun_order(const struct tun *tun, bool *orders, struct error *err)
{
	struct netlink *nl = netlink_open(err);
	struct link link;
	int result = -1;

	if (nl == NULL)
		return -1;
	if (link_get(nl, tun->name, &link, err) == 0)
		result = link_set_queue(nl, link.index, QUEUE_PACKETS, orders, err);
	netlink_close(nl);
	return result;
}

int tun_expect(struct tun *tun, unsigned mtu, const struct link_pair *pair,
	       struct error *err)
{
	const struct tun_wanted wanted = {
	    .name = tun->name, .mtu = mtu, .local = pair->local, .remote = pair->remote};

	tun->mtu = mtu;
	return tun_device_lasts(tun->fd, tun->name, err) != 0
		   ? -1
		   : tun_device_match(&wanted, err);
}

int tun_carrier(const struct tun *tun, bool on)
{
	int carrier = on;

	return ioctl(tun->fd, TUNSETCARRIER, &carrier);
}

ssize_t tun_read(const struct tun *tun, uint8_t *packet, size_t size, size_t *segment)
{
	struct virtio_net_hdr header;
	const struct iovec parts[] = {{&header, sizeof header}, {packet, size}};
	const ssize_t got = readv(tun->fd, parts, 2);
	size_t len;

	if (got < 0)
		return -1;
	if (got <= (ssize_t)sizeof header)
		return 0;
	len = (size_t)got - sizeof header;
	*segment = header.gso_type == VIRTIO_NET_HDR_GSO_NONE ? 0 : header.gso_size;
	/* The checksum is left to us: the other end does not learn that it is missing. */
	if ((header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0 &&
	    checksum_complete(packet, len, header.csum_start, header.csum_offset) != 0)
		return 0;
	return (ssize_t)len;
}

int tun_write(const struct tun *tun, const uint8_t *packet, size_t len)
{
	struct virtio_net_hdr header = {0};
	/* writev(2) takes what it does not change as if it might. */
	const union {
		/* cppcheck-suppress unusedStructMember ; its bytes are base */
		const uint8_t *packet;
		uint8_t *base;
	} same = {packet};
	struct iovec parts[] = {{&header, sizeof header}, {same.base, len}, {0}, {0}};
	struct segment segment;
	uint16_t pseudo;

	if (tun->segments && len > tun->mtu && segment_parse(packet, len, &segment) == 0 &&
	    segment.headers < tun->mtu) {
		size_t checksum;

		header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		header.gso_type =
		    segment.ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
		header.hdr_len = (uint16_t)segment.headers;
		header.gso_size = (uint16_t)(tun->mtu - segment.headers);
		header.csum_start = (uint16_t)segment.transport;
		header.csum_offset = SEGMENT_CHECKSUM;
		/* The kernel expects this sum there, not the one that came. */
		pseudo = segment_pseudo(packet, len, &segment);
		checksum = segment.transport + SEGMENT_CHECKSUM;
		parts[1].iov_len = checksum;
		parts[2] = (struct iovec){&pseudo, sizeof pseudo};
		checksum += sizeof pseudo;
		parts[3] = (struct iovec){same.base + checksum, len - checksum};
	}
	return writev(tun->fd, parts, sizeof parts / sizeof parts[0]) < 0 ? -1 : 0;
}
