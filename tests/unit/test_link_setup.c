/* SPDX-License-Identifier: ISC */
/*
 * What is set on an interface, against the kernel itself and against one that acknowledges
 * and does nothing; and interfaces that have no IPv6.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/net/netlink_talk.h"
#include "tests/unit/link_fixture.h"

/* Not a family that any kernel has settings of interfaces for (linux/socket.h). */
enum { FAMILY_UNKNOWN = 30, PATH_MAX_HERE = 96 };

/* The kind of change that is acknowledged, and not made; 0: none. */
static uint16_t lost;
/* Answer as a kernel does that was booted with ipv6.disable=1. */
static bool without_ipv6;

static void rename_family(struct nlmsghdr *message)
{
	struct nlattr *spec, *family;

	mnl_attr_for_each(spec, message, sizeof(struct ifinfomsg))
	{
		if (mnl_attr_get_type(spec) != IFLA_AF_SPEC)
			continue;
		mnl_attr_for_each_nested(family, spec)
		{
			family->nla_type = FAMILY_UNKNOWN;
		}
	}
}

ssize_t __real_send(int fd, const void *bytes, size_t len, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t len, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t len, int flags)
{
	char copy[NETLINK_REQUEST_MAX];
	struct nlmsghdr *message = (void *)copy;
	unsigned char *family;

	assert_true(len <= sizeof copy);
	memcpy(copy, bytes, len);
	family = mnl_nlmsg_get_payload(message);
	/* The kernel acknowledges a message of no type, and looks no further. */
	if (lost != 0 && message->nlmsg_type == lost)
		message->nlmsg_type = NLMSG_NOOP;
	if (without_ipv6 && message->nlmsg_type == RTM_NEWLINK)
		rename_family(message);
	else if (without_ipv6 && *family == AF_INET6)
		*family = AF_UNSPEC;
	return __real_send(fd, copy, len, flags);
}

static int set_up(void **state)
{
	lost = 0;
	without_ipv6 = false;
	return link_fixture_set_up(state);
}

static void disable_ipv6(const char *interface, const char *value)
{
	char path[PATH_MAX_HERE];
	int fd;

	snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/disable_ipv6", interface);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, value, 1), 1);
	close(fd);
}

static void everything_is_set(void **state)
{
	struct link_fixture *fixture = *state;
	struct error err;
	struct link link;
	char text[NETNS_TEXT_MAX];

	assert_int_equal(link_set_up(fixture->nl, fixture->link.index, 4000, &err), 0);
	assert_int_equal(link_get(fixture->nl, "sp-alice", &link, &err), 0);
	assert_int_equal(link.mtu, 4000);
	assert_true(link.flags & IFF_UP);
	assert_int_equal(link.ipv6, LINK_IPV6_ON);
	assert_false(link.ipv6_generated);
	assert_string_equal(netns_addresses6("sp-alice", RT_SCOPE_LINK, text), "");
}

/* The smallest that policy takes, and the largest below what IPv6 takes. */
static void an_mtu_too_small_for_ipv6_is_set(void **state)
{
	const struct link_pair pair = link_pair_of("10.9.0.1", "10.9.0.2"),
			       pair6 = link_pair_of("fd00:9::1", "fd00:9::2");
	const unsigned sizes[] = {296, 1279};
	struct link_fixture *fixture = *state;
	const int index = fixture->link.index;
	struct error err;
	struct link link;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		assert_int_equal(link_set_up(fixture->nl, index, sizes[i], &err), 0);
		assert_int_equal(link_get(fixture->nl, "sp-alice", &link, &err), 0);
		assert_int_equal(link.mtu, sizes[i]);
		assert_int_equal(link.ipv6, LINK_IPV6_NONE);
		assert_int_equal(link_add_pair(fixture->nl, index, &pair, &err), 0);
		assert_int_equal(link_add_pair(fixture->nl, index, &pair6, &err), -1);
		assert_int_equal(err.sys, EAFNOSUPPORT);
		assert_non_null(strstr(err.text, "its MTU is less than the 1280 bytes"));
	}
	/* With the MTU, IPv6 comes back, and must not bring addresses along. */
	assert_int_equal(link_set_up(fixture->nl, index, 1280, &err), 0);
	assert_int_equal(link_get(fixture->nl, "sp-alice", &link, &err), 0);
	assert_int_equal(link.ipv6, LINK_IPV6_ON);
	assert_false(link.ipv6_generated);
	assert_int_equal(link_add_pair(fixture->nl, index, &pair6, &err), 0);
}

