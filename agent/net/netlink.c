/* SPDX-License-Identifier: ISC */
/*
 * Requests, verdicts and dumps over NETLINK_ROUTE: see netlink(7), and
 * Documentation/userspace-api/netlink/intro.rst of the kernel for acknowledgements,
 * extended acknowledgements and interrupted dumps.
 */
#include "agent/confine/missing.h"
#include "agent/net/netlink_talk.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "policy/language/escape.h"

/* rtnetlink(7) has no name for it as a bit. */
#define RTMGRP_IPV6_RULE (1U << (RTNLGRP_IPV6_RULE - 1))

enum {
	KERNEL_TEXT_MAX = 128,	 /* of an extended acknowledgement, escaped */
	DRAIN_DATAGRAMS_MAX = 64 /* at a time, so that a flood cannot hide the deadline */
};

size_t netlink_address_size(sa_family_t family)
{
	return family == AF_INET6 ? 16 : 4;
}

static int set_options(struct netlink *nl, bool requests)
{
	const struct timeval patience = {.tv_sec = NETLINK_ANSWER_MS / 1000,
					 .tv_usec = NETLINK_ANSWER_MS % 1000 * 1000L};
	int fd = mnl_socket_get_fd(nl->socket), on = 1;

	if (!requests)
		return 0;
	/* Features of newer kernels that nothing below relies on: text with an errno,
	 * answers without a copy of the request, dumps of one table or one interface. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
	/* Do not wait for ever for a verdict that was lost. */
	return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

struct netlink *netlink_open_protocol(int protocol, unsigned groups, struct error *err)
{
	struct netlink *nl = calloc(1, sizeof *nl);

	if (!nl) {
		error_sys(err, errno, "cannot open a netlink socket");
		return NULL;
	}
	nl->socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	if (!nl->socket || mnl_socket_bind(nl->socket, groups, MNL_SOCKET_AUTOPID) < 0 ||
	    set_options(nl, groups == 0) < 0) {
		missing_call(errno, "socket", "cannot open a netlink socket", err);
		netlink_close(nl);
		return NULL;
	}
	return nl;
}

struct netlink *netlink_open_groups(unsigned groups, struct error *err)
{
	return netlink_open_protocol(NETLINK_ROUTE, groups, err);
}

struct netlink *netlink_open(struct error *err)
{
	return netlink_open_groups(0, err);
}

struct netlink *netlink_watch(struct error *err)
{
	return netlink_open_groups(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
				       RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE |
				       RTMGRP_IPV4_RULE | RTMGRP_IPV6_RULE,
				   err);
}

void netlink_close(struct netlink *nl)
{
	if (nl && nl->socket)
		mnl_socket_close(nl->socket);
	free(nl);
}

int netlink_descriptor(const struct netlink *nl)
{
	return mnl_socket_get_fd(nl->socket);
}

void *netlink_begin(struct netlink *nl, uint16_t type, uint16_t flags, size_t body_size)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(nl->request.bytes);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	/* A dump ends with NLMSG_DONE; any other request asks for an acknowledgement. */
	if ((flags & NLM_F_DUMP) != NLM_F_DUMP)
		message->nlmsg_flags |= NLM_F_ACK;
	return mnl_nlmsg_put_extra_header(message, body_size);
}

void netlink_put(struct netlink *nl, uint16_t type, const void *value, size_t size)
{
	/* No request comes near the buffer's size, so there is no error to return. If one
	 * did, the attribute would be missing and the kernel would refuse it. */
	mnl_attr_put_check(&nl->request.header, sizeof nl->request, type, size, value);
}

void netlink_put_address(struct netlink *nl, uint16_t type, const struct ip_addr *addr)
{
	netlink_put(nl, type, addr->bytes, netlink_address_size(addr->family));
}

int netlink_malformed(struct error *err)
{
	return error_code(err, EPROTO, "a netlink message is malformed");
}

