/* SPDX-License-Identifier: ISC */
/*
 * call serve PORT                          answers the two below, until it is killed
 * call call ADDRESS PORT SECONDS           160 bytes each 20 ms, by UDP, as a telephone
 * sends them call connect ADDRESS PORT SECONDS        a new TCP connection each 200 ms, and
 * a byte answered in it
 *
 * Both print "MEDIAN P99 MAX LOST": milliseconds from the call's sending, or the
 * connection's beginning, to the answer, and the percentage that had none. What is not
 * answered yet at the end is waited for: twice as long as the longest has taken, but 10
 * seconds at the most.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	CALL_BYTES = 160,
	CALL_INTERVAL_MS = 20,
	CONNECT_INTERVAL_MS = 200,
	/* The longest wait for the last answers. */
	LINGER_MS = 10000,
	LINGER_LEAST_MS = 500,
	LINGER_TIMES = 2,
	SECONDS_MAX = 3600,
	MS_PER_S = 1000,
	ASKED_MAX = SECONDS_MAX * MS_PER_S / CALL_INTERVAL_MS,
	PORT_MAX = 65535,
	BACKLOG = 64,
	/* Connections open at a time: more than are begun while the first is waited for. */
	CONNECTIONS_MAX = 1024,
	DATAGRAM_MAX = 65536,
	RECEIVE_BUFFER = 1024 * 1024,
	PERCENT = 100,
	PER_MILLE_99 = 990,
	PER_MILLE_50 = 500,
	PER_MILLE = 1000,
	NS_PER_MS = 1000 * 1000,
	NS_PER_S = 1000 * 1000 * 1000,
};

/* What this process asks. Of each question when it was, and how long the answer took, or
 * -1; in nanoseconds. */
static struct {
	int64_t begun, interval;
	size_t count, asked, answered;
	int64_t longest;
	int64_t asked_at[ASKED_MAX], took[ASKED_MAX];
} series;

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "call: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * NS_PER_S + time.tv_nsec;
}

static long number(const char *text, long limit)
{
	char *end;
	const long value = strtol(text, &end, 10);

	if (end == text || *end != '\0' || value < 1 || value > limit) {
		fprintf(stderr, "call: %s: not a number from 1 to %ld\n", text, limit);
		exit(EXIT_FAILURE);
	}
	return value;
}

static int make_socket(int type)
{
	const int made = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (made < 0)
		die("socket");
	return made;
}

/* --- the answering side */

static int serve_on(int type, uint16_t port)
{
	const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	const int made = make_socket(type), yes = 1, buffer = RECEIVE_BUFFER;

	if (setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
	    setsockopt(made, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer) != 0 ||
	    bind(made, (const struct sockaddr *)&address, sizeof address) != 0)
		die("bind");
	if (type == SOCK_STREAM && listen(made, BACKLOG) != 0)
		die("listen");
	return made;
}

static void answer_datagrams(int calls)
{
	static uint8_t bytes[DATAGRAM_MAX];
	struct sockaddr_in from;
	socklen_t len = sizeof from;
	ssize_t got;

	while ((got = recvfrom(calls, bytes, sizeof bytes, 0, (struct sockaddr *)&from,
			       &len)) >= 0) {
		/* A reply that is lost here is a reply lost. */
		(void)sendto(calls, bytes, (size_t)got, 0, (struct sockaddr *)&from, len);
		len = sizeof from;
	}
}

