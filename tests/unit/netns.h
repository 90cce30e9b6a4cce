/* SPDX-License-Identifier: ISC */
/*
 * A network of the test's own: devices made by ioctl(2) as pppd makes them, and what the
 * kernel holds read back by a dump that shares no code with agent/netlink*.c. What fails
 * here fails the running cmocka test.
 */
#ifndef SALLYPORT_TESTS_UNIT_NETNS_H
#define SALLYPORT_TESTS_UNIT_NETNS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "policy/language/address.h"

enum { NETNS_TEXT_MAX = 4096 };

/* A route as a test wants it, not as the code under test makes it. */
struct netns_route {
	const char *device, *prefix, *gateway;
	uint8_t protocol;
	uint32_t metric;
};

/* Leaves the machine's network for an empty one, with lo up. 0, or -1 with errno. */
int netns_enter(void);

/* A TUN device of that link type (ARPHRD_*); it lives as long as the descriptor. */
int netns_tun(const char *name, int type);
void netns_tun_carrier(int tun, bool on);
void netns_up(const char *name, bool up);
/* An IPv4 address and the one of the other end, /32, in the two steps that pppd takes. */
void netns_pair(const char *name, const char *local, const char *remote);

/* An IPv6 address, /128, as pppd sets its link-local one. */
void netns_address6(const char *name, const char *address);

void netns_add_route(const struct netns_route *route);

/*
 * "PREFIX dev NAME proto N scope N metric N[ via GATEWAY]\n" for each route of the main
 * table that the kernel did not make itself (proto 2), in the kernel's order.
 */
const char *netns_routes(sa_family_t family, char text[NETNS_TEXT_MAX]);
/* "LOCAL peer REMOTE/LEN flags 0xN\n" for each IPv6 address of that scope on the device. */
const char *netns_addresses6(const char *device, uint8_t scope, char text[NETNS_TEXT_MAX]);

/* Waits until the process sleeps in a system call; fails after five seconds. */
void netns_wait_asleep(int pid);

struct ip_prefix netns_prefix(const char *text);
struct ip_addr netns_address(const char *text);

#endif
