/* SPDX-License-Identifier: ISC */
#include "tests/unit/netns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <net/if.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <linux/ipv6.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { ASLEEP_POLLS = 30000, ASLEEP_POLL_MS = 1, DUMP_BUFFER = 32 * 1024, NAME_SIZE = 16 };

/* Where a dump is written to. */
struct listing {
	char *text;
	size_t used;
	sa_family_t family;
	unsigned index;
	uint8_t scope;
};

static void request_ifreq(const char *name, struct ifreq *request)
{
	memset(request, 0, sizeof *request);
	assert_true(strlen(name) < sizeof request->ifr_name);
	memcpy(request->ifr_name, name, strlen(name) + 1);
}

static void do_ioctl(unsigned long number, struct ifreq *request)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(ioctl(fd, number, request), 0);
	close(fd);
}

int netns_enter(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		return -1;
	netns_up("lo", true);
	return 0;
}

int netns_tun(const char *name, int type)
{
	struct ifreq request;
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	request_ifreq(name, &request);
	request.ifr_flags = IFF_TUN | IFF_NO_PI;
	assert_int_equal(ioctl(fd, TUNSETIFF, &request), 0);
	assert_int_equal(ioctl(fd, TUNSETLINK, type), 0);
	return fd;
}

void netns_tun_carrier(int tun, bool on)
{
	int carrier = on;

	assert_int_equal(ioctl(tun, TUNSETCARRIER, &carrier), 0);
}

void netns_up(const char *name, bool up)
{
	struct ifreq request;

	request_ifreq(name, &request);
	do_ioctl(SIOCGIFFLAGS, &request);
	request.ifr_flags =
	    (short)(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
	do_ioctl(SIOCSIFFLAGS, &request);
}

static void set_address(const char *name, unsigned long number, const char *text)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct ip_addr addr = netns_address(text);
	struct ifreq request;

	memcpy(&address.sin_addr, addr.bytes, sizeof address.sin_addr);
	request_ifreq(name, &request);
	memcpy(&request.ifr_addr, &address, sizeof address);
	do_ioctl(number, &request);
}

void netns_pair(const char *name, const char *local, const char *remote)
{
	set_address(name, SIOCSIFADDR, local);
	set_address(name, SIOCSIFDSTADDR, remote);
	set_address(name, SIOCSIFNETMASK, "255.255.255.255");
}

void netns_address6(const char *name, const char *address)
{
	struct in6_ifreq request = {.ifr6_prefixlen = 128,
				    .ifr6_ifindex = (int)if_nametoindex(name)};
	struct ip_addr addr = netns_address(address);
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	memcpy(&request.ifr6_addr, addr.bytes, sizeof request.ifr6_addr);
	assert_int_equal(ioctl(fd, SIOCSIFADDR, &request), 0);
	close(fd);
}

struct ip_prefix netns_prefix(const char *text)
{
	struct ip_prefix prefix;
	const char *why = "";

	if (ip_prefix_parse(text, &prefix, &why) < 0)
		fail_msg("%s: %s", text, why);
	return prefix;
}

struct ip_addr netns_address(const char *text)
{
	struct ip_addr addr;
	const char *why = "";

	if (ip_addr_parse(text, &addr, &why) < 0)
		fail_msg("%s: %s", text, why);
	return addr;
}

/* Sends the request on a socket of its own and hands every message to read. */
static void talk(struct nlmsghdr *message, mnl_cb_t read, void *data)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	char *buffer = test_malloc(DUMP_BUFFER);
	ssize_t len;
	int more = MNL_CB_OK;

	assert_non_null(socket);
	assert_int_equal(mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID), 0);
	message->nlmsg_seq = 1;
	assert_true(mnl_socket_sendto(socket, message, message->nlmsg_len) > 0);
	while (more == MNL_CB_OK) {
		len = mnl_socket_recvfrom(socket, buffer, DUMP_BUFFER);
		assert_true(len > 0);
		more = mnl_cb_run(buffer, (size_t)len, 1, mnl_socket_get_portid(socket),
				  read, data);
	}
	assert_int_equal(more, MNL_CB_STOP);
	test_free(buffer);
	mnl_socket_close(socket);
}

void netns_add_route(const struct netns_route *route)
{
	char buffer[512];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct rtmsg *body = mnl_nlmsg_put_extra_header(message, sizeof *body);
	struct ip_prefix prefix = netns_prefix(route->prefix);
	size_t size = prefix.addr.family == AF_INET6 ? 16 : 4;

	message->nlmsg_type = RTM_NEWROUTE;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
	body->rtm_family = (uint8_t)prefix.addr.family;
	body->rtm_dst_len = prefix.len;
	body->rtm_table = RT_TABLE_MAIN;
	body->rtm_protocol = route->protocol;
	body->rtm_scope = route->gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	body->rtm_type = RTN_UNICAST;
	mnl_attr_put(message, RTA_DST, size, prefix.addr.bytes);
	mnl_attr_put_u32(message, RTA_OIF, if_nametoindex(route->device));
	if (route->metric)
		mnl_attr_put_u32(message, RTA_PRIORITY, route->metric);
	if (route->gateway) {
		struct ip_addr gateway = netns_address(route->gateway);

		mnl_attr_put(message, RTA_GATEWAY, size, gateway.bytes);
	}
	talk(message, NULL, NULL);
}

