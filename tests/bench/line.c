/* SPDX-License-Identifier: ISC */
/*
 * line PID PID INTERFACE DELAY-MS LOSS-PERCENT
 *
 * A line between two hosts: a TUN device of that name in the network of each process, and
 * what one sends comes out of the other so many milliseconds later, or never. Each
 * direction is a process. Without loss packets go as they are, as long as 64 KiB and
 * without the last of their checksums; with loss the kernel cuts them first, so that each
 * is lost by itself. The losses are the same in each run. Ends when it is killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	/* a packet and its virtio header */
	PACKET_MAX = 65535 + sizeof(struct virtio_net_hdr),
	/* bytes under way in each direction: 5 Gbit/s for 100 ms. What comes beyond that
	 * waits in the device, and is lost there when that is full too. */
	QUEUE_SIZE = 64 * 1024 * 1024,
	/* packets taken before those that are due go out */
	TURN_PACKETS = 64,
	DELAY_MS_MAX = 10000,
	PERCENT = 100,
	PATH_SIZE = 64,
	NS_PER_MS = 1000 * 1000,
	NS_PER_S = 1000 * 1000 * 1000,
};

/* A packet in the queue; its bytes follow. */
struct packet {
	int64_t due; /* CLOCK_MONOTONIC, in nanoseconds */
	size_t len;
};

/*
 * A ring. A packet is never split: where the rest before the end is too short for the
 * longest, the next one goes to the beginning, and wrap says where that was.
 */
struct queue {
	uint8_t *bytes;
	size_t head, tail, wrap;
	size_t count;
};

struct direction {
	int from, to;
	int64_t delay;
	/* of UINT32_MAX + 1 packets */
	uint64_t lost;
	uint32_t random;
	struct queue queue;
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

/* Where the longest packet has room, or NULL. */
static struct packet *queue_room(struct queue *queue)
{
	const size_t longest = sizeof(struct packet) + PACKET_MAX;

	if (queue->count == 0)
		queue->head = queue->tail = 0;
	else if (queue->tail <= queue->head)
		return queue->head - queue->tail < longest
			   ? NULL
			   : (struct packet *)(queue->bytes + queue->tail);
	if (QUEUE_SIZE - queue->tail < longest) {
		if (queue->head < longest)
			return NULL;
		queue->wrap = queue->tail;
		queue->tail = 0;
	}
	return (struct packet *)(queue->bytes + queue->tail);
}

/* How much of the ring a packet takes: the next one is aligned. */
static size_t taken(const struct packet *packet)
{
	const size_t align = _Alignof(struct packet);

	return (sizeof *packet + packet->len + align - 1) / align * align;
}

static void queue_add(struct queue *queue, const struct packet *packet)
{
	queue->tail += taken(packet);
	queue->count++;
}

static struct packet *queue_first(struct queue *queue)
{
	return queue->count == 0 ? NULL : (struct packet *)(queue->bytes + queue->head);
}

static void queue_drop(struct queue *queue)
{
	queue->head += taken(queue_first(queue));
	queue->count--;
	if (queue->head == queue->wrap)
		queue->head = queue->wrap = 0;
}

/* What is there, as far as there is room. False when there is none. */
static bool take_packets(struct direction *way)
{
	for (int i = 0; i < TURN_PACKETS; i++) {
		struct packet *packet = queue_room(&way->queue);
		ssize_t got;

		if (packet == NULL)
			return false;
		got = read(way->from, packet + 1, PACKET_MAX);
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			die("read");
		if (got < 0)
			break;
		if (is_lost(way))
			continue;
		packet->len = (size_t)got;
		packet->due = now() + way->delay;
		queue_add(&way->queue, packet);
	}
	return true;
}

/* Nanoseconds until the next one is due, or -1 when there is none. */
static int64_t send_due(struct direction *way)
{
	struct packet *packet;

	while ((packet = queue_first(&way->queue)) != NULL) {
		const int64_t left = packet->due - now();

		if (left > 0)
			return left;
		/* A device that does not take it (it is down, or full) has lost it. */
		if (write(way->to, packet + 1, packet->len) < 0 && errno != EAGAIN &&
		    errno != EIO && errno != EINVAL && errno != ENOBUFS)
			die("write");
		queue_drop(&way->queue);
	}
	return -1;
}

__attribute__((noreturn)) static void run(struct direction *way)
{
	way->queue.bytes = calloc(1, QUEUE_SIZE);
	if (way->queue.bytes == NULL)
		die("memory");
	for (;;) {
		const bool room = take_packets(way);
		const int64_t left = send_due(way);
		const struct timespec wait = {left / NS_PER_S, left % NS_PER_S};
		/* A full queue has a first packet to wait for. */
		struct pollfd in = {.fd = room || left < 0 ? way->from : -1,
				    .events = POLLIN};

		if (ppoll(&in, 1, left < 0 ? NULL : &wait, NULL) < 0 && errno != EINTR)
			die("poll");
	}
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

/* A number up to limit, or the end of the program. */
static double number(const char *text, double limit)
{
	char *end;
	const double value = strtod(text, &end);

	if (end == text || *end != '\0' || !(value >= 0 && value <= limit)) {
		fprintf(stderr, "line: %s: not a number from 0 to %g\n", text, limit);
		exit(EXIT_FAILURE);
	}
	return value;
}

int main(int argc, char **argv)
{
	struct direction there = {.random = 1}, back = {.random = 2};
	double percent;
	pid_t child;

	if (argc != 6) {
		fputs("usage: line PID PID INTERFACE DELAY-MS LOSS-PERCENT\n", stderr);
		return EXIT_FAILURE;
	}
	there.delay = (int64_t)(number(argv[4], DELAY_MS_MAX) * NS_PER_MS);
	percent = number(argv[5], PERCENT);
	there.lost = (uint64_t)(percent / PERCENT * ((double)UINT32_MAX + 1));
	there.from = back.to = make_end(argv[1], argv[3], percent == 0);
	there.to = back.from = make_end(argv[2], argv[3], percent == 0);
	back.delay = there.delay;
	back.lost = there.lost;
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
			die("prctl");
		run(&back);
	}
	run(&there);
}
