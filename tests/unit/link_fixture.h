/* SPDX-License-Identifier: ISC */
/* For the tests of agent/netlink*.c: a socket and a device that looks like pppd's. */
#ifndef SALLYPORT_TESTS_UNIT_LINK_FIXTURE_H
#define SALLYPORT_TESTS_UNIT_LINK_FIXTURE_H

#include "agent/net/netlink.h"
#include "tests/unit/netns.h"

struct link_fixture {
	struct netlink *nl;
	/* "sp-alice", ARPHRD_PPP, not up yet; gone when its descriptor is closed */
	int tun;
	struct link link;
};

int link_fixture_set_up(void **state);
int link_fixture_tear_down(void **state);
#define WITH_LINK(test)                                                                    \
	cmocka_unit_test_setup_teardown(test, link_fixture_set_up, link_fixture_tear_down)

/* Up, with 10.9.0.1 here and 10.9.0.2 there. */
void link_fixture_up(void);

/* remote may be NULL. */
struct link_pair link_pair_of(const char *local, const char *remote);

#endif
