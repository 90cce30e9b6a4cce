/* SPDX-License-Identifier: ISC */
#include "local/tcp_probe.h"

#include <errno.h>
#include <limits.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/apart.h"
#include "local/process.h"
#include "local/ssh.h"
#include "policy/language/escape.h"

enum {
	/* A segment that passes wherever TCP does (RFC 9293 3.7.1). */
	SMALL_SEGMENT = 536,
	/* What an sshd says first may be more than its version (RFC 4253 4.2). */
	GREETING_MAX = 1024,
	POLL_STEP_MS = 50,
};

struct tcp_question {
	const struct profile *profile;
	const char *host;
	const struct run_as *account;
	const struct words *env;
	pid_t parent;
};

static bool take_address(const struct sockaddr *from, struct ip_addr *out)
{
	*out = (struct ip_addr){.family = from->sa_family};
	if (from->sa_family == AF_INET)
		memcpy(out->bytes,
		       &((const struct sockaddr_in *)(const void *)from)->sin_addr,
		       sizeof(struct in_addr));
	else if (from->sa_family == AF_INET6)
		memcpy(out->bytes,
		       &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr,
		       sizeof(struct in6_addr));
	else
		return false;
	return true;
}

/* A connection that has begun, or -1 with errno. segment: 0, or its largest. */
static int begin(const struct addrinfo *at, int segment)
{
	const int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int sys;

	if (fd < 0)
		return -1;
	if (segment > 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
	if (connect(fd, at->ai_addr, at->ai_addrlen) == 0 || errno == EINPROGRESS)
		return fd;
	sys = errno;
	close(fd);
	errno = sys;
	return -1;
}

static bool may_wait(int fd, short events, int64_t deadline)
{
	struct pollfd wait = {.fd = fd, .events = events};
	int64_t left;

	do {
		left = deadline - monotonic_ms();
	} while (left > 0 && poll(&wait, 1, left > INT_MAX ? INT_MAX : (int)left) < 0 &&
		 errno == EINTR);
	return wait.revents != 0;
}

static int connection_error(int fd)
{
	int error = 0;
	socklen_t len = sizeof error;

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 ? error : errno;
}

/* Until there is a line of a version, or no more comes. 0, or errno. */
static int read_version(int fd, int64_t deadline, char banner[TCP_PROBE_BANNER_MAX])
{
	char greeting[GREETING_MAX + 1];
	size_t used = 0;
	const char *line = NULL, *end;

	while (used < GREETING_MAX) {
		ssize_t got;

		if (!may_wait(fd, POLLIN, deadline))
			return used == 0 ? ETIMEDOUT : EPROTO;
		got = recv(fd, greeting + used, GREETING_MAX - used, 0);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0) {
			if (used > 0)
				escape_quoted(greeting, used, banner, TCP_PROBE_BANNER_MAX);
			return ECONNRESET;
		}
		used += (size_t)got;
		line = used >= 4 && memcmp(greeting, "SSH-", 4) == 0
			   ? greeting
			   : memmem(greeting, used, "\nSSH-", 5);
		end = line != NULL
			  ? memchr(line + 1, '\n', used - (size_t)(line + 1 - greeting))
			  : NULL;
		if (end != NULL) {
			line += *line == '\n';
			while (end > line && (end[-1] == '\r' || end[-1] == '\n'))
				end--;
			escape_quoted(line, (size_t)(end - line), banner,
				      TCP_PROBE_BANNER_MAX);
			return 0;
		}
		escape_quoted(greeting, used, banner, TCP_PROBE_BANNER_MAX);
	}
	return EPROTO;
}

/* Whether the other end's kernel has taken all that was sent. */
static bool all_taken(int fd)
{
	int waiting = 1;

	return ioctl(fd, SIOCOUTQ, &waiting) == 0 && waiting == 0;
}

/* Whether the connection stands, and something had to be sent again. */
static bool sends_again(int fd)
{
	struct tcp_info info = {.tcpi_state = 0};
	socklen_t len = sizeof info;

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
	       info.tcpi_state == TCP_ESTABLISHED && info.tcpi_total_retrans > 0;
}

