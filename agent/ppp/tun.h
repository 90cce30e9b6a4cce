/* SPDX-License-Identifier: ISC */
/*
 * The network's end of the link: a TUN device (Documentation/networking/tuntap.rst), whose
 * carrier says whether the link is up.
 */
#ifndef SALLYPORT_AGENT_PPP_TUN_H
#define SALLYPORT_AGENT_PPP_TUN_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "agent/net/netlink.h"
#include "policy/language/error.h"

struct tun {
	int fd;
	unsigned mtu;
	/* The other end may send TCP in segments longer than any MTU. */
	bool segments;
	char name[IF_NAMESIZE];
};

/*
 * Makes the device name ("": the kernel's choice), or takes hold of one that is there and
 * that this user may use. No carrier. The network hands over TCP in segments of up to 64
 * KiB, longer than the MTU and without checksum. Needs CAP_NET_ADMIN to make one. 0, or -1
 * with *err.
 */
int tun_open(struct tun *tun, const char *name, struct error *err);
/*
 * Gives it its MTU and addresses (AF_UNSPEC: none of that family) and sets it up. Needs
 * CAP_NET_ADMIN. 0, or -1 with *err.
 */
int tun_configure(struct tun *tun, unsigned mtu, const struct link_pair *pair,
		  const struct link_pair *pair6, struct error *err);
/*
 * Has the kernel order by flow what waits for the device. *orders: it does; one without
 * fq_codel cannot, which is no failure. Needs CAP_NET_ADMIN. 0, or -1 with *err: the device
 * works all the same.
 */
int tun_order(const struct tun *tun, bool *orders, struct error *err);
/*
 * In place of that, for one that was there before: looks whether it outlives this program
 * and has that MTU and those addresses. Takes no privilege. 0, or -1 with *err.
 */
int tun_expect(struct tun *tun, unsigned mtu, const struct link_pair *pair,
	       struct error *err);
/* Lets the network use it, or no longer. 0, or -1 with errno. */
int tun_carrier(const struct tun *tun, bool on);

/*
 * One packet from the network, at most size bytes, with its checksum. Its length; -1 with
 * errno (EAGAIN). *segment is 0, or how many bytes of TCP's data
 * each packet may carry that this one has to be cut into.
 */
ssize_t tun_read(const struct tun *tun, uint8_t *packet, size_t size, size_t *segment);
/*
 * One packet to the network, of any length: the MTU is about what the network sends. Where
 * the other end may send segments, TCP that is longer than that is cut by the kernel to
 * packets of that size. 0, or -1 with errno.
 */
int tun_write(const struct tun *tun, const uint8_t *packet, size_t len);

#endif
