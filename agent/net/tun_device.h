/* SPDX-License-Identifier: ISC */
/*
 * A TUN device that the administrator has made beforehand for the account (Tun persistent):
 * whether it is there, and as a session needs it. Takes no privilege, and changes nothing.
 */
#ifndef SALLYPORT_AGENT_NET_TUN_DEVICE_H
#define SALLYPORT_AGENT_NET_TUN_DEVICE_H

#include <ifaddrs.h>

#include "policy/language/address.h"
#include "policy/language/error.h"

struct tun_wanted {
	const char *name;
	/* 0: not looked at. */
	unsigned mtu;
	/* Both ends on it; AF_UNSPEC: none of that family, or not looked at. */
	struct ip_addr local, remote, local6, remote6;
};

/* Whether it is up and has that MTU and those addresses. 0, or -1 with *err. */
int tun_device_match(const struct tun_wanted *wanted, struct error *err);

/*
 * Whether the interface has that pair, in a list of getifaddrs(3); a local that is
 * AF_UNSPEC is always there. 0, or -1 with *err.
 */
int tun_device_pair(const struct ifaddrs *list, const char *name,
		    const struct ip_addr *local, const struct ip_addr *remote,
		    struct error *err);

/* Whether what the descriptor has taken hold of (TUNSETIFF) outlives it. 0, or -1. */
int tun_device_lasts(int fd, const char *name, struct error *err);

/* Checks both, and that this user may open it and nobody else has, by opening and closing
 * it. */
int tun_device_try(const struct tun_wanted *wanted, struct error *err);

/*
 * /dev/net/tun, or -1 with why it cannot be opened; err->sys is ENODEV where there is none.
 */
int tun_device_open(struct error *err);
/* Whether this process could, without making the kernel load anything. 0, or -1 alike. */
int tun_device_look(struct error *err);

/* What a refusal (errno of TUNSETIFF) means. -1. */
int tun_device_explain(const char *name, int sys, struct error *err);

#endif
