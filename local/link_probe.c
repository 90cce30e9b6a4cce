/* SPDX-License-Identifier: ISC */
#include "local/link_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"

enum {
	/* All tries of one question, with room for a machine that is slow. */
	LINK_PROBE_MS = 90000,
	DNS_TRIES = 3,
	DNS_WAIT_MS = 2000,
	DNS_PORT = 53,
	DNS_HEADER = 12,
	DNS_ANSWER_MAX = 1500,
	DNS_RESPONSE_BIT = 0x80,
	TWO_HOPS = 2,
	NETWORK_TRIES = 3,
	SIZE_TRIES = 2,
};

struct work {
	const struct link_probe *probe;
	const struct link_question *question;
	pid_t parent;
};

/* Who serves the root: every server knows an answer, be it that it gives none. */
static size_t make_query(unsigned char out[DNS_HEADER + 5], uint16_t id)
{
	static const unsigned char rest[] = {
	    /* recursion desired, one question: the root, NS, IN */
	    0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1};

	out[0] = (unsigned char)(id >> 8);
	out[1] = (unsigned char)id;
	memcpy(out + 2, rest, sizeof rest);
	return 2 + sizeof rest;
}

static int connect_server(const struct ip_addr *server)
{
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} to = {.any.sa_family = (sa_family_t)server->family};
	const bool four = server->family == AF_INET;
	const int fd = socket(server->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (four) {
		memcpy(&to.four.sin_addr, server->bytes, sizeof to.four.sin_addr);
		to.four.sin_port = htons(DNS_PORT);
	} else {
		memcpy(&to.six.sin6_addr, server->bytes, sizeof to.six.sin6_addr);
		to.six.sin6_port = htons(DNS_PORT);
	}
	if (fd < 0 || connect(fd, &to.any, four ? sizeof to.four : sizeof to.six) == 0)
		return fd;
	close(fd);
	return -1;
}

/* 0 when it answers, whatever it says; otherwise errno. */
static int ask_server(const struct ip_addr *server)
{
	unsigned char query[DNS_HEADER + 5], reply[DNS_ANSWER_MAX];
	const int fd = connect_server(server);
	int sys = fd < 0 ? errno : ETIMEDOUT;
	uint16_t id = 0;

	for (int i = 0; fd >= 0 && sys == ETIMEDOUT && i < DNS_TRIES; i++) {
		size_t len;
		ssize_t got;

		if (getrandom(&id, sizeof id, 0) != sizeof id)
			break;
		len = make_query(query, id);
		if (send(fd, query, len, MSG_NOSIGNAL) < 0)
			sys = errno;
		else if (deadline_wait(fd, monotonic_ms() + DNS_WAIT_MS) == 1) {
			got = recv(fd, reply, sizeof reply, MSG_DONTWAIT);
			if (got < 0)
				sys = errno;
			else if (got >= DNS_HEADER && memcmp(reply, query, 2) == 0 &&
				 (reply[2] & DNS_RESPONSE_BIT) != 0)
				sys = 0;
		}
	}
	if (fd >= 0)
		close(fd);
	return sys;
}

static void ask_behind(const struct ping_sockets *sockets, struct ping_shot *shot,
		       struct link_answer *out)
{
	shot->tries = PING_ERROR_TRIES;
	shot->wait = PING_ERROR_WAIT_MS;
	ping_shoot(sockets, shot, &out->itself);
	if (out->itself.end != PING_SILENT)
		return;
	shot->ttl = 1;
	ping_shoot(sockets, shot, &out->one_hop);
	if (out->one_hop.end != PING_REFUSED)
		return;
	shot->ttl = TWO_HOPS;
	ping_shoot(sockets, shot, &out->two_hops);
}

/* A router tells of a packet whose time is over only if it would forward it (RFC 1812
 * 5.3.1). */
static void ask_network(const struct ping_sockets *sockets, struct ping_shot *shot,
			const struct ip_prefix *network, struct link_answer *out)
{
	const size_t last = network->addr.family == AF_INET ? 3 : 15;

	shot->ttl = 1;
	shot->tries = PING_ERROR_TRIES;
	shot->wait = PING_ERROR_WAIT_MS;
	for (int i = 0; i < NETWORK_TRIES; i++) {
		shot->to = network->addr;
		/* Seldom a router's, and not a broadcast address. */
		if (network->len < (last + 1) * 8 - 3)
			shot->to.bytes[last] |= (unsigned char)(2 + i);
		ping_shoot(sockets, shot, &out->one_hop);
		if (out->one_hop.end != PING_ANSWERED)
			return;
	}
}