/* One byte for one byte; the client closes. False when the connection has ended. */
static bool answer_connection(int connection)
{
	uint8_t byte;
	const ssize_t got = recv(connection, &byte, 1, 0);

	if (got == 1)
		(void)send(connection, &byte, 1, MSG_NOSIGNAL);
	return got == 1 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

__attribute__((noreturn)) static void serve(uint16_t port)
{
	struct pollfd polled[CONNECTIONS_MAX] = {{serve_on(SOCK_DGRAM, port), POLLIN, 0},
						 {serve_on(SOCK_STREAM, port), POLLIN, 0}};
	nfds_t count = 2;

	for (;;) {
		if (poll(polled, count, -1) < 0 && errno != EINTR)
			die("poll");
		if (polled[0].revents != 0)
			answer_datagrams(polled[0].fd);
		for (nfds_t i = count; i-- > 2;)
			if (polled[i].revents != 0 && !answer_connection(polled[i].fd)) {
				close(polled[i].fd);
				polled[i] = polled[--count];
			}
		if (polled[1].revents != 0 && count < CONNECTIONS_MAX) {
			const int connection =
			    accept4(polled[1].fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

			if (connection >= 0)
				polled[count++] = (struct pollfd){connection, POLLIN, 0};
		}
	}
}

/* --- the asking side */

static void begin_series(long seconds, int interval_ms)
{
	series.begun = now();
	series.interval = (int64_t)interval_ms * NS_PER_MS;
	series.count = (size_t)(seconds * NS_PER_S / series.interval);
	for (size_t i = 0; i < series.count; i++)
		series.took[i] = -1;
}

/* How long until the next one is asked, or the series ends; in nanoseconds, 0 when it is
 * time. */
static int64_t series_wait(void)
{
	int64_t end = series.begun + (int64_t)series.asked * series.interval;
	int64_t linger = LINGER_TIMES * series.longest;

	if (series.asked == series.count) {
		if (linger < (int64_t)LINGER_LEAST_MS * NS_PER_MS)
			linger = (int64_t)LINGER_LEAST_MS * NS_PER_MS;
		/* Nothing was heard yet, and so nothing is known. */
		if (linger > (int64_t)LINGER_MS * NS_PER_MS || series.answered == 0)
			linger = (int64_t)LINGER_MS * NS_PER_MS;
		end += linger;
	}
	end -= now();
	return end > 0 ? end : 0;
}

static bool series_has_ended(void)
{
	return series.answered == series.count ||
	       (series.asked == series.count && series_wait() == 0);
}

static void series_answered(size_t which)
{
	if (which >= series.asked || series.took[which] >= 0)
		return;
	series.took[which] = now() - series.asked_at[which];
	series.answered++;
	if (series.longest < series.took[which])
		series.longest = series.took[which];
}

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Of those that were answered, which are sorted behind the others. */
static double quantile(size_t per_mille)
{
	const size_t lost = series.count - series.answered;
	const size_t place = (series.answered * per_mille + PER_MILLE - 1) / PER_MILLE;

	return (double)series.took[lost + (place > 0 ? place - 1 : 0)] / NS_PER_MS;
}

static int print_series(void)
{
	const double lost =
	    PERCENT * (double)(series.count - series.answered) / (double)series.count;

	qsort(series.took, series.count, sizeof *series.took, compare);
	if (series.answered == 0)
		printf("- - - %.2f\n", lost);
	else
		printf("%.2f %.2f %.2f %.2f\n", quantile(PER_MILLE_50),
		       quantile(PER_MILLE_99), quantile(PER_MILLE), lost);
	return EXIT_SUCCESS;
}

static int wait_at(struct pollfd *polled, nfds_t count)
{
	const int64_t left = series_wait();
	const struct timespec wait = {left / NS_PER_S, left % NS_PER_S};
	const int ready = ppoll(polled, count, &wait, NULL);

	if (ready < 0 && errno != EINTR)
		die("poll");
	return ready;
}

static void hear_calls(int line)
{
	uint8_t bytes[CALL_BYTES];
	uint32_t which;

	/* An error (ECONNREFUSED) is an answer that is missing. */
	while (recv(line, bytes, sizeof bytes, 0) == sizeof bytes) {
		memcpy(&which, bytes, sizeof which);
		series_answered(which);
	}
}

static int call(const struct sockaddr_in *to, long seconds)
{
	uint8_t bytes[CALL_BYTES] = {0};
	struct pollfd polled = {make_socket(SOCK_DGRAM), POLLIN, 0};

	if (connect(polled.fd, (const struct sockaddr *)to, sizeof *to) != 0)
		die("connect");
	begin_series(seconds, CALL_INTERVAL_MS);
	while (!series_has_ended()) {
		if (series.asked < series.count && series_wait() == 0) {
			const uint32_t which = (uint32_t)series.asked;

			memcpy(bytes, &which, sizeof which);
			series.asked_at[series.asked++] = now();
			/* What the host does not take is lost. */
			(void)send(polled.fd, bytes, sizeof bytes, 0);
		}
		wait_at(&polled, 1);
		hear_calls(polled.fd);
	}
	close(polled.fd);
	return print_series();
}

/* Begins one; the byte follows when the connection is there. */
static struct pollfd begin_connection(const struct sockaddr_in *to)
{
	const struct linger at_once = {.l_onoff = 1};
	const int made = make_socket(SOCK_STREAM);

	/* Its end is to take nothing of the line. */
	if (setsockopt(made, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0)
		die("linger");
	if (connect(made, (const struct sockaddr *)to, sizeof *to) != 0 &&
	    errno != EINPROGRESS) {
		close(made);
		return (struct pollfd){.fd = -1};
	}
	return (struct pollfd){made, POLLOUT, 0};
}

/* What one of the connections is ready for. */
static void go_on(struct pollfd *connection, size_t which)
{
	uint8_t byte = 0;

	if ((connection->revents & POLLOUT) != 0 &&
	    send(connection->fd, &byte, 1, MSG_NOSIGNAL) == 1) {
		connection->events = POLLIN;
		return;
	}
	if ((connection->revents & POLLIN) != 0 && recv(connection->fd, &byte, 1, 0) == 1)
		series_answered(which);
	close(connection->fd);
	connection->fd = -1;
}

static int connect_often(const struct sockaddr_in *to, long seconds)
{
	static struct pollfd polled[SECONDS_MAX * MS_PER_S / CONNECT_INTERVAL_MS];

	begin_series(seconds, CONNECT_INTERVAL_MS);
	while (!series_has_ended()) {
		if (series.asked < series.count && series_wait() == 0) {
			series.asked_at[series.asked] = now();
			polled[series.asked++] = begin_connection(to);
		}
		if (wait_at(polled, series.asked) <= 0)
			continue;
		for (size_t i = 0; i < series.asked; i++)
			if (polled[i].fd >= 0 && polled[i].revents != 0)
				go_on(&polled[i], i);
	}
	return print_series();
}

static struct sockaddr_in parse_address(const char *address, const char *port)
{
	struct sockaddr_in to = {.sin_family = AF_INET};

	if (inet_pton(AF_INET, address, &to.sin_addr) != 1) {
		fprintf(stderr, "call: %s: not an IPv4 address\n", address);
		exit(EXIT_FAILURE);
	}
	to.sin_port = htons((uint16_t)number(port, PORT_MAX));
	return to;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to;

	if (argc == 3 && strcmp(argv[1], "serve") == 0)
		serve((uint16_t)number(argv[2], PORT_MAX));
	if (argc == 5) {
		to = parse_address(argv[2], argv[3]);
		if (strcmp(argv[1], "call") == 0)
			return call(&to, number(argv[4], SECONDS_MAX));
		if (strcmp(argv[1], "connect") == 0)
			return connect_often(&to, number(argv[4], SECONDS_MAX));
	}
	fputs("usage: call serve PORT | call call ADDRESS PORT SECONDS | "
	      "call connect ADDRESS PORT SECONDS\n",
	      stderr);
	return EXIT_FAILURE;
}