static void ipv6_that_is_switched_off_is_told(void **state)
{
	const struct link_pair pair = link_pair_of("10.9.0.1", "10.9.0.2"),
			       pair6 = link_pair_of("fd00:9::1", "fd00:9::2");
	struct link_fixture *fixture = *state;
	const int index = fixture->link.index;
	struct error err;
	bool learned = true;

	disable_ipv6("sp-alice", "1");
	assert_int_equal(link_set_up(fixture->nl, index, 1500, &err), 0);
	assert_int_equal(link_add_pair(fixture->nl, index, &pair, &err), 0);
	assert_int_equal(route_learned(fixture->nl, index, &learned, &err), 0);
	assert_false(learned);
	assert_int_equal(link_add_pair(fixture->nl, index, &pair6, &err), -1);
	assert_int_equal(err.sys, EAFNOSUPPORT);
	assert_non_null(strstr(err.text, "it is switched off on this host"));
	assert_null(strstr(err.text, "denied"));
}

static void a_kernel_without_ipv6_carries_ipv4(void **state)
{
	const struct link_pair pair = link_pair_of("10.9.0.1", "10.9.0.2"),
			       pair6 = link_pair_of("fd00:9::1", "fd00:9::2");
	struct link_fixture *fixture = *state;
	const int index = fixture->link.index;
	const struct link_route route = {index, netns_prefix("192.0.2.0/24")};
	struct error err;
	bool learned = true;

	/* As far as the kernel's answers to a dump go: it has it, and they do not tell. */
	assert_int_equal(link_set_up(fixture->nl, index, 1279, &err), 0);
	without_ipv6 = true;
	assert_int_equal(link_set_up(fixture->nl, index, 1279, &err), 0);
	assert_int_equal(link_add_pair(fixture->nl, index, &pair, &err), 0);
	assert_int_equal(route_add(fixture->nl, &route, &err), 0);
	/* What is dumped then is every family's. */
	assert_int_equal(route_learned(fixture->nl, index, &learned, &err), 0);
	assert_false(learned);
	assert_int_equal(link_add_pair(fixture->nl, index, &pair6, &err), -1);
	assert_int_equal(err.sys, EAFNOSUPPORT);
}

static void a_link_that_is_not_set_up_is_no_success(void **state)
{
	struct link_fixture *fixture = *state;
	struct error err;

	lost = RTM_NEWLINK;
	assert_int_equal(link_set_up(fixture->nl, fixture->link.index, 1400, &err), -1);
	assert_non_null(strstr(err.text, "sp-alice does not keep its MTU: it is 1500"));
	assert_int_equal(link_set_up(fixture->nl, fixture->link.index, 1500, &err), -1);
	assert_non_null(strstr(err.text, "sp-alice does not stay up"));
	netns_up("sp-alice", true);
	assert_int_equal(link_set_up(fixture->nl, fixture->link.index, 1500, &err), -1);
	assert_non_null(strstr(err.text, "does not keep addrgenmode none"));
}

