/* SPDX-License-Identifier: ISC */
/* agent/net/netlink_link.c against the kernel itself, in a network of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/net/netlink_talk.h"
#include "tests/unit/link_fixture.h"

enum { PATIENCE_MS = 30000 };

/* The fields of a link are the kernel's, and only its true name finds it. */
static void link_get_tells_what_is_there(void **state)
{
	struct link_fixture *fixture = *state;
	struct error err = {0};
	struct link link;

	assert_int_equal(link_get(fixture->nl, "lo", &link, &err), 0);
	assert_string_equal(link.name, "lo");
	assert_int_equal(link.index, 1);
	assert_int_equal(link.type, ARPHRD_LOOPBACK);
	assert_int_equal(link.mtu, 65536);
	assert_true(link.flags & IFF_UP);
	assert_int_equal(fixture->link.type, ARPHRD_PPP);
	assert_false(fixture->link.flags & IFF_UP);
	assert_int_equal(fixture->link.index, if_nametoindex("sp-alice"));
}

static void link_get_counts_bytes(void **state)
{
	/* An IPv4 header with nothing in it: received, and dropped above. */
	static const char packet[20] = {0x45, 0, 0, 20};
	struct link_fixture *fixture = *state;
	struct error err;
	struct link link;

	netns_up("sp-alice", true);
	assert_int_equal(write(fixture->tun, packet, sizeof packet), sizeof packet);
	assert_int_equal(link_get(fixture->nl, "sp-alice", &link, &err), 0);
	assert_int_equal(link.rx.bytes, sizeof packet);
}

static void link_get_says_when_there_is_none(void **state)
{
	struct link_fixture *fixture = *state;
	const char *const names[] = {"", "sp-bob", "sp-alic", "a-name-of-16-byte",
				     "a-name-much-longer-than-the-kernel-takes"};
	struct error err;
	struct link link;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		err.sys = 0;
		assert_int_equal(link_get(fixture->nl, names[i], &link, &err), -1);
		assert_int_equal(err.sys, ENODEV);
	}
}

static void link_get_refuses_an_alternative_name(void **state)
{
	struct link_fixture *fixture = *state;
	struct error err = {0};
	struct nlattr *nest;
	struct ifinfomsg *body;
	struct link link;

	body = netlink_begin(fixture->nl, RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL,
			     sizeof *body);
	body->ifi_index = fixture->link.index;
	nest = mnl_attr_nest_start(&fixture->nl->request.header, IFLA_PROP_LIST);
	mnl_attr_put_strz(&fixture->nl->request.header, IFLA_ALT_IFNAME, "sp-mallory");
	mnl_attr_nest_end(&fixture->nl->request.header, nest);
	assert_int_equal(netlink_change(fixture->nl, "name a device", &err), 0);
	assert_int_equal(link_get(fixture->nl, "sp-mallory", &link, &err), -1);
	assert_int_equal(err.sys, ENODEV);
	assert_int_equal(link_get(fixture->nl, "sp-alice", &link, &err), 0);
}

static void link_get_at_goes_by_the_index(void **state)
{
	const struct link_fixture *fixture = *state;
	struct error err = {0};
	struct link link;

	assert_int_equal(link_get_at(fixture->nl, fixture->link.index, &link, &err), 0);
	assert_string_equal(link.name, "sp-alice");
	assert_int_equal(link.mtu, fixture->link.mtu);
	assert_int_equal(link_get_at(fixture->nl, fixture->link.index + 1000, &link, &err),
			 -1);
	assert_int_equal(err.sys, ENODEV);
}

static void carries_both_ends_or_not(void **state)
{
	const struct link_fixture *fixture = *state;
	const struct link_pair pair = link_pair_of("10.9.0.1", "10.9.0.2"),
			       other = link_pair_of("10.9.0.1", "10.9.0.3");
	const int index = fixture->link.index;
	struct error err = {0};
	bool carries = true;

	assert_int_equal(link_carries(fixture->nl, index, &pair, &carries, &err), 0);
	assert_false(carries);
	link_fixture_up();
	assert_int_equal(link_carries(fixture->nl, index, &pair, &carries, &err), 0);
	assert_true(carries);
	assert_int_equal(link_carries(fixture->nl, index, &other, &carries, &err), 0);
	assert_false(carries);
	carries = true;
	assert_int_equal(link_carries(fixture->nl, index + 1000, &pair, &carries, &err), 0);
	assert_false(carries);
}

