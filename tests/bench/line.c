/* SPDX-License-Identifier: ISC */
/*
 * line [-r RATE[/RATE]] [-q QUEUE] [-c FIFO] PID PID INTERFACE DELAY-MS LOSS-PERCENT
 *
 * A line between two hosts: a TUN device of that name in the network of each process, and
 * what one sends comes out of the other so many milliseconds later, or never. Each
 * direction is a process. Ends when it is killed.
 *
 * RATE is in bits per second, as 512k or 20M, of IP packets; "none" is no limit. The second
 * one is of what the second host sends, otherwise both have the same. What is over the rate
 * waits in a FIFO, and is lost where that is full: QUEUE is its length in bytes, or, as
 * 50ms, in time at the rate that the line begins with. It stays so long when the rate
 * changes: each line that is written to the named pipe FIFO is a new RATE[/RATE].
 *
 * Without rate and loss packets go as they are, as long as 64 KiB and without the last of
 * their checksums; otherwise the kernel cuts them first, so that each waits or is lost by
 * itself. The losses are the same in each run.
 */
#include "tests/bench/line_way.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum {
	/* packets taken before those that have arrived go out */
	TURN_PACKETS = 64,
	DELAY_MS_MAX = 10000,
	PERCENT = 100,
	PATH_SIZE = 64,
	COMMAND_SIZE = 64,
	BITS_PER_BYTE = 8,
	MS_PER_S = 1000,
	NS_PER_MS = 1000 * 1000,
	NS_PER_S = 1000 * 1000 * 1000,
	/* without "-q": about as much as a home router has */
	QUEUE_BYTES = 256 * 1024,
	QUEUE_BYTES_MAX = LINE_HOLDS / 2,
};
static const double RATE_MAX = 100e9;

struct direction {
	int from, to;
	/* tells new rates: a pipe */
	int rates[2];
	/* of UINT32_MAX + 1 packets */
	uint64_t lost;
	uint32_t random;
	struct line_way way;
};

/* What the command line says of both directions. */
struct shape {
	/* bits per second, 0: no limit */
	double rates[2];
	const char *queue, *control;
	double delay_ms, loss_percent;
};

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "line: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * NS_PER_S + time.tv_nsec;
}

/* Marsaglia's xorshift: what matters is that it is the same each time. */
static bool is_lost(struct direction *way)
{
	way->random ^= way->random << 13;
	way->random ^= way->random >> 17;
	way->random ^= way->random << 5;
	return way->random < way->lost;
}

/* What is there, as far as there is room. False when there is none. */
static bool take_packets(struct direction *way)
{
	for (int i = 0; i < TURN_PACKETS; i++) {
		uint8_t *room = line_way_room(&way->way);
		ssize_t got;

		if (room == NULL)
			return false;
		got = read(way->from, room, LINE_PACKET_MAX);
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			die("read");
		if (got < (ssize_t)sizeof(struct virtio_net_hdr))
			break;
		line_way_add(&way->way, (size_t)got,
			     (size_t)got - sizeof(struct virtio_net_hdr), now());
	}
	return true;
}

static void give_packets(struct direction *way)
{
	const uint8_t *packet;
	size_t len;

	while ((packet = line_way_arrived(&way->way, &len, now())) != NULL) {
		/* A device that does not take it (it is down, or full) has lost it. */
		if (!is_lost(way) && write(way->to, packet, len) < 0 && errno != EAGAIN &&
		    errno != EIO && errno != EINVAL && errno != ENOBUFS)
			die("write");
		line_way_take(&way->way);
	}
}

static void change_rate(struct direction *way)
{
	int64_t rate;

	if (read(way->rates[0], &rate, sizeof rate) == sizeof rate)
		line_way_set_rate(&way->way, rate, now());
	else
		exit(EXIT_FAILURE);
}

__attribute__((noreturn)) static void run(struct direction *way)
{
	struct pollfd polled[] = {{.events = POLLIN},
				  {.fd = way->rates[0], .events = POLLIN}};

	close(way->rates[1]);
	/* The kernel wakes no later than it has to. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_TIMERSLACK, 1) != 0)
		die("prctl");
	for (;;) {
		const bool room = take_packets(way);
		struct timespec wait;
		int64_t left;

		give_packets(way);
		left = line_way_wait(&way->way, now());
		wait = (struct timespec){left / NS_PER_S, left % NS_PER_S};
		/* A full line has a first packet to wait for. */
		polled[0].fd = room || left < 0 ? way->from : -1;
		if (ppoll(polled, 2, left < 0 ? NULL : &wait, NULL) < 0 && errno != EINTR)
			die("poll");
		if (polled[1].revents != 0)
			change_rate(way);
	}
}

static void start(struct direction *way)
{
	pid_t child;

	/* The other direction must not hold its end: obey() waits for that. */
	if (pipe2(way->rates, O_CLOEXEC) != 0)
		die("pipe");
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0)
		run(way);
	close(way->rates[0]);
}

static int open_path(const char *pid, const char *name, int flags)
{
	char path[PATH_SIZE];
	int fd;

	snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		die(path);
	return fd;
}

/* One end, in the network of that process. */
static int make_end(const char *pid, const char *interface, bool whole)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR};
	const int net = open_path(pid, "ns/net", O_RDONLY);
	int tun;

	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface);
	if (setns(net, CLONE_NEWNET) != 0)
		die("setns");
	/* The device belongs to where it was opened. */
	tun = open_path(pid, "root/dev/net/tun", O_RDWR | O_NONBLOCK);
	if (ioctl(tun, TUNSETIFF, &request) != 0 ||
	    ioctl(tun, TUNSETOFFLOAD, whole ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 : 0) !=
		0)
		die(interface);
	close(net);
	return tun;
}

