/* SPDX-License-Identifier: ISC */
/* agent/net/netlink.c: what it makes of answers that are late, lost, forged, cut or
 * overtaken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "agent/net/netlink_talk.h"
#include "tests/unit/link_fixture.h"

enum {
	PATIENCE_MS = 5000,
	MANY_ADDRESSES = 800, /* more than one datagram of a dump */
	FLOOD = 200,
};

/* A subscribed socket with no room for what is to come. */
static struct netlink *open_narrow(void)
{
	struct netlink *events = netlink_open_groups(RTMGRP_LINK, NULL);
	int size = 1; /* the kernel takes its minimum */

	assert_non_null(events);
	assert_int_equal(setsockopt(netlink_descriptor(events), SOL_SOCKET, SO_RCVBUF,
				    &size, sizeof size),
			 0);
	return events;
}

static void drain_survives_lost_events(void **state)
{
	struct netlink *events = open_narrow(), *witness = open_narrow();
	struct error err;
	char byte;

	(void)state;
	for (int i = 0; i < FLOOD; i++)
		netns_up("sp-alice", i % 2 == 0);
	assert_int_equal(recv(netlink_descriptor(witness), &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, ENOBUFS);
	assert_int_equal(netlink_drain(events, &err), 0);
	assert_int_equal(recv(netlink_descriptor(events), &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
	netlink_close(events);
	netlink_close(witness);
}

/* Changes the table during the first pass; found counts the messages of one pass. */
struct disturbance {
	unsigned passes;
	bool disturbed;
};

static int read_and_disturb(const struct nlmsghdr *message, const void *want, void *found,
			    struct error *err)
{
	struct disturbance *disturbance = *(struct disturbance *const *)want;
	unsigned *count = found;

	(void)err;
	assert_int_equal(message->nlmsg_type, RTM_NEWADDR);
	if ((*count)++ > 0)
		return 0;
	disturbance->passes++;
	if (!disturbance->disturbed) {
		disturbance->disturbed = true;
		netns_pair("sp-alice", "10.7.0.1", "10.7.0.2");
	}
	return 0;
}

static void add_addresses(struct link_fixture *fixture)
{
	struct error err;

	for (int i = 0; i < MANY_ADDRESSES; i++) {
		struct ifaddrmsg *body = netlink_begin(
		    fixture->nl, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof *body);
		struct ip_addr addr = netns_address("10.6.0.0");

		addr.bytes[2] = (uint8_t)(i / 250);
		addr.bytes[3] = (uint8_t)(i % 250 + 1);
		body->ifa_family = AF_INET;
		body->ifa_prefixlen = 32;
		body->ifa_index = (uint32_t)fixture->link.index;
		netlink_put_address(fixture->nl, IFA_LOCAL, &addr);
		assert_int_equal(netlink_change(fixture->nl, "add an address", &err), 0);
	}
}

/* NLM_F_DUMP_INTR: a dump that the table changed under is thrown away and begun again. */
static void an_interrupted_dump_is_repeated(void **state)
{
	struct disturbance disturbance = {.passes = 0}, *want = &disturbance;
	struct link_fixture *fixture = *state;
	unsigned count = 0;
	const struct netlink_query query = {.read = read_and_disturb,
					    .want = &want,
					    .found = &count,
					    .found_size = sizeof count};
	struct error err;
	struct ifaddrmsg *body;

	netns_up("sp-alice", true);
	add_addresses(fixture);
	body = netlink_begin(fixture->nl, RTM_GETADDR, NLM_F_DUMP, sizeof *body);
	body->ifa_family = AF_INET;
	assert_int_equal(netlink_ask(fixture->nl, &query, "read addresses", &err), 0);
	assert_int_equal(disturbance.passes, 2);
	/* Those of the second pass alone: ours, of which one was exchanged, and lo's. */
	assert_int_equal(count, MANY_ADDRESSES + 1);
}

/* Answers to a question that nobody waits for any more are passed over. */
static void a_stale_answer_is_ignored(void **state)
{
	struct link_fixture *fixture = *state;
	struct ifinfomsg *body;
	struct error err;
	struct link link;

	body = netlink_begin(fixture->nl, RTM_GETLINK, 0, sizeof *body);
	body->ifi_index = fixture->link.index;
	fixture->nl->request.header.nlmsg_seq = fixture->nl->sequence + 1000;
	assert_true(mnl_socket_sendto(fixture->nl->socket, &fixture->nl->request,
				      fixture->nl->request.header.nlmsg_len) > 0);
	assert_int_equal(link_get(fixture->nl, "lo", &link, &err), 0);
	assert_string_equal(link.name, "lo");
}

/* Another process that guesses port and sequence does not speak for the kernel. */
static void a_forged_answer_is_ignored(void **state)
{
	struct link_fixture *fixture = *state;
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} forged = {.header = {.nlmsg_len = sizeof forged,
			       .nlmsg_type = NLMSG_ERROR,
			       .nlmsg_seq = fixture->nl->sequence + 1,
			       .nlmsg_pid = mnl_socket_get_portid(fixture->nl->socket)},
		    .error = {.error = -EPERM}};
	const struct sockaddr_nl to = {.nl_family = AF_NETLINK,
				       .nl_pid = forged.header.nlmsg_pid};
	struct netlink *forger = netlink_open(NULL);
	struct error err;
	struct link link;

	assert_non_null(forger);
	assert_int_equal(sendto(netlink_descriptor(forger), &forged, sizeof forged, 0,
				(const struct sockaddr *)&to, sizeof to),
			 sizeof forged);
	assert_int_equal(link_get(fixture->nl, "lo", &link, &err), 0);
	netlink_close(forger);
}

/* A verdict that never comes ends the waiting. */
static void a_lost_answer_ends_in_time(void **state)
{
	const struct timeval patience = {.tv_usec = 50 * 1000};
	struct link_fixture *fixture = *state;
	struct error err;
	int64_t begin = monotonic_ms();

	assert_int_equal(setsockopt(netlink_descriptor(fixture->nl), SOL_SOCKET,
				    SO_RCVTIMEO, &patience, sizeof patience),
			 0);
	/* The kernel passes a no-op over, and without NLM_F_ACK in silence. */
	netlink_begin(fixture->nl, NLMSG_NOOP, 0, 0);
	fixture->nl->request.header.nlmsg_flags = NLM_F_REQUEST;
	assert_int_equal(netlink_change(fixture->nl, "do nothing", &err), -1);
	assert_int_equal(fixture->nl->sys, ETIMEDOUT);
	assert_in_range(monotonic_ms() - begin, 40, PATIENCE_MS);
}

/* A message of one family header and two attributes, to be damaged. */
static struct nlmsghdr *sample(char buffer[256])
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	mnl_nlmsg_put_extra_header(message, sizeof(struct rtmsg));
	mnl_attr_put_u32(message, RTA_OIF, 7);
	mnl_attr_put_u32(message, RTA_PRIORITY, 9);
	return message;
}

static void attributes_are_checked_to_the_last_byte(void **state)
{
	const struct nlattr *table[RTA_MAX + 1];
	char buffer[256];
	struct nlmsghdr *message = sample(buffer);
	const uint32_t whole = message->nlmsg_len;
	struct error err;
	uint32_t value = 0;

	(void)state;
	assert_int_equal(
	    netlink_attributes(message, sizeof(struct rtmsg), table, RTA_MAX, &err), 0);
	assert_int_equal(netlink_value(table[RTA_OIF], &value, sizeof value, &err), 0);
	assert_int_equal(value, 7);
	assert_null(table[RTA_DST]);
	/* A type above the table's end is not written behind it. */
	assert_int_equal(
	    netlink_attributes(message, sizeof(struct rtmsg), table, RTA_OIF, &err), 0);
	/* Cut anywhere but between attributes (lengths are rounded up to 4). */
	for (uint32_t len = NLMSG_HDRLEN; len < whole; len += 4) {
		bool between = len == whole - 8 || len == whole - 16;

		message->nlmsg_len = len;
		assert_int_equal(
		    netlink_attributes(message, sizeof(struct rtmsg), table, RTA_MAX, &err),
		    between ? 0 : -1);
	}
}

static void values_have_their_exact_size(void **state)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	const struct nlattr *table[RTA_DST + 1];
	struct ip_addr addr;
	struct error err;
	uint64_t wide = 5;
	uint16_t narrow = 5;

	(void)state;
	mnl_attr_put_u32(message, RTA_DST, 7);
	assert_int_equal(netlink_attributes(message, 0, table, RTA_DST, &err), 0);
	assert_int_equal(netlink_value(table[RTA_DST], &wide, sizeof wide, &err), -1);
	assert_int_equal(err.sys, EPROTO);
	assert_int_equal(netlink_value(table[RTA_DST], &narrow, sizeof narrow, &err), -1);
	assert_int_equal(netlink_value(NULL, &wide, sizeof wide, &err), 0);
	assert_int_equal(wide, 5);
	assert_int_equal(netlink_address(table[RTA_DST], AF_INET, &addr, &err), 0);
	assert_int_equal(netlink_address(table[RTA_DST], AF_INET6, &addr, &err), -1);
	assert_int_equal(netlink_address(NULL, AF_INET6, &addr, &err), 0);
	assert_int_equal(addr.family, AF_UNSPEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_LINK(drain_survives_lost_events),
	    WITH_LINK(an_interrupted_dump_is_repeated),
	    WITH_LINK(a_stale_answer_is_ignored),
	    WITH_LINK(a_forged_answer_is_ignored),
	    WITH_LINK(a_lost_answer_ends_in_time),
	    cmocka_unit_test(attributes_are_checked_to_the_last_byte),
	    cmocka_unit_test(values_have_their_exact_size),
	};

	/* Before any socket is opened; the network ends with this process. */
	if (netns_enter() < 0) {
		perror("no network of its own (root is needed)");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