/* Also where the kernel lacks the discipline: then the device keeps its own. */
static void packets_that_wait_are_ordered_where_the_kernel_can(void **state)
{
	struct link_fixture *fixture = *state;
	const int index = fixture->link.index;
	struct error err;
	struct link before, link;
	bool orders;

	netns_up("sp-alice", true);
	assert_int_equal(link_get(fixture->nl, "sp-alice", &before, &err), 0);
	assert_string_not_equal(before.queue, "");
	assert_int_equal(before.queue_length, 500);
	assert_int_equal(link_set_queue(fixture->nl, index, 123, &orders, &err), 0);
	assert_int_equal(link_get(fixture->nl, "sp-alice", &link, &err), 0);
	assert_int_equal(link.queue_length, 123);
	assert_string_equal(link.queue, orders ? "fq_codel" : before.queue);
	/* and once more, as a device that is taken hold of again */
	assert_int_equal(link_set_queue(fixture->nl, index, 500, &orders, &err), 0);
	assert_int_equal(link_get(fixture->nl, "sp-alice", &link, &err), 0);
	assert_int_equal(link.queue_length, 500);
}

static void a_queue_that_is_not_as_it_was_set_is_no_success(void **state)
{
	struct link_fixture *fixture = *state;
	struct error err;
	bool orders;

	lost = RTM_NEWLINK;
	assert_int_equal(
	    link_set_queue(fixture->nl, fixture->link.index, 123, &orders, &err), -1);
	assert_non_null(strstr(err.text, "does not keep its queue's length: it is 500"));
	lost = RTM_NEWQDISC;
	assert_int_equal(
	    link_set_queue(fixture->nl, fixture->link.index, 123, &orders, &err), -1);
	assert_non_null(strstr(err.text, "does not keep its queue discipline"));
	lost = 0;
	assert_int_equal(
	    link_set_queue(fixture->nl, fixture->link.index + 100, 123, &orders, &err), -1);
	assert_int_equal(err.sys, ENODEV);
}

static void an_address_that_is_not_there_is_no_success(void **state)
{
	const struct link_pair pairs[] = {link_pair_of("10.9.0.1", "10.9.0.2"),
					  link_pair_of("fd00:9::1", "fd00:9::2")};
	struct link_fixture *fixture = *state;
	struct error err;

	netns_up("sp-alice", true);
	lost = RTM_NEWADDR;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		assert_int_equal(
		    link_add_pair(fixture->nl, fixture->link.index, &pairs[i], &err), -1);
		assert_non_null(strstr(err.text, "does not keep the address"));
	}
}

static void a_route_that_is_not_there_is_no_success(void **state)
{
	struct link_fixture *fixture = *state;
	const struct link_route routes[] = {
	    {fixture->link.index, netns_prefix("192.0.2.0/24")},
	    {fixture->link.index, netns_prefix("2001:db8::/32")}};
	struct error err;
	bool added = true;

	netns_up("sp-alice", true);
	lost = RTM_NEWROUTE;
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
		assert_int_equal(route_add_new(fixture->nl, &routes[i], &added, &err), -1);
		assert_false(added);
		assert_non_null(strstr(err.text, "was added, but is missing"));
	}
}

#define WITH_SET_UP(test)                                                                  \
	cmocka_unit_test_setup_teardown(test, set_up, link_fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_SET_UP(everything_is_set),
	    WITH_SET_UP(an_mtu_too_small_for_ipv6_is_set),
	    WITH_SET_UP(ipv6_that_is_switched_off_is_told),
	    WITH_SET_UP(a_kernel_without_ipv6_carries_ipv4),
	    WITH_SET_UP(a_link_that_is_not_set_up_is_no_success),
	    WITH_SET_UP(packets_that_wait_are_ordered_where_the_kernel_can),
	    WITH_SET_UP(a_queue_that_is_not_as_it_was_set_is_no_success),
	    WITH_SET_UP(an_address_that_is_not_there_is_no_success),
	    WITH_SET_UP(a_route_that_is_not_there_is_no_success),
	};

	/* Before any socket is opened; the network ends with this process. */
	if (netns_enter() < 0) {
		perror("no network of its own (root is needed)");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