/* There is no event for what is taken: the kernel is asked in steps. */
static enum tcp_probe_bulk send_bulk(int fd, int64_t deadline)
{
	unsigned char bulk[TCP_PROBE_BULK_SIZE];
	const size_t size = tcp_probe_bulk(bulk);
	struct pollfd pause = {.fd = -1};

	if (send(fd, bulk, size, MSG_NOSIGNAL) != (ssize_t)size)
		return TCP_PROBE_BULK_UNKNOWN;
	while (!all_taken(fd)) {
		if (monotonic_ms() >= deadline)
			return sends_again(fd) ? TCP_PROBE_BULK_LOST
					       : TCP_PROBE_BULK_UNKNOWN;
		poll(&pause, 1, POLL_STEP_MS);
	}
	return TCP_PROBE_BULK_TAKEN;
}

/* The same in small packets: if these are taken, it is the size that is not. */
static bool small_ones_pass(const struct addrinfo *at)
{
	const int64_t deadline = monotonic_ms() + 2 * TCP_PROBE_EXCHANGE_MS;
	const int fd = begin(at, SMALL_SEGMENT);
	char banner[TCP_PROBE_BANNER_MAX];
	bool pass;

	if (fd < 0)
		return false;
	pass = may_wait(fd, POLLOUT, deadline) && connection_error(fd) == 0 &&
	       read_version(fd, deadline, banner) == 0 &&
	       send_bulk(fd, deadline) == TCP_PROBE_BULK_TAKEN;
	close(fd);
	return pass;
}

static unsigned path_mtu(int fd, int family)
{
	const bool six = family == AF_INET6;
	int mtu = 0;
	socklen_t len = sizeof mtu;

	return getsockopt(fd, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_MTU : IP_MTU,
			  &mtu, &len) == 0 &&
		       mtu > 0
		   ? (unsigned)mtu
		   : 0;
}

static void exchange(int fd, const struct addrinfo *at, struct tcp_probe_address *out)
{
	const int64_t begun = monotonic_us();

	out->exchange_error =
	    read_version(fd, monotonic_ms() + TCP_PROBE_EXCHANGE_MS, out->banner);
	out->exchange_us = monotonic_us() - begun;
	if (out->exchange_error != 0)
		return;
	out->bulk = send_bulk(fd, monotonic_ms() + TCP_PROBE_EXCHANGE_MS);
	out->mtu = path_mtu(fd, at->ai_family);
	if (out->bulk == TCP_PROBE_BULK_LOST && !small_ones_pass(at))
		out->bulk = TCP_PROBE_BULK_UNKNOWN;
}

/* One of them stands, or has failed: then its socket is -1. */
static void settle(struct tcp_probe_address *one, int *socket, int64_t begun)
{
	one->connect_error = connection_error(*socket);
	one->connect_us = monotonic_us() - begun;
	if (one->connect_error == 0)
		return;
	close(*socket);
	*socket = -1;
}

/* All of them at the same time. */
static void connect_all(const struct addrinfo *const *list, unsigned count,
			struct tcp_probe *out, int sockets[TCP_PROBE_ADDRESSES_MAX])
{
	const int64_t begun = monotonic_us(),
		      deadline = monotonic_ms() + TCP_PROBE_CONNECT_MS;
	struct pollfd waits[TCP_PROBE_ADDRESSES_MAX];
	unsigned waiting = 0;

	for (unsigned i = 0; i < count; i++) {
		sockets[i] = begin(list[i], 0);
		out->addresses[i].connect_error = sockets[i] < 0 ? errno : ETIMEDOUT;
		waits[i] = (struct pollfd){.fd = sockets[i], .events = POLLOUT};
		waiting += sockets[i] >= 0;
	}
	while (waiting > 0) {
		const int64_t left = deadline - monotonic_ms();

		if (left <= 0 || (poll(waits, count, (int)left) < 0 && errno != EINTR))
			return;
		for (unsigned i = 0; i < count; i++) {
			if (waits[i].fd < 0 || waits[i].revents == 0)
				continue;
			settle(&out->addresses[i], &sockets[i], begun);
			/* It is waited for no more. */
			waits[i].fd = -1;
			waiting--;
		}
	}
}