static const struct nlattr *attribute(const struct nlmsghdr *message, size_t size,
				      uint16_t type)
{
	const struct nlattr *each;

	mnl_attr_for_each(each, message, size)
	{
		if (mnl_attr_get_type(each) == type)
			return each;
	}
	return NULL;
}

static struct ip_addr address_of(const struct nlattr *value, sa_family_t family)
{
	struct ip_addr addr = {.family = family};

	if (value)
		memcpy(addr.bytes, mnl_attr_get_payload(value),
		       family == AF_INET6 ? 16 : 4);
	return addr;
}

static void append(struct listing *list, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void append(struct listing *list, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(list->text + list->used, NETNS_TEXT_MAX - list->used, fmt, args);
	va_end(args);
	assert_true(len >= 0 && (size_t)len < NETNS_TEXT_MAX - list->used);
	list->used += (size_t)len;
}

static int list_route(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *oif = attribute(message, sizeof *body, RTA_OIF),
			    *metric = attribute(message, sizeof *body, RTA_PRIORITY),
			    *gateway = attribute(message, sizeof *body, RTA_GATEWAY);
	struct listing *list = data;
	struct ip_prefix prefix = {.len = body->rtm_dst_len};
	struct ip_addr via = address_of(gateway, body->rtm_family);
	char name[NAME_SIZE] = "-", text[PREFIX_TEXT_MAX];

	if (body->rtm_table != RT_TABLE_MAIN || body->rtm_family != list->family ||
	    body->rtm_protocol == RTPROT_KERNEL)
		return MNL_CB_OK;
	prefix.addr =
	    address_of(attribute(message, sizeof *body, RTA_DST), body->rtm_family);
	if (oif)
		if_indextoname(mnl_attr_get_u32(oif), name);
	append(list, "%s dev %s proto %u scope %u metric %u",
	       ip_prefix_print(&prefix, text), name, body->rtm_protocol, body->rtm_scope,
	       metric ? mnl_attr_get_u32(metric) : 0);
	if (gateway)
		append(list, " via %s", ip_addr_print(&via, text));
	append(list, "\n");
	return MNL_CB_OK;
}

const char *netns_routes(sa_family_t family, char text[NETNS_TEXT_MAX])
{
	struct listing list = {.text = text, .family = family};
	char buffer[64];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct rtmsg *body = mnl_nlmsg_put_extra_header(message, sizeof *body);

	text[0] = '\0';
	message->nlmsg_type = RTM_GETROUTE;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	body->rtm_family = (uint8_t)family;
	talk(message, list_route, &list);
	return text;
}

static int list_address(const struct nlmsghdr *message, void *data)
{
	const struct ifaddrmsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *local = attribute(message, sizeof *body, IFA_LOCAL),
			    *remote = attribute(message, sizeof *body, IFA_ADDRESS);
	struct ip_addr here = address_of(local ? local : remote, AF_INET6),
		       there = address_of(remote, AF_INET6);
	struct listing *list = data;
	char first[ADDRESS_TEXT_MAX], second[ADDRESS_TEXT_MAX];

	if (body->ifa_family != AF_INET6 || body->ifa_index != list->index ||
	    body->ifa_scope != list->scope)
		return MNL_CB_OK;
	append(list, "%s peer %s/%u flags %#x\n", ip_addr_print(&here, first),
	       ip_addr_print(&there, second), body->ifa_prefixlen, body->ifa_flags);
	return MNL_CB_OK;
}

const char *netns_addresses6(const char *device, uint8_t scope, char text[NETNS_TEXT_MAX])
{
	struct listing list = {
	    .text = text, .index = if_nametoindex(device), .scope = scope};
	char buffer[64];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ifaddrmsg *body = mnl_nlmsg_put_extra_header(message, sizeof *body);

	text[0] = '\0';
	message->nlmsg_type = RTM_GETADDR;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	body->ifa_family = AF_INET6;
	talk(message, list_address, &list);
	return text;
}

/* The letter of proc_pid_stat(5) behind the command's name, or 0. */
static char process_state(int pid)
{
	char path[64], text[512];
	const char *end = NULL;
	ssize_t len;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	len = read(fd, text, sizeof text - 1);
	close(fd);
	if (len > 0) {
		text[len] = '\0';
		end = strrchr(text, ')');
	}
	return end && end[1] ? end[2] : '\0';
}

void netns_wait_asleep(int pid)
{
	/* The kernel tells nobody that a process has fallen asleep: it has to be asked. */
	for (int i = 0; i < ASLEEP_POLLS; i++) {
		if (process_state(pid) == 'S')
			return;
		poll(NULL, 0, ASLEEP_POLL_MS);
	}
	fail_msg("process %d does not come to rest", pid);
}
