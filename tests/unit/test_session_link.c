/* SPDX-License-Identifier: ISC */
/*
 * Protects: what status tells of each of a peer's sessions is the kernel's word on that
 * one's interface; and a host's routes are read once, however many sessions there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ifaddrs.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/session_link.h"
#include "tests/unit/netns.h"

enum { SESSIONS = 3 };

/* How often each was read. */
static unsigned routes4, routes6, interfaces;

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode)
{
	routes4 += strcmp(path, "/proc/net/route") == 0;
	routes6 += strcmp(path, "/proc/net/ipv6_route") == 0;
	return __real_fopen(path, mode);
}

int __real_getifaddrs(struct ifaddrs **list);
int __wrap_getifaddrs(struct ifaddrs **list);
int __wrap_getifaddrs(struct ifaddrs **list)
{
	interfaces++;
	return __real_getifaddrs(list);
}

static struct peer a_peer(void)
{
	static const char *const prefixes[] = {"192.0.2.0/24", "198.51.100.0/24",
					       "203.0.113.0/24"};
	struct peer peer = {
	    .sessions = SESSIONS,
	    .interface = "sp-alice",
	    .address = {netns_address("10.9.0.2"), netns_address("10.9.0.1")}};

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		peer.routes[peer.nroutes++].prefix = netns_prefix(prefixes[i]);
	return peer;
}

/* Each session has its own of the routes; the last has no addresses. */
static void each_session_is_told_from_one_reading(void **state)
{
	static const char *const names[SESSIONS] = {"sp-alice", "sp-alice.1", "sp-alice.2"};
	static const char *const prefixes[SESSIONS] = {"192.0.2.0/24", "198.51.100.0/24",
						       "203.0.113.0/24"};
	const struct peer peer = a_peer();
	struct session_link links[SESSIONS_MAX];
	struct error err;
	int tuns[SESSIONS];

	(void)state;
	for (size_t i = 0; i < SESSIONS; i++) {
		tuns[i] = netns_tun(names[i], ARPHRD_PPP);
		netns_up(names[i], true);
		netns_tun_carrier(tuns[i], true);
		if (i + 1 < SESSIONS)
			netns_pair(names[i], "10.9.0.2", "10.9.0.1");
		netns_add_route(
		    &(struct netns_route){.device = names[i], .prefix = prefixes[i]});
	}
	assert_int_equal(
	    session_links_read(&peer, 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3, links, &err), 0);
	assert_int_equal(routes4, 1);
	assert_true(routes6 <= 1);
	assert_int_equal(interfaces, 1);
	for (size_t i = 0; i < SESSIONS; i++) {
		assert_string_equal(links[i].interface, names[i]);
		assert_int_equal(links[i].state,
				 i + 1 < SESSIONS ? SESSION_LINK_UP : SESSION_LINK_BARE);
		for (size_t k = 0; k < peer.nroutes; k++)
			assert_int_equal(links[i].routes[k], k == i);
	}
	assert_int_equal(links[3].state, SESSION_LINK_MISSING);
	for (size_t i = 0; i < SESSIONS; i++)
		close(tuns[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_session_is_told_from_one_reading),
	};

	if (netns_enter() != 0) {
		perror("no network of its own (root is needed)");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
