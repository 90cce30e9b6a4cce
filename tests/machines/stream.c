/* SPDX-License-Identifier: ISC */
/*
 * What a user of a link would notice: a TCP transfer in both directions that goes on for as
 * long as it can, and datagrams that show whether packets pass.
 *
 *   stream serve PORT                  sends back what comes by TCP and by UDP
 *   stream watch ADDRESS PORT LINK     does that to it, and looks at the interface LINK
 * meanwhile
 *
 * `watch` prints a line for each event, after the seconds since 1970:
 *   passing INDEX    an answer; LINK's index then. Only if it is the first, after
 * SILENT_MS, or through another LINK than the one of before silent           no answer for
 * so long link INDEX       LINK is there, or another one; 0: it is gone opened           a
 * transfer begins rests, goes-on   no byte came for so long, and then one did broken WHY
 * the transfer was told that its connection has ended; another one begins wrong AT a byte
 * is not the one that was sent: the end
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	TICK_MS = 20,
	SILENT_MS = 300,
	CONNECT_MS = 3000,
	/* Bytes in one tick: 400 KB/s each way, which any machine has to spare. */
	TICK_BYTES = 8192,
	/* What was sent and has not come back yet. */
	FLIGHT_MAX = 8 * TICK_BYTES,
	CLIENTS_MAX = 8,
	/* As long as TCP itself would try (tcp(7), tcp_retries2), and at least every three
	 * seconds, which Linux 6.15 and later can be told: this tests connections, not how
	 * long TCP waits between two tries. */
	PATIENCE_MS = 924600,
	RTO_MAX_MS = 3000,
	TCP_RTO_MAX = 44,
};

static void die(const char *what)
{
	perror(what);
	exit(71);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void tell(const char *what, const char *more)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	printf("%lld.%06ld %s%s%s\n", (long long)now.tv_sec, now.tv_nsec / 1000, what,
	       *more != '\0' ? " " : "", more);
}

static void tell_number(const char *what, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%llu", (unsigned long long)number);
	tell(what, text);
}

static void be_patient(int fd)
{
	const unsigned patience = PATIENCE_MS, most = RTO_MAX_MS;

	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
	setsockopt(fd, IPPROTO_TCP, TCP_RTO_MAX, &most, sizeof most);
}

static int open_socket(int type)
{
	const int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		die("socket");
	return fd;
}

/* ---- serve */

struct client {
	int fd;
	size_t at, len;
	uint8_t bytes[TICK_BYTES];
};

static struct client clients[CLIENTS_MAX];
static size_t client_count;

static void take_client(int listener)
{
	const int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	/* The oldest one has been left behind. */
	if (client_count == CLIENTS_MAX) {
		close(clients[0].fd);
		memmove(clients, clients + 1, --client_count * sizeof *clients);
	}
	be_patient(fd);
	clients[client_count].fd = fd;
	clients[client_count].at = clients[client_count].len = 0;
	client_count++;
}

/* True while it lives. */
static bool serve_client(struct client *client)
{
	ssize_t n;

	if (client->at < client->len) {
		n = send(client->fd, client->bytes + client->at, client->len - client->at,
			 MSG_NOSIGNAL);
		if (n > 0)
			client->at += (size_t)n;
	} else {
		n = read(client->fd, client->bytes, sizeof client->bytes);
		client->at = 0;
		client->len = n > 0 ? (size_t)n : 0;
	}
	return n > 0 || (n < 0 && errno == EAGAIN);
}

static void serve_clients(const struct pollfd *fds, size_t count)
{
	for (size_t i = count; i-- > 0;) {
		if (fds[i].revents == 0 || serve_client(&clients[i]))
			continue;
		close(clients[i].fd);
		memmove(clients + i, clients + i + 1,
			(--client_count - i) * sizeof *clients);
	}
}

static void answer_datagram(int udp)
{
	struct sockaddr_in from;
	socklen_t len = sizeof from;
	char bytes[64];
	const ssize_t got =
	    recvfrom(udp, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &len);

	if (got > 0)
		(void)!sendto(udp, bytes, (size_t)got, 0, (struct sockaddr *)&from, len);
}

static _Noreturn void serve(uint16_t port)
{
	const struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
	const int tcp = open_socket(SOCK_STREAM), udp = open_socket(SOCK_DGRAM), yes = 1;

	setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(tcp, (const struct sockaddr *)&any, sizeof any) != 0 ||
	    listen(tcp, CLIENTS_MAX) != 0 ||
	    bind(udp, (const struct sockaddr *)&any, sizeof any) != 0)
		die("bind");
	for (;;) {
		struct pollfd fds[CLIENTS_MAX + 2];
		const size_t count = client_count;

		for (size_t i = 0; i < count; i++)
			fds[i] = (struct pollfd){
			    .fd = clients[i].fd,
			    .events = clients[i].at < clients[i].len ? POLLOUT : POLLIN};
		fds[count] = (struct pollfd){.fd = tcp, .events = POLLIN};
		fds[count + 1] = (struct pollfd){.fd = udp, .events = POLLIN};
		if (poll(fds, count + 2, -1) < 0)
			die("poll");
		serve_clients(fds, count);
		if (fds[count].revents != 0)
			take_client(tcp);
		if (fds[count + 1].revents != 0)
			answer_datagram(udp);
	}
}

