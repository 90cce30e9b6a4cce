/* SPDX-License-Identifier: ISC */
/*
 * load serve PORT                               the other end of the two below, until it is
 * killed load streams ADDRESS PORT SECONDS UP DOWN     so many TCP streams each way at the
 * same time load flood ADDRESS PORT SECONDS MBITS         UDP at so many Mbit/s of IP
 * packets, up load received PORT                            what has come of the last
 * flood, on the server's host
 *
 * streams prints "UP DOWN", Mbit/s of what TCP has carried to the other end by the last
 * second; up, that is what the other end has acknowledged. It ends at once, and leaves what
 * still waits somewhere. received prints Mbit/s of IP packets, from the first one that came
 * on.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
/* Not netinet/tcp.h, whose struct tcp_info is that of 2007. */
#include <linux/tcp.h>
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
	/* Whole in every tunnel that is compared. */
	DATAGRAM_BYTES = 1200,
	HEADER_BYTES = 28,
	/* The first byte of a connection: what the client is going to do, and of a
	   datagram. */
	SENDS = 'u',
	RECEIVES = 'd',
	FLOODS = 'f',
	ASKS = 'a',
	CHUNK = 256 * 1024,
	BACKLOG = 64,
	STREAMS_MAX = 64,
	SECONDS_MAX = 3600,
	MBITS_MAX = 100000,
	PORT_MAX = 65535,
	BITS_PER_BYTE = 8,
	RECEIVE_BUFFER = 4 * 1024 * 1024,
	ANSWER_MS = 1000,
	/* A flood's pause at least: what is due is sent then, all of it. */
	PAUSE_NS = 200 * 1000,
	NS_PER_MS = 1000 * 1000,
	NS_PER_S = 1000 * 1000 * 1000,
};
static const double PER_MEGA = 1e6;

/* A datagram of a flood begins with that, and the answer to ASKS is one. */
struct flood {
	uint8_t kind;
	/* of the flood, and in an answer what is left of that time; in milliseconds */
	uint32_t lasts, left;
	/* tells it from the one before */
	int64_t begun;
	uint64_t bytes;
};

struct stream {
	int fd;
	bool sends;
	uint64_t received;
};

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * NS_PER_S + time.tv_nsec;
}

static double number(const char *text, double least, double limit)
{
	char *end;
	const double value = strtod(text, &end);

	if (end == text || *end != '\0' || !(value >= least && value <= limit)) {
		fprintf(stderr, "load: %s: not a number from %g to %g\n", text, least,
			limit);
		exit(EXIT_FAILURE);
	}
	return value;
}

static int make_socket(int type)
{
	const int made = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (made < 0)
		die("socket");
	return made;
}

static void set_congestion_control(int connection, const char *name)
{
	if (setsockopt(connection, IPPROTO_TCP, TCP_CONGESTION, name,
		       (socklen_t)strlen(name)) != 0)
		die(name);
}

/* --- the server */

static int serve_on(int type, uint16_t port)
{
	const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	const int made = make_socket(type), yes = 1, buffer = RECEIVE_BUFFER;

	if (setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
	    bind(made, (const struct sockaddr *)&address, sizeof address) != 0)
		die("bind");
	if (type == SOCK_STREAM && listen(made, BACKLOG) != 0)
		die("listen");
	if (type == SOCK_DGRAM &&
	    setsockopt(made, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0)
		die("the receive buffer");
	return made;
}

/* A connection's child: the other end of it, until its client goes. */
__attribute__((noreturn)) static void serve_stream(int connection)
{
	static uint8_t bytes[CHUNK];
	uint8_t kind;

	if (recv(connection, &kind, 1, 0) == 1 && kind == SENDS)
		while (recv(connection, bytes, sizeof bytes, 0) > 0)
			;
	else
		while (send(connection, bytes, sizeof bytes, MSG_NOSIGNAL) > 0)
			;
	exit(EXIT_SUCCESS);
}

/* Counts floods, the last one of them, for as long as it lasts. */
__attribute__((noreturn)) static void count_floods(int floods)
{
	struct flood count = {0};
	int64_t end = 0;

	for (;;) {
		struct sockaddr_in from;
		socklen_t size = sizeof from;
		struct flood came;
		const ssize_t got = recvfrom(floods, &came, sizeof came, MSG_TRUNC,
					     (struct sockaddr *)&from, &size);

		if (got < (ssize_t)sizeof came)
			continue;
		if (came.kind == ASKS) {
			const int64_t left = (end - now()) / NS_PER_MS;

			count.left = left > 0 ? (uint32_t)left + 1 : 0;
			(void)sendto(floods, &count, sizeof count, 0,
				     (struct sockaddr *)&from, size);
			continue;
		}
		if (came.begun > count.begun) {
			count = came;
			count.bytes = 0;
			end = now() + (int64_t)came.lasts * NS_PER_MS;
		}
		if (came.begun == count.begun && now() < end)
			count.bytes += (uint64_t)got + HEADER_BYTES;
	}
}

__attribute__((noreturn)) static void serve(uint16_t port, const char *congestion)
{
	const int connections = serve_on(SOCK_STREAM, port),
		  floods = serve_on(SOCK_DGRAM, port);

	/* What it accepts has the same. */
	set_congestion_control(connections, congestion);
	if (signal(SIGCHLD, SIG_IGN) == SIG_ERR)
		die("signal");
	switch (fork()) {
	case -1:
		die("fork");
	case 0:
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		count_floods(floods);
	default:
		break;
	}
	for (;;) {
		const int connection = accept4(connections, NULL, NULL, SOCK_CLOEXEC);
		const pid_t child = connection < 0 ? -1 : fork();

		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve_stream(connection);
		}
		if (connection >= 0)
			close(connection);
	}
}