static void try_addresses(const struct addrinfo *first, struct tcp_probe *out)
{
	const struct addrinfo *list[TCP_PROBE_ADDRESSES_MAX];
	int sockets[TCP_PROBE_ADDRESSES_MAX];
	unsigned count = 0;

	for (const struct addrinfo *at = first;
	     at != NULL && count < TCP_PROBE_ADDRESSES_MAX; at = at->ai_next)
		if (take_address(at->ai_addr, &out->addresses[count].address))
			list[count++] = at;
	out->count = count;
	for (unsigned i = 0; i < TCP_PROBE_ADDRESSES_MAX; i++)
		sockets[i] = -1;
	connect_all(list, count, out, sockets);
	for (unsigned i = 0; i < count; i++) {
		if (out->addresses[i].connect_error == 0)
			exchange(sockets[i], list[i], &out->addresses[i]);
		if (sockets[i] >= 0)
			close(sockets[i]);
	}
}

/* In the child. */
static void probe(const void *arg, void *result)
{
	static struct words command;
	const struct tcp_question *question = arg;
	struct tcp_probe *out = result;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	struct error err;
	int64_t begun;

	if (run_as_become(question->account, &err) != 0 ||
	    process_die_with(question->parent, &err) != 0 ||
	    ssh_command_build(&command, question->profile,
			      &(struct ssh_command){.role = SSH_MASTER,
						    .host = question->host,
						    .control = "none",
						    .request = ""},
			      &err) != 0)
		_exit(1);
	ssh_reach_ask(command.argv, question->env->argv, monotonic_ms() + TCP_PROBE_NAME_MS,
		      &out->reach);
	out->configured = out->reach.host[0] != '\0';
	if (!out->configured || out->reach.proxied)
		return;
	hints.ai_family = out->reach.family;
	begun = monotonic_us();
	out->name_error = getaddrinfo(out->reach.host, out->reach.port, &hints, &list);
	out->name_us = monotonic_us() - begun;
	if (out->name_error != 0)
		return;
	try_addresses(list, out);
	freeaddrinfo(list);
}

/* What the child wrote: it has seen what strangers say. */
static bool is_sane(const struct tcp_probe *probe)
{
	if (probe->count > TCP_PROBE_ADDRESSES_MAX)
		return false;
	for (unsigned i = 0; i < probe->count; i++) {
		const struct tcp_probe_address *one = &probe->addresses[i];

		if (one->address.family != AF_INET && one->address.family != AF_INET6)
			return false;
		for (const char *at = one->banner; *at != '\0'; at++)
			if (*at < ' ' || *at > '~')
				return false;
	}
	return true;
}

int tcp_probe(const struct profile *profile, const char *host, const struct run_as *account,
	      const struct words *env, struct tcp_probe *out, struct error *err)
{
	const struct tcp_question question = {profile, host, account, env, getpid()};
	const struct apart apart = {probe, &question, out, sizeof *out};
	const int64_t most = 2 * TCP_PROBE_NAME_MS + TCP_PROBE_CONNECT_MS +
			     (int64_t)TCP_PROBE_ADDRESSES_MAX * 4 * TCP_PROBE_EXCHANGE_MS;

	*out = (struct tcp_probe){.count = 0};
	if (apart_run(&apart, monotonic_ms() + most, err) != 0) {
		*out = (struct tcp_probe){.count = 0};
		return -1;
	}
	for (unsigned i = 0; i < TCP_PROBE_ADDRESSES_MAX; i++)
		out->addresses[i].banner[TCP_PROBE_BANNER_MAX - 1] = '\0';
	out->reach.host[SSH_REACH_HOST_MAX - 1] = '\0';
	out->reach.port[SSH_REACH_PORT_MAX - 1] = '\0';
	return is_sane(out) ? 0 : error_set(err, "a child process answered nonsense");
}
