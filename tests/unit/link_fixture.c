/* SPDX-License-Identifier: ISC */
#include "tests/unit/link_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <net/if_arp.h>
#include <unistd.h>

int link_fixture_set_up(void **state)
{
	struct link_fixture *fixture = test_calloc(1, sizeof *fixture);
	struct error err;

	fixture->tun = netns_tun("sp-alice", ARPHRD_PPP);
	fixture->nl = netlink_open(&err);
	assert_non_null(fixture->nl);
	assert_int_equal(link_get(fixture->nl, "sp-alice", &fixture->link, &err), 0);
	*state = fixture;
	return 0;
}

int link_fixture_tear_down(void **state)
{
	struct link_fixture *fixture = *state;

	netlink_close(fixture->nl);
	close(fixture->tun);
	test_free(fixture);
	return 0;
}

void link_fixture_up(void)
{
	netns_up("sp-alice", true);
	netns_pair("sp-alice", "10.9.0.1", "10.9.0.2");
}

struct link_pair link_pair_of(const char *local, const char *remote)
{
	struct link_pair pair = {.local = netns_address(local)};

	if (remote)
		pair.remote = netns_address(remote);
	return pair;
}