/* --- streams */

static struct stream begin_stream(const struct sockaddr_in *to, bool sends,
				  const char *congestion)
{
	const struct linger at_once = {.l_onoff = 1};
	const struct stream stream = {make_socket(SOCK_STREAM | SOCK_NONBLOCK), sends, 0};

	if (setsockopt(stream.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0)
		die("linger");
	set_congestion_control(stream.fd, congestion);
	if (connect(stream.fd, (const struct sockaddr *)to, sizeof *to) != 0 &&
	    errno != EINPROGRESS)
		die("connect");
	return stream;
}

/* What it is ready for. The first time it says what it is; false when it has failed. */
static bool move_bytes(struct stream *stream, struct pollfd *polled)
{
	static uint8_t bytes[CHUNK];
	const uint8_t kind = stream->sends ? SENDS : RECEIVES;
	ssize_t moved;

	if ((polled->revents & POLLIN) != 0 && !stream->sends) {
		moved = recv(stream->fd, bytes, sizeof bytes, 0);
		stream->received += moved > 0 ? (uint64_t)moved : 0;
	} else if (polled->events == POLLOUT && !stream->sends) {
		moved = send(stream->fd, &kind, 1, MSG_NOSIGNAL);
		polled->events = POLLIN;
	} else {
		/* Its first byte is the kind, and the rest of them may be that too. */
		memset(bytes, kind, 1);
		moved = send(stream->fd, bytes, sizeof bytes, MSG_NOSIGNAL);
	}
	return moved > 0 || (moved < 0 && (errno == EAGAIN || errno == EINTR));
}

static uint64_t acknowledged(const struct stream *stream)
{
	struct tcp_info info;
	socklen_t size = sizeof info;

	if (getsockopt(stream->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		die("TCP_INFO");
	return info.tcpi_bytes_acked;
}

static int run_streams(const struct sockaddr_in *to, double seconds, int up, int down,
		       const char *congestion)
{
	struct stream all[2 * STREAMS_MAX] = {0};
	struct pollfd polled[2 * STREAMS_MAX] = {0};
	const int count = up + down;
	uint64_t sent = 0, got = 0;
	const int64_t end = now() + (int64_t)(seconds * NS_PER_S);
	int64_t left;

	for (int i = 0; i < count; i++) {
		all[i] = begin_stream(to, i < up, congestion);
		polled[i] = (struct pollfd){all[i].fd, POLLOUT, 0};
	}
	while ((left = end - now()) > 0) {
		const struct timespec wait = {left / NS_PER_S, left % NS_PER_S};

		if (ppoll(polled, (nfds_t)count, &wait, NULL) <= 0)
			continue;
		for (int i = 0; i < count; i++)
			if (polled[i].revents != 0 && !move_bytes(&all[i], &polled[i]))
				polled[i].fd = -1;
	}
	for (int i = 0; i < count; i++) {
		sent += all[i].sends ? acknowledged(&all[i]) : 0;
		got += all[i].received;
		close(all[i].fd);
	}
	printf("%.3f %.3f\n", (double)sent * BITS_PER_BYTE / PER_MEGA / seconds,
	       (double)got * BITS_PER_BYTE / PER_MEGA / seconds);
	return EXIT_SUCCESS;
}

/* --- a flood */

static int send_flood(const struct sockaddr_in *to, double seconds, double mbits)
{
	static uint8_t bytes[DATAGRAM_BYTES];
	const int line = make_socket(SOCK_DGRAM | SOCK_NONBLOCK);
	const double interval =
	    (DATAGRAM_BYTES + HEADER_BYTES) * BITS_PER_BYTE / (mbits * PER_MEGA) * NS_PER_S;
	const int64_t begun = now(), end = begun + (int64_t)(seconds * NS_PER_S);
	const struct flood head = {.kind = FLOODS,
				   .lasts = (uint32_t)(seconds * NS_PER_S / NS_PER_MS),
				   .begun = begun};
	int64_t sent = 0;

	memcpy(bytes, &head, sizeof head);
	if (connect(line, (const struct sockaddr *)to, sizeof *to) != 0)
		die("connect");
	for (int64_t time = begun; time < end; time = now()) {
		const int64_t due = (int64_t)((double)(time - begun) / interval) + 1;
		const struct timespec pause = {
		    0, interval > PAUSE_NS
			   ? (long)(interval < NS_PER_S ? interval : NS_PER_S - 1)
			   : PAUSE_NS};

		/* What the host does not take is lost. */
		for (; sent < due; sent++)
			(void)send(line, bytes, sizeof bytes, 0);
		nanosleep(&pause, NULL);
	}
	return EXIT_SUCCESS;
}

static struct flood ask(const struct sockaddr_in *here)
{
	const struct flood question = {.kind = ASKS};
	const int line = make_socket(SOCK_DGRAM);
	struct pollfd polled = {line, POLLIN, 0};
	struct flood answer;

	if (connect(line, (const struct sockaddr *)here, sizeof *here) != 0 ||
	    send(line, &question, sizeof question, 0) != sizeof question ||
	    poll(&polled, 1, ANSWER_MS) != 1 ||
	    recv(line, &answer, sizeof answer, 0) != sizeof answer)
		die("no answer of the server");
	close(line);
	return answer;
}

static int print_received(const struct sockaddr_in *here)
{
	struct flood answer = ask(here);

	/* Its end may still be on its way. */
	if (answer.left > 0) {
		poll(NULL, 0, (int)answer.left);
		answer = ask(here);
	}
	printf("%.3f\n", answer.lasts == 0
			     ? 0
			     : (double)answer.bytes * BITS_PER_BYTE / PER_MEGA /
				   ((double)answer.lasts * NS_PER_MS / NS_PER_S));
	return EXIT_SUCCESS;
}

static struct sockaddr_in parse_address(const char *address, const char *port)
{
	struct sockaddr_in to = {.sin_family = AF_INET};

	if (inet_pton(AF_INET, address, &to.sin_addr) != 1) {
		fprintf(stderr, "load: %s: not an IPv4 address\n", address);
		exit(EXIT_FAILURE);
	}
	to.sin_port = htons((uint16_t)number(port, 1, PORT_MAX));
	return to;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to;

	if (argc == 4 && strcmp(argv[1], "serve") == 0)
		serve((uint16_t)number(argv[2], 1, PORT_MAX), argv[3]);
	if (argc == 3 && strcmp(argv[1], "received") == 0) {
		to = parse_address("127.0.0.1", argv[2]);
		return print_received(&to);
	}
	if (argc >= 6) {
		const double seconds = number(argv[4], 0.1, SECONDS_MAX);

		to = parse_address(argv[2], argv[3]);
		if (argc == 8 && strcmp(argv[1], "streams") == 0)
			return run_streams(&to, seconds,
					   (int)number(argv[5], 0, STREAMS_MAX),
					   (int)number(argv[6], 0, STREAMS_MAX), argv[7]);
		if (argc == 6 && strcmp(argv[1], "flood") == 0)
			return send_flood(&to, seconds, number(argv[5], 0.001, MBITS_MAX));
	}
	fputs("usage: load serve PORT CONGESTION |\n"
	      "       load streams ADDRESS PORT SECONDS UP DOWN CONGESTION |\n"
	      "       load flood ADDRESS PORT SECONDS MBITS | load received PORT\n",
	      stderr);
	return EXIT_FAILURE;
}