int netlink_attributes(const struct nlmsghdr *message, size_t body_size,
		       const struct nlattr **table, unsigned max, struct error *err)
{
	const char *end = mnl_nlmsg_get_payload_tail(message);
	const struct nlattr *attribute;

	/* NOLINTNEXTLINE(bugprone-sizeof-expression): a table of pointers */
	memset(table, 0, (max + 1) * sizeof *table);
	if (mnl_nlmsg_get_payload_len(message) < body_size)
		return netlink_malformed(err);
	attribute = mnl_nlmsg_get_payload_offset(message, body_size);
	while (mnl_attr_ok(attribute, (int)(end - (const char *)attribute))) {
		if (mnl_attr_get_type(attribute) <= max)
			table[mnl_attr_get_type(attribute)] = attribute;
		attribute = mnl_attr_next(attribute);
	}
	/* The loop stops at the first attribute that does not fit; that must be the end. */
	return (const char *)attribute == end ? 0 : netlink_malformed(err);
}

int netlink_value(const struct nlattr *attribute, void *value, size_t size,
		  struct error *err)
{
	if (!attribute)
		return 0;
	if (mnl_attr_get_payload_len(attribute) != size)
		return netlink_malformed(err);
	memcpy(value, mnl_attr_get_payload(attribute), size);
	return 0;
}

int netlink_address(const struct nlattr *attribute, sa_family_t family,
		    struct ip_addr *addr, struct error *err)
{
	memset(addr, 0, sizeof *addr);
	addr->family = attribute ? family : AF_UNSPEC;
	return netlink_value(attribute, addr->bytes, netlink_address_size(family), err);
}

/* One datagram that the kernel sent. -1 with errno. */
static ssize_t receive(struct netlink *nl, int flags)
{
	struct sockaddr_nl from;
	struct iovec iov = {.iov_base = nl->answer.bytes, .iov_len = sizeof nl->answer};
	struct msghdr msg = {.msg_name = &from, .msg_iov = &iov, .msg_iovlen = 1};
	ssize_t len;

	do {
		msg.msg_namelen = sizeof from;
		len = recvmsg(mnl_socket_get_fd(nl->socket), &msg, flags);
		if (len < 0 && errno != EINTR)
			return -1;
		/* Any process may write to this socket; the kernel is port 0. */
	} while (len < 0 || msg.msg_namelen != sizeof from || from.nl_pid != 0);

	if (msg.msg_flags & MSG_TRUNC) {
		errno = EMSGSIZE;
		return -1;
	}
	return len;
}

int netlink_drain(struct netlink *nl, struct error *err)
{
	for (int i = 0; i < DRAIN_DATAGRAMS_MAX; i++) {
		if (receive(nl, MSG_DONTWAIT) >= 0)
			continue;
		if (errno == EAGAIN)
			return 0;
		/* ENOBUFS: events were lost, EMSGSIZE: one was cut. Something happened,
		 * and that is all a caller who looks again needs. */
		if (errno != ENOBUFS && errno != EMSGSIZE)
			return error_sys(err, errno, "cannot read netlink events");
	}
	return 0;
}

/* The kernel's own text, quoted. It follows the struct nlmsgerr, and the copy of the
 * request unless NLM_F_CAPPED says that this was left out. */
static void kernel_text(const struct nlmsghdr *message, char text[KERNEL_TEXT_MAX])
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);
	size_t skip = sizeof *error;
	const struct nlattr *table[NLMSGERR_ATTR_MSG + 1];

	text[0] = '\0';
	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(message->nlmsg_flags & NLM_F_CAPPED)) {
		if (error->msg.nlmsg_len < sizeof error->msg ||
		    error->msg.nlmsg_len > NETLINK_REQUEST_MAX)
			return;
		skip += NLMSG_ALIGN(error->msg.nlmsg_len) - sizeof error->msg;
	}
	if (netlink_attributes(message, skip, table, NLMSGERR_ATTR_MSG, NULL) != 0 ||
	    !table[NLMSGERR_ATTR_MSG])
		return;
	escape_quoted(mnl_attr_get_payload(table[NLMSGERR_ATTR_MSG]),
		      strnlen(mnl_attr_get_payload(table[NLMSGERR_ATTR_MSG]),
			      mnl_attr_get_payload_len(table[NLMSGERR_ATTR_MSG])),
		      text, KERNEL_TEXT_MAX);
}