/* What is missing when the time is over, in words; and success as soon as nothing is. */
static void wait_up_names_what_is_missing(void **state)
{
	const struct link_pair pair = link_pair_of("10.9.0.1", "10.9.0.2"),
			       swapped = link_pair_of("10.9.0.2", "10.9.0.1"),
			       other = link_pair_of("10.9.0.1", "10.9.0.3"), none = {0};
	struct error err;
	struct link link;

	(void)state;
	assert_int_equal(link_wait_up("sp-bob", &pair, 0, -1, &link, &err), -1);
	assert_int_equal(err.sys, ETIMEDOUT);
	assert_string_equal(err.text, "interface sp-bob is not up: it does not exist");
	assert_int_equal(link_wait_up("sp-alice", &pair, 0, -1, &link, &err), -1);
	assert_string_equal(err.text, "interface sp-alice is not up: it is down");
	netns_up("sp-alice", true);
	assert_int_equal(link_wait_up("sp-alice", &none, 0, -1, &link, &err), 0);
	assert_int_equal(link_wait_up("sp-alice", &pair, 0, -1, &link, &err), -1);
	assert_string_equal(err.text, "interface sp-alice is not up: it does not carry the "
				      "addresses of this session");
	link_fixture_up();
	assert_int_equal(link_wait_up("sp-alice", &swapped, 0, -1, &link, &err), -1);
	assert_int_equal(link_wait_up("sp-alice", &other, 0, -1, &link, &err), -1);
	assert_int_equal(err.sys, ETIMEDOUT);
	assert_int_equal(link_wait_up("sp-alice", &pair, 0, -1, &link, &err), 0);
	assert_int_equal(link.index, if_nametoindex("sp-alice"));
	assert_int_equal(link.type, ARPHRD_PPP);
}

/* The pair on another interface is no session on this one. */
static void wait_up_looks_at_one_interface_only(void **state)
{
	const struct link_pair pair = link_pair_of("10.9.0.1", "10.9.0.2");
	int other = netns_tun("sp-bob", ARPHRD_PPP);
	struct error err;
	struct link link;

	(void)state;
	netns_up("sp-alice", true);
	netns_up("sp-bob", true);
	netns_pair("sp-bob", "10.9.0.1", "10.9.0.2");
	assert_int_equal(link_wait_up("sp-alice", &pair, 0, -1, &link, &err), -1);
	assert_int_equal(err.sys, ETIMEDOUT);
	close(other);
}

static void wait_up_keeps_its_deadline(void **state)
{
	const struct link_pair none = {0};
	int64_t begin = monotonic_ms();
	struct error err;
	struct link link;

	(void)state;
	assert_int_equal(link_wait_up("sp-alice", &none, begin + 50, -1, &link, &err), -1);
	assert_int_equal(err.sys, ETIMEDOUT);
	assert_in_range(monotonic_ms() - begin, 50, PATIENCE_MS / 3);
}

static void wait_up_ends_when_the_watched_descriptor_speaks(void **state)
{
	const struct link_pair none = {0};
	struct error err;
	struct link link;
	int pipes[2];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	close(pipes[1]);
	assert_int_equal(link_wait_up("sp-alice", &none, monotonic_ms() + PATIENCE_MS,
				      pipes[0], &link, &err),
			 -1);
	assert_int_equal(err.sys, ECANCELED);
	close(pipes[0]);
}

/* A process that waits for sp-bob, and exits with 0 when it has come up. */
static pid_t start_waiting(const char *local, const char *remote)
{
	const struct link_pair pair = link_pair_of(local, remote);
	struct error err;
	struct link link;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(link_wait_up("sp-bob", &pair, monotonic_ms() + PATIENCE_MS, -1, &link, &err) <
	      0);
}

static void assert_still_waiting(pid_t pid)
{
	int status;

	netns_wait_asleep(pid);
	assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
}

/* An event must have ended it: the last look, at the deadline, would come too late. */
static void assert_has_come_up(pid_t pid)
{
	int64_t begin = monotonic_ms();
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_in_range(monotonic_ms() - begin, 0, PATIENCE_MS / 2);
}

static void wait_up_learns_of_an_address(void **state)
{
	pid_t pid = start_waiting("10.8.0.1", "10.8.0.2");
	int tun;

	(void)state;
	assert_still_waiting(pid);
	tun = netns_tun("sp-bob", ARPHRD_PPP);
	assert_still_waiting(pid);
	netns_up("sp-bob", true);
	assert_still_waiting(pid);
	netns_pair("sp-bob", "10.8.0.1", "10.8.0.2");
	assert_has_come_up(pid);
	close(tun);
}