__attribute__((noreturn)) static void refuse(const char *text, const char *why)
{
	fprintf(stderr, "line: %s: %s\n", text, why);
	exit(EXIT_FAILURE);
}

/* A number up to limit, and whatever follows it; or the end of the program. */
static double number(const char *text, double limit, char **end)
{
	const double value = strtod(text, end);

	if (*end == text || !(value >= 0 && value <= limit))
		refuse(text, "not a number in its limits");
	return value;
}

static double plain_number(const char *text, double limit)
{
	char *end;
	const double value = number(text, limit, &end);

	if (*end != '\0')
		refuse(text, "not a number");
	return value;
}

/* Bits per second, 0 for "none"; rest is what follows it. */
static double rate_number(const char *text, char **rest)
{
	const char *none = "none";
	double value;

	if (strncmp(text, none, strlen(none)) == 0) {
		*rest = (char *)text + strlen(none);
		return 0;
	}
	value = number(text, RATE_MAX, rest);
	if (**rest == 'k')
		value *= 1e3;
	else if (**rest == 'M')
		value *= 1e6;
	else if (**rest == 'G')
		value *= 1e9;
	if (**rest != '\0' && strchr("kMG", **rest) != NULL)
		(*rest)++;
	if (value < 1 || value > RATE_MAX)
		refuse(text, "no rate");
	return value;
}

static void parse_rates(const char *text, double rates[2])
{
	char *rest;

	rates[0] = rates[1] = rate_number(text, &rest);
	if (*rest == '/')
		rates[1] = rate_number(rest + 1, &rest);
	if (*rest != '\0')
		refuse(text, "not RATE[/RATE]");
}

/* How many bytes may wait for that rate. */
static size_t queue_bytes(const char *text, double rate)
{
	char *rest;
	double value;

	if (text == NULL || rate == 0)
		return QUEUE_BYTES;
	value = number(text, QUEUE_BYTES_MAX, &rest);
	if (strcmp(rest, "ms") == 0)
		value = value * rate / BITS_PER_BYTE / MS_PER_S;
	else if (*rest != '\0')
		refuse(text, "neither bytes nor milliseconds");
	if (value > QUEUE_BYTES_MAX)
		refuse(text, "too long a queue");
	return (size_t)value;
}

static void tell_rates(const double rates[2], struct direction way[2])
{
	for (int i = 0; i < 2; i++) {
		const int64_t rate = (int64_t)rates[i];

		if (write(way[i].rates[1], &rate, sizeof rate) != sizeof rate)
			die("write");
	}
}

/* What came from the named pipe, from its beginning: whole lines are done, and the rest
 * stays. */
static size_t do_commands(char *text, size_t len, struct direction way[2])
{
	char *end;

	while ((end = memchr(text, '\n', len)) != NULL) {
		const size_t used = (size_t)(end - text) + 1;
		double rates[2];

		*end = '\0';
		parse_rates(text, rates);
		tell_rates(rates, way);
		len -= used;
		memmove(text, end + 1, len);
	}
	return len;
}

/* Until one of the directions has ended. */
static void obey(int control, struct direction way[2])
{
	struct pollfd polled[] = {{.fd = control, .events = POLLIN},
				  {.fd = way[0].rates[1]},
				  {.fd = way[1].rates[1]}};
	char text[COMMAND_SIZE];
	size_t len = 0;

	while (poll(polled, 3, -1) > 0 && polled[1].revents == 0 &&
	       polled[2].revents == 0) {
		const ssize_t got = read(control, text + len, sizeof text - len);

		if (got <= 0)
			die("the named pipe");
		len = do_commands(text, len + (size_t)got, way);
	}
}

static void make_line(char *const where[3], const struct shape *shape,
		      struct direction way[2])
{
	const bool whole = shape->loss_percent == 0 && shape->rates[0] == 0 &&
			   shape->rates[1] == 0 && shape->control == NULL;

	way[0].from = way[1].to = make_end(where[0], where[2], whole);
	way[0].to = way[1].from = make_end(where[1], where[2], whole);
	for (int i = 0; i < 2; i++) {
		way[i].random = (uint32_t)i + 1;
		way[i].lost =
		    (uint64_t)(shape->loss_percent / PERCENT * ((double)UINT32_MAX + 1));
		if (!line_way_init(&way[i].way, (int64_t)shape->rates[i],
				   queue_bytes(shape->queue, shape->rates[i]),
				   (int64_t)(shape->delay_ms * NS_PER_MS)))
			die("memory");
	}
}

__attribute__((noreturn)) static void usage(void)
{
	fputs(
	    "usage: line [-r RATE[/RATE]] [-q QUEUE] [-c FIFO] PID PID INTERFACE DELAY-MS "
	    "LOSS-PERCENT\n",
	    stderr);
	exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	struct shape shape = {0};
	struct direction way[2] = {0};
	int option, control = -1;

	while ((option = getopt(argc, argv, "r:q:c:")) != -1)
		if (option == 'r')
			parse_rates(optarg, shape.rates);
		else if (option == 'q')
			shape.queue = optarg;
		else if (option == 'c')
			shape.control = optarg;
		else
			usage();
	if (argc - optind != 5)
		usage();
	argv += optind;
	shape.delay_ms = plain_number(argv[3], DELAY_MS_MAX);
	shape.loss_percent = plain_number(argv[4], PERCENT);
	/* Open for writing as well, it never ends. */
	if (shape.control != NULL)
		control = open(shape.control, O_RDWR | O_CLOEXEC);
	if (shape.control != NULL && control < 0)
		die(shape.control);
	make_line(argv, &shape, way);
	start(&way[0]);
	start(&way[1]);
	obey(control, way);
	return EXIT_FAILURE;
}