/* ---- watch */

static struct {
	struct sockaddr_in remote;
	const char *link;
	unsigned index;
	int udp;
	/* When the last answer came, and through which link; 0: none yet. */
	int64_t answered;
	unsigned answered_by;
	bool silent;
	/* The transfer; -1: none. */
	int tcp;
	bool open, resting;
	int64_t began, moved;
	uint64_t sent, received;
} watch;

/* Byte number at of every transfer: no part of it looks like another one. */
static uint8_t byte_at(uint64_t at)
{
	uint64_t word = (at / 8 + 1) * UINT64_C(0x9e3779b97f4a7c15);

	word ^= word >> 32;
	return (uint8_t)(word >> (at % 8 * 8));
}

static void look_at_link(void)
{
	const unsigned index = if_nametoindex(watch.link);

	if (index != watch.index)
		tell_number("link", index);
	watch.index = index;
}

static void try_datagram(int64_t now)
{
	char bytes[64];
	bool answer = false;

	while (recv(watch.udp, bytes, sizeof bytes, 0) > 0)
		answer = true;
	if (answer &&
	    (watch.silent || watch.answered == 0 || watch.answered_by != watch.index))
		tell_number("passing", watch.index);
	if (answer) {
		watch.answered = now;
		watch.answered_by = watch.index;
		watch.silent = false;
	} else if (!watch.silent && now - watch.answered > SILENT_MS) {
		watch.silent = true;
		tell("silent", "");
	}
	(void)!sendto(watch.udp, "?", 1, 0, (struct sockaddr *)&watch.remote,
		      sizeof watch.remote);
}

static void end_transfer(const char *why)
{
	if (watch.open)
		tell("broken", why);
	close(watch.tcp);
	watch.tcp = -1;
	watch.open = false;
}

static void begin_transfer(int64_t now)
{
	watch.tcp = open_socket(SOCK_STREAM);
	watch.began = watch.moved = now;
	watch.sent = watch.received = 0;
	watch.resting = false;
	if (connect(watch.tcp, (struct sockaddr *)&watch.remote, sizeof watch.remote) !=
		0 &&
	    errno != EINPROGRESS)
		end_transfer("");
}

/* Until it is open: an attempt may end in vain, as there may be no route. */
static void await_transfer(int64_t now)
{
	struct pollfd fd = {.fd = watch.tcp, .events = POLLOUT};
	int error = 0;
	socklen_t len = sizeof error;

	if (poll(&fd, 1, 0) == 1) {
		getsockopt(watch.tcp, SOL_SOCKET, SO_ERROR, &error, &len);
		watch.open = error == 0;
	}
	if (watch.open) {
		be_patient(watch.tcp);
		watch.moved = now;
		tell("opened", "");
	} else if (error != 0 || now - watch.began > CONNECT_MS) {
		end_transfer("");
	}
}

static void take_bytes(const uint8_t *bytes, size_t len, int64_t now)
{
	for (size_t i = 0; i < len; i++, watch.received++) {
		if (bytes[i] == byte_at(watch.received))
			continue;
		tell_number("wrong", watch.received);
		exit(1);
	}
	if (watch.resting)
		tell("goes-on", "");
	watch.resting = false;
	watch.moved = now;
}

static void send_bytes(void)
{
	uint8_t bytes[TICK_BYTES];
	ssize_t n;

	if (watch.sent - watch.received + sizeof bytes > FLIGHT_MAX)
		return;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = byte_at(watch.sent + i);
	n = send(watch.tcp, bytes, sizeof bytes, MSG_NOSIGNAL);
	if (n > 0)
		watch.sent += (uint64_t)n;
}

static void go_on(int64_t now)
{
	uint8_t bytes[TICK_BYTES];
	ssize_t n;

	while ((n = read(watch.tcp, bytes, sizeof bytes)) > 0)
		take_bytes(bytes, (size_t)n, now);
	if (n == 0 || errno != EAGAIN) {
		end_transfer(n == 0 ? "it was closed" : strerror(errno));
		return;
	}
	if (!watch.resting && now - watch.moved > SILENT_MS) {
		watch.resting = true;
		tell("rests", "");
	}
	send_bytes();
}

static _Noreturn void watch_link(const char *address, uint16_t port, const char *link)
{
	watch.remote = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
	if (inet_pton(AF_INET, address, &watch.remote.sin_addr) != 1)
		die(address);
	watch.link = link;
	watch.silent = true;
	watch.udp = open_socket(SOCK_DGRAM);
	watch.tcp = -1;
	for (;;) {
		const int64_t now = now_ms();

		look_at_link();
		try_datagram(now);
		if (watch.tcp < 0)
			begin_transfer(now);
		else if (!watch.open)
			await_transfer(now);
		else
			go_on(now);
		(void)poll(NULL, 0, TICK_MS);
	}
}

int main(int argc, char *argv[])
{
	/* It ends with the test. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && strcmp(argv[1], "serve") == 0)
		serve((uint16_t)atoi(argv[2]));
	if (argc == 5 && strcmp(argv[1], "watch") == 0)
		watch_link(argv[2], (uint16_t)atoi(argv[3]), argv[4]);
	fputs("usage: stream serve PORT | stream watch ADDRESS PORT LINK\n", stderr);
	return 64;
}