static void wait_up_learns_of_an_ipv6_address(void **state)
{
	pid_t pid = start_waiting("fe80::1:1", NULL);
	int tun = netns_tun("sp-bob", ARPHRD_PPP);

	(void)state;
	netns_up("sp-bob", true);
	assert_still_waiting(pid);
	netns_address6("sp-bob", "fe80::1:1");
	assert_has_come_up(pid);
	close(tun);
}

/* An interface without carrier is not running, whatever it is set to. */
static void wait_up_learns_of_the_carrier(void **state)
{
	pid_t pid = start_waiting("10.8.0.1", "10.8.0.2");
	int tun = netns_tun("sp-bob", ARPHRD_PPP);

	(void)state;
	netns_tun_carrier(tun, false);
	netns_up("sp-bob", true);
	netns_pair("sp-bob", "10.8.0.1", "10.8.0.2");
	assert_still_waiting(pid);
	netns_tun_carrier(tun, true);
	assert_has_come_up(pid);
	close(tun);
}

static void pair6_is_added_once(void **state)
{
	const struct link_pair pair = link_pair_of("fd00:9::1", "fd00:9::2"),
			       other = link_pair_of("fd00:9::1", "fd00:9::3");
	struct link_fixture *fixture = *state;
	char text[NETNS_TEXT_MAX];
	struct error err;
	struct link link;

	link_fixture_up();
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    link_add_pair(fixture->nl, fixture->link.index, &pair, &err), 0);
		/* IFA_F_PERMANENT and IFA_F_NODAD: usable at once. */
		assert_string_equal(netns_addresses6("sp-alice", RT_SCOPE_UNIVERSE, text),
				    "fd00:9::1 peer fd00:9::2/128 flags 0x82\n");
	}
	assert_int_equal(link_wait_up("sp-alice", &pair, 0, -1, &link, &err), 0);
	assert_int_equal(link_wait_up("sp-alice", &other, 0, -1, &link, &err), -1);
	assert_int_equal(link_add_pair(fixture->nl, fixture->link.index, &other, &err), -1);
	assert_int_equal(err.sys, EEXIST);
	assert_non_null(strstr(err.text, "cannot add the address fd00:9::1"));
}

static void pair_of_ipv4_is_added_once(void **state)
{
	const struct link_pair pair = link_pair_of("10.9.0.1", "10.9.0.2"),
			       other = link_pair_of("10.9.0.1", "10.9.0.3");
	struct link_fixture *fixture = *state;
	struct error err;
	struct link link;

	link_fixture_up();
	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    link_add_pair(fixture->nl, fixture->link.index, &pair, &err), 0);
	assert_int_equal(link_wait_up("sp-alice", &pair, 0, -1, &link, &err), 0);
	assert_int_equal(link_wait_up("sp-alice", &other, 0, -1, &link, &err), -1);
}

static void pair_takes_two_of_one_family(void **state)
{
	const struct link_pair pair = link_pair_of("10.9.0.1", "fd00:9::2"),
			       half = link_pair_of("fd00:9::1", NULL);
	struct link_fixture *fixture = *state;
	struct error err;

	assert_int_equal(link_add_pair(fixture->nl, fixture->link.index, &pair, &err), -1);
	assert_int_equal(err.sys, EINVAL);
	assert_int_equal(link_add_pair(fixture->nl, fixture->link.index, &half, &err), -1);
	assert_int_equal(err.sys, EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_LINK(link_get_tells_what_is_there),
	    WITH_LINK(link_get_counts_bytes),
	    WITH_LINK(link_get_says_when_there_is_none),
	    WITH_LINK(link_get_refuses_an_alternative_name),
	    WITH_LINK(link_get_at_goes_by_the_index),
	    WITH_LINK(carries_both_ends_or_not),
	    WITH_LINK(wait_up_names_what_is_missing),
	    WITH_LINK(wait_up_looks_at_one_interface_only),
	    WITH_LINK(wait_up_keeps_its_deadline),
	    WITH_LINK(wait_up_ends_when_the_watched_descriptor_speaks),
	    WITH_LINK(wait_up_learns_of_an_address),
	    WITH_LINK(wait_up_learns_of_an_ipv6_address),
	    WITH_LINK(wait_up_learns_of_the_carrier),
	    WITH_LINK(pair6_is_added_once),
	    WITH_LINK(pair_of_ipv4_is_added_once),
	    WITH_LINK(pair_takes_two_of_one_family),
	};

	/* Before any socket is opened; the network ends with this process. */
	if (netns_enter() < 0) {
		perror("no network of its own (root is needed)");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