static void answer(const struct work *work, struct link_answer *out)
{
	const struct link_question *const question = work->question;
	const struct ping_sockets *const sockets = work->probe->sockets;
	struct ping_shot shot = {.from = question->from,
				 .to = question->to,
				 .size = PING_USUAL,
				 .tries = PING_TRIES,
				 .wait = PING_WAIT_MS};
	const int64_t begun = monotonic_us();

	switch (question->ask) {
	case LINK_ASK_PING:
		ping_shoot(sockets, &shot, &out->itself);
		break;
	case LINK_ASK_SIZE:
		shot.size = question->most;
		ping_shoot(sockets, &shot, &out->itself);
		shot.tries = SIZE_TRIES;
		out->size = question->most;
		if (out->itself.end != PING_ANSWERED)
			out->size = ping_largest(sockets, &shot,
						 shot.to.family == AF_INET ? PING_LEAST4
									   : PING_LEAST6,
						 question->most - 1);
		break;
	case LINK_ASK_BEHIND:
		ask_behind(sockets, &shot, out);
		break;
	case LINK_ASK_NETWORK:
		ask_network(sockets, &shot, &question->network, out);
		break;
	case LINK_ASK_DNS:
		out->dns = ask_server(&question->to);
		break;
	}
	out->took = monotonic_us() - begun;
}

/* Closes all but the first three and these two, of which either may be -1. */
static int keep_only(const int fds[2])
{
	const int first = fds[0] < fds[1] ? fds[0] : fds[1],
		  second = fds[0] < fds[1] ? fds[1] : fds[0];
	unsigned from = STDERR_FILENO + 1;

	if (first >= (int)from) {
		if (first > (int)from && descriptors_close(from, (unsigned)first - 1) != 0)
			return -1;
		from = (unsigned)first + 1;
	}
	if (second >= (int)from) {
		if (second > (int)from &&
		    descriptors_close(from, (unsigned)second - 1) != 0)
			return -1;
		from = (unsigned)second + 1;
	}
	return descriptors_close(from, UINT_MAX);
}

/* In the child. */
static void execute(const void *arg, struct error *err)
{
	const struct work *const work = arg;
	struct link_answer out = {.size = 0};

	if (run_as_become(work->probe->account, err) != 0 ||
	    process_die_with(work->parent, err) != 0)
		return;
	/* Its sockets may be raw ones, which no other process of that user is to have. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		error_sys(err, errno, "cannot forbid tracing");
		return;
	}
	/* What ends now tells the parent that it runs. */
	if (keep_only(work->probe->sockets->fds) != 0)
		_exit(1);
	answer(work, &out);
	_exit(descriptors_write(STDOUT_FILENO, &out, sizeof out) == 0 ? 0 : 1);
}

static bool result_is_sane(const struct ping_result *result)
{
	return (unsigned)result->end < PING_ENDS &&
	       (result->by.family == AF_UNSPEC || result->by.family == AF_INET ||
		result->by.family == AF_INET6);
}

static int take(int from, int64_t deadline, struct link_answer *out, struct error *err)
{
	if (deadline_read(from, out, sizeof *out, deadline) != sizeof *out)
		return error_code(err, EPROTO, "a child process died");
	if (!result_is_sane(&out->itself) || !result_is_sane(&out->one_hop) ||
	    !result_is_sane(&out->two_hops))
		return error_code(err, EPROTO, "a child process answered nonsense");
	return 0;
}

static int await(const struct link_probe *probe, int from, struct link_answer *out,
		 enum tunnel_event *event, struct error *err)
{
	const int64_t deadline = monotonic_ms() + LINK_PROBE_MS;

	if (probe->tunnel == NULL)
		return take(from, deadline, out, err);
	*event = tunnel_wait(probe->tunnel, from, deadline);
	if (*event == TUNNEL_READABLE)
		return take(from, deadline, out, err);
	return *event == TUNNEL_DEADLINE
		   ? error_code(err, ETIMEDOUT, "a child process did not answer")
		   : error_code(err, ECANCELED, "interrupted");
}

int link_probe(const struct link_probe *probe, const struct link_question *question,
	       struct link_answer *out, enum tunnel_event *event, struct error *err)
{
	const struct work work = {probe, question, getpid()};
	struct spawn spawn = {
	    .in = -1, .err = -1, .passing = true, .execute = execute, .arg = &work};
	struct process child;
	int fds[2], result;

	*out = (struct link_answer){.size = 0};
	if (pipe2(fds, O_CLOEXEC) != 0)
		return error_sys(err, errno, "cannot make a pipe");
	spawn.out = fds[1];
	result = process_spawn(&spawn, &child, err);
	close(fds[1]);
	if (result == 0)
		result = process_release(&child, monotonic_ms() + LINK_PROBE_MS, err);
	if (result == 0) {
		result = await(probe, fds[0], out, event, err);
		process_stop(&child, 0);
		process_close(&child);
	}
	close(fds[0]);
	return result;
}
