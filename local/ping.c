/* SPDX-License-Identifier: ISC */
#include "local/ping.h"

#include <errno.h>
#include <limits.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/deadline.h"

enum {
	V4,
	V6,
	TOKEN_SIZE = 16,
	ECHO_HEADER = 8,
	PACKET_MAX = PING_LARGEST + 1,
	CONTROL_MAX = 512,
	IP_HEADER_LEAST = 20,
};

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static int open_one(int family, int protocol, bool *raw)
{
	const int domain = family == V4 ? AF_INET : AF_INET6;
	int fd = socket(domain, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

	*raw = fd >= 0;
	return fd >= 0
		   ? fd
		   : socket(domain, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}

void ping_open(struct ping_sockets *sockets)
{
	sockets->fds[V4] = open_one(V4, IPPROTO_ICMP, &sockets->raw[V4]);
	sockets->fds[V6] = open_one(V6, IPPROTO_ICMPV6, &sockets->raw[V6]);
}

void ping_close(struct ping_sockets *sockets)
{
	for (size_t i = 0; i < 2; i++)
		if (sockets->fds[i] >= 0)
			close(sockets->fds[i]);
	sockets->fds[V4] = sockets->fds[V6] = -1;
}

static socklen_t make_address(const struct ip_addr *from, union address *out)
{
	*out = (union address){.any.sa_family = (sa_family_t)from->family};
	if (from->family == AF_INET) {
		memcpy(&out->four.sin_addr, from->bytes, sizeof out->four.sin_addr);
		return sizeof out->four;
	}
	memcpy(&out->six.sin6_addr, from->bytes, sizeof out->six.sin6_addr);
	return sizeof out->six;
}

static struct ip_addr read_address(const union address *from)
{
	struct ip_addr out = {.family = from->any.sa_family};

	if (out.family == AF_INET)
		memcpy(out.bytes, &from->four.sin_addr, sizeof from->four.sin_addr);
	else if (out.family == AF_INET6)
		memcpy(out.bytes, &from->six.sin6_addr, sizeof from->six.sin6_addr);
	else
		out.family = AF_UNSPEC;
	return out;
}

/* RFC 1071; of IPv6 the kernel fills it in. */
static uint16_t checksum(const unsigned char *bytes, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

struct flight {
	int fd;
	int family;
	bool raw;
	const struct ping_shot *shot;
	union address to;
	socklen_t to_len;
	unsigned char token[TOKEN_SIZE];
	size_t header, len;
};

static void set_options(const struct flight *flight)
{
	const bool four = flight->family == V4;
	const int level = four ? IPPROTO_IP : IPPROTO_IPV6, on = 1,
		  ttl = flight->shot->ttl > 0 ? (int)flight->shot->ttl : 64,
		  probe = IP_PMTUDISC_PROBE;

	_Static_assert(IP_PMTUDISC_PROBE == IPV6_PMTUDISC_PROBE, "one number for both");
	(void)setsockopt(flight->fd, level, four ? IP_RECVERR : IPV6_RECVERR, &on,
			 sizeof on);
	(void)setsockopt(flight->fd, level, four ? IP_TTL : IPV6_UNICAST_HOPS, &ttl,
			 sizeof ttl);
	(void)setsockopt(flight->fd, level, four ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER,
			 &probe, sizeof probe);
}

/* What is left of an earlier flight. */
static void drain(const struct flight *flight)
{
	unsigned char byte;
	int rounds = INT16_MAX;

	while (rounds-- > 0 &&
	       (recv(flight->fd, &byte, 1, MSG_DONTWAIT) >= 0 ||
		recv(flight->fd, &byte, 1, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0))
		;
}

static int launch(struct flight *flight, unsigned number)
{
	unsigned char packet[PACKET_MAX];
	uint16_t sum;

	memset(packet, 0, flight->len);
	packet[0] = flight->family == V4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
	memcpy(packet + 4, flight->token, 2);
	packet[6] = (unsigned char)(number >> 8);
	packet[7] = (unsigned char)number;
	if (flight->len >= ECHO_HEADER + TOKEN_SIZE)
		memcpy(packet + ECHO_HEADER, flight->token, TOKEN_SIZE);
	if (flight->family == V4) {
		sum = checksum(packet, flight->len);
		packet[2] = (unsigned char)(sum >> 8);
		packet[3] = (unsigned char)sum;
	}
	return sendto(flight->fd, packet, flight->len, MSG_NOSIGNAL, &flight->to.any,
		      flight->to_len) == (ssize_t)flight->len
		   ? 0
		   : -1;
}

/* The extended error that came, if it is about ours. */
static bool take_error(const struct flight *flight, struct ping_result *out)
{
	unsigned char byte[ECHO_HEADER];
	_Alignas(struct cmsghdr) unsigned char control[CONTROL_MAX];
	union address about = {.any.sa_family = AF_UNSPEC};
	struct iovec iov = {byte, sizeof byte};
	struct msghdr message = {.msg_name = &about,
				 .msg_namelen = sizeof about,
				 .msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof control};
	struct ip_addr address;

	if (recvmsg(flight->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return false;
	address = read_address(&about);
	if (!ip_addr_equal(&address, &flight->shot->to))
		return false;
	for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); at != NULL;
	     at = CMSG_NXTHDR(&message, at)) {
		const struct sock_extended_err *error = (const void *)CMSG_DATA(at);

		if ((at->cmsg_level != IPPROTO_IP || at->cmsg_type != IP_RECVERR) &&
		    (at->cmsg_level != IPPROTO_IPV6 || at->cmsg_type != IPV6_RECVERR))
			continue;
		out->sys = (int)error->ee_errno;
		out->mtu = error->ee_errno == EMSGSIZE ? error->ee_info : 0;
		if (error->ee_origin == SO_EE_ORIGIN_LOCAL) {
			out->end = PING_UNSENT;
			return true;
		}
		out->end = PING_REFUSED;
		out->type = error->ee_type;
		out->code = error->ee_code;
		out->by = read_address(
		    (const union address *)(const void *)SO_EE_OFFENDER(error));
		return true;
	}
	return false;
}

/* Whether what came is the answer: from whom it was asked, with our token. */
static bool is_answer(const struct flight *flight, const unsigned char *packet, size_t len,
		      const union address *from)
{
	const struct ip_addr address = read_address(from);
	size_t at = 0;

	if (flight->family == V4 && flight->raw) {
		if (len < IP_HEADER_LEAST)
			return false;
		at = (size_t)(packet[0] & 0xf) * 4;
	}
	if (len < at + ECHO_HEADER || !ip_addr_equal(&address, &flight->shot->to) ||
	    packet[at] != (flight->family == V4 ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY))
		return false;
	if (len - at != flight->len)
		return false;
	return flight->len < ECHO_HEADER + TOKEN_SIZE
		   ? !flight->raw || memcmp(packet + at + 4, flight->token, 2) == 0
		   : memcmp(packet + at + ECHO_HEADER, flight->token, TOKEN_SIZE) == 0;
}

static bool take_answer(const struct flight *flight)
{
	unsigned char packet[PACKET_MAX];
	union address from = {.any.sa_family = AF_UNSPEC};
	socklen_t from_len = sizeof from;
	const ssize_t got =
	    recvfrom(flight->fd, packet, sizeof packet, MSG_DONTWAIT, &from.any, &from_len);

	return got > 0 && is_answer(flight, packet, (size_t)got, &from);
}

/* Until the answer, an error about it, or the deadline: others' answers do not extend it.
 */
static void await(const struct flight *flight, int64_t deadline, struct ping_result *out)
{
	struct pollfd wait = {.fd = flight->fd, .events = POLLIN};

	for (;;) {
		const int64_t left = deadline - monotonic_ms();

		if (left <= 0 || (poll(&wait, 1, (int)left) < 0 && errno != EINTR))
			return;
		if ((wait.revents & POLLERR) != 0 && take_error(flight, out))
			return;
		if ((wait.revents & POLLIN) != 0 && take_answer(flight)) {
			out->end = PING_ANSWERED;
			return;
		}
	}
}

void ping_shoot(const struct ping_sockets *sockets, const struct ping_shot *shot,
		struct ping_result *out)
{
	const int family = shot->to.family == AF_INET ? V4 : V6;
	struct flight flight = {.fd = sockets->fds[family],
				.family = family,
				.raw = sockets->raw[family],
				.shot = shot,
				.header = family == V4 ? 20 : 40};
	union address from;
	int64_t begun;

	*out = (struct ping_result){.end = PING_IMPOSSIBLE, .by.family = AF_UNSPEC};
	if (flight.fd < 0 || shot->size < flight.header + ECHO_HEADER ||
	    shot->size > PING_LARGEST ||
	    getrandom(flight.token, sizeof flight.token, 0) != sizeof flight.token)
		return;
	flight.len = shot->size - flight.header;
	flight.to_len = make_address(&shot->to, &flight.to);
	if (shot->from.family == shot->to.family) {
		const socklen_t len = make_address(&shot->from, &from);

		(void)bind(flight.fd, &from.any, len);
	}
	set_options(&flight);
	for (unsigned i = 0; i < shot->tries; i++) {
		drain(&flight);
		begun = monotonic_us();
		out->end = PING_SILENT;
		if (launch(&flight, i) != 0) {
			out->end = PING_UNSENT;
			out->sys = errno;
		} else {
			await(&flight, monotonic_ms() + shot->wait, out);
		}
		out->took = monotonic_us() - begun;
		if (out->end != PING_SILENT)
			return;
	}
}

unsigned ping_largest(const struct ping_sockets *sockets, const struct ping_shot *shot,
		      unsigned least, unsigned most)
{
	struct ping_shot one = *shot;
	struct ping_result result;

	one.size = least;
	ping_shoot(sockets, &one, &result);
	if (result.end != PING_ANSWERED)
		return 0;
	while (least < most) {
		one.size = least + (most - least + 1) / 2;
		ping_shoot(sockets, &one, &result);
		if (result.end == PING_ANSWERED)
			least = one.size;
		else
			most = one.size - 1;
	}
	return least;
}

static enum ping_reason reason4(uint8_t type, uint8_t code)
{
	if (type == ICMP_TIME_EXCEEDED)
		return PING_TIME_EXCEEDED;
	if (type != ICMP_DEST_UNREACH)
		return PING_OTHER;
	switch (code) {
	case ICMP_FRAG_NEEDED:
		return PING_TOO_BIG;
	case ICMP_NET_ANO:
	case ICMP_HOST_ANO:
	case ICMP_PKT_FILTERED:
	case ICMP_PORT_UNREACH:
		return PING_PROHIBITED;
	case ICMP_NET_UNREACH:
	case ICMP_NET_UNKNOWN:
		return PING_NO_ROUTE;
	case ICMP_HOST_UNREACH:
	case ICMP_HOST_UNKNOWN:
		return PING_NO_HOST;
	default:
		return PING_OTHER;
	}
}

static enum ping_reason reason6(uint8_t type, uint8_t code)
{
	if (type == ICMP6_TIME_EXCEEDED)
		return PING_TIME_EXCEEDED;
	if (type == ICMP6_PACKET_TOO_BIG)
		return PING_TOO_BIG;
	if (type != ICMP6_DST_UNREACH)
		return PING_OTHER;
	switch (code) {
	case ICMP6_DST_UNREACH_NOROUTE:
		return PING_NO_ROUTE;
	case ICMP6_DST_UNREACH_ADMIN:
	case ICMP6_DST_UNREACH_NOPORT:
		return PING_PROHIBITED;
	case ICMP6_DST_UNREACH_ADDR:
		return PING_NO_HOST;
	default:
		return PING_OTHER;
	}
}

enum ping_reason ping_reason(const struct ping_result *result)
{
	return result->by.family == AF_INET6 ? reason6(result->type, result->code)
					     : reason4(result->type, result->code);
}