/* The end of an answer: NLMSG_ERROR or NLMSG_DONE, both begin with a negative errno or 0.
 */
static int read_end(struct netlink *nl, const struct nlmsghdr *message, const char *what,
		    struct error *err)
{
	char text[KERNEL_TEXT_MAX] = "";
	int code;

	if (mnl_nlmsg_get_payload_len(message) <
	    (message->nlmsg_type == NLMSG_ERROR ? sizeof(struct nlmsgerr) : sizeof code)) {
		nl->sys = EPROTO;
		return netlink_malformed(err);
	}
	memcpy(&code, mnl_nlmsg_get_payload(message), sizeof code);
	if (code == 0)
		return 0;
	/* A positive number would be no errno; INT_MIN has no negative. */
	nl->sys = code < 0 && code >= -4095 ? -code : EPROTO;
	if (message->nlmsg_type == NLMSG_ERROR)
		kernel_text(message, text);
	if (text[0])
		return error_sys(err, nl->sys, "cannot %s (%s)", what, text);
	return error_sys(err, nl->sys, "cannot %s", what);
}

/* 1: the answer has ended well; 0: more is to come; -1: it failed. */
static int read_datagram(struct netlink *nl, size_t len, const struct netlink_query *query,
			 const char *what, struct error *err)
{
	const struct nlmsghdr *message = &nl->answer.header;
	int left = (int)len;

	for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
		/* Left over from an exchange that was given up. */
		if (message->nlmsg_seq != nl->sequence ||
		    message->nlmsg_pid != mnl_socket_get_portid(nl->socket))
			continue;
		if (message->nlmsg_flags & NLM_F_DUMP_INTR)
			nl->interrupted = true;
		switch (message->nlmsg_type) {
		case NLMSG_ERROR:
		case NLMSG_DONE:
			return read_end(nl, message, what, err) != 0 ? -1 : 1;
		case NLMSG_OVERRUN:
			nl->interrupted = true;
			break;
		case NLMSG_NOOP:
			break;
		default:
			if (query &&
			    query->read(message, query->want, query->found, err) < 0) {
				nl->sys = EPROTO;
				return -1;
			}
		}
	}
	if (left != 0) {
		nl->sys = EPROTO;
		return netlink_malformed(err);
	}
	return 0;
}

static int exchange(struct netlink *nl, const struct netlink_query *query, const char *what,
		    struct error *err)
{
	struct nlmsghdr *message = &nl->request.header;
	ssize_t len;
	int state = 0;

	message->nlmsg_seq = ++nl->sequence;
	message->nlmsg_pid = mnl_socket_get_portid(nl->socket);
	nl->interrupted = false;
	nl->sys = 0;
	if (query)
		memset(query->found, 0, query->found_size);
	/* Not mnl_socket_sendto(), which passes the kernel's address: the filter allows no
	 * address, and without one it goes to the kernel. */
	if (send(netlink_descriptor(nl), message, message->nlmsg_len, 0) < 0) {
		nl->sys = errno;
		return error_sys(err, nl->sys, "cannot %s", what);
	}
	while (state == 0) {
		len = receive(nl, 0);
		if (len >= 0) {
			state = read_datagram(nl, (size_t)len, query, what, err);
		} else if (errno == ENOBUFS) {
			/* Part of the answer is lost: read to its end, then ask again. */
			nl->interrupted = true;
		} else {
			nl->sys = errno == EAGAIN ? ETIMEDOUT : errno;
			return error_sys(err, nl->sys, "cannot %s", what);
		}
	}
	return state < 0 ? -1 : 0;
}

int netlink_change(struct netlink *nl, const char *what, struct error *err)
{
	return exchange(nl, NULL, what, err);
}

int netlink_ask(struct netlink *nl, const struct netlink_query *query, const char *what,
		struct error *err)
{
	for (int i = 0; i < NETLINK_TRIES_MAX; i++) {
		if (exchange(nl, query, what, err) != 0)
			return -1;
		if (!nl->interrupted)
			return 0;
	}
	nl->sys = EBUSY;
	return error_code(err, EBUSY, "cannot %s: it changes faster than it can be read",
			  what);
}
