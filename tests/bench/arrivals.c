/* SPDX-License-Identifier: ISC */
/*
 * What a line delivers, millisecond by millisecond, for tests/unit/traces.
 *
 *   arrivals write WINDOW-BYTES BURST SECONDS COMMAND…
 *                                                  sends frames to the command's standard
 *                                                  input, so many in a millisecond at most,
 *                                                  and keeps so much on its way, for so
 *                                                  long after the first answer
 *   arrivals read SKIP-MS                          what the command has to start at the far
 *                                                  end: answers by how much has come, and
 *                                                  writes the record to standard error
 *
 * Without these bounds ssh would make messages of 32 KB of what waits in the pipe, and
 * deliver each when the last byte of it is there.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	FRAME_BYTES = 1500,
	READ_BYTES = 64 * 1024,
	MS_MAX = 60 * 1000,
	MS_PER_S = 1000,
	NS_PER_MS = 1000 * 1000,
	/* Neighbours that differ by no more than an eighth are one row. */
	ALIKE = 8,
	EXIT_USAGE = 64,
};

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "arrivals: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * MS_PER_S + time.tv_nsec / NS_PER_MS;
}

/* --- the far end */

static uint64_t arrived[MS_MAX];

static bool is_alike(uint64_t first, uint64_t next)
{
	const uint64_t more = first > next ? first - next : next - first;

	return more <= first / ALIKE;
}

/* Runs of milliseconds, and how much came in each of them. */
static void print_record(int64_t from, int64_t end)
{
	while (from < end) {
		uint64_t bytes = 0;
		int64_t ms = 0;

		do
			bytes += arrived[from + ms++];
		while (from + ms < end && is_alike(arrived[from], arrived[from + ms]));
		fprintf(stderr, "%" PRId64 " %" PRIu64 "\n", ms, bytes / (uint64_t)ms);
		from += ms;
	}
}

static int read_all(int64_t skip)
{
	static uint8_t bytes[READ_BYTES];
	const int64_t begin = now_ms();
	int64_t at = 0;

	for (;;) {
		const ssize_t len = read(STDIN_FILENO, bytes, sizeof bytes);
		const uint32_t count = (uint32_t)len;

		if (len < 0)
			die("read");
		if (len == 0)
			break;
		at = now_ms() - begin;
		if (at >= MS_MAX)
			break;
		arrived[at] += (uint64_t)len;
		if (write(STDOUT_FILENO, &count, sizeof count) != sizeof count)
			break;
	}
	/* The last one may not be a whole one. */
	print_record(skip, at);
	return EXIT_SUCCESS;
}

/* --- the near end */

static pid_t start(char **command, int *in, int *out)
{
	int to[2], from[2];
	pid_t pid;

	if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		if (dup2(to[0], STDIN_FILENO) < 0 || dup2(from[1], STDOUT_FILENO) < 0)
			die("dup2");
		execvp(command[0], command);
		die(command[0]);
	}
	close(to[0]);
	close(from[1]);
	*in = to[1];
	*out = from[0];
	return pid;
}

/* How much more has arrived. */
static uint64_t read_answers(int out)
{
	uint32_t counts[READ_BYTES / sizeof(uint32_t)];
	size_t have = 0;
	uint64_t sum = 0;

	do {
		const ssize_t len =
		    read(out, (uint8_t *)counts + have, sizeof counts - have);

		if (len <= 0)
			die("the far end");
		have += (size_t)len;
	} while (have % sizeof counts[0] != 0);
	for (size_t i = 0; i < have / sizeof counts[0]; i++)
		sum += counts[i];
	return sum;
}

static void send_frames(int in, int out, uint64_t window, unsigned burst, int64_t length)
{
	static const uint8_t frame[FRAME_BYTES];
	uint64_t on_way = 0;
	unsigned written = 0;
	int64_t now, last = 0, end = INT64_MAX;

	while ((now = now_ms()) < end) {
		const bool open = on_way < window && (now != last || written < burst);
		struct pollfd waits[] = {{open ? in : -1, POLLOUT, 0}, {out, POLLIN, 0}};

		if (poll(waits, 2, on_way < window ? 1 : MS_PER_S) < 0)
			die("poll");
		if (waits[1].revents != 0) {
			on_way -= read_answers(out);
			end = end == INT64_MAX ? now + length : end;
		}
		if (waits[0].revents == 0)
			continue;
		if (write(in, frame, sizeof frame) != sizeof frame)
			die("write");
		on_way += sizeof frame;
		written = now == last ? written + 1 : 1;
		last = now;
	}
}

static int write_all(uint64_t window, unsigned burst, int64_t seconds, char **command)
{
	int in, out, status = 0;
	ssize_t got;
	pid_t pid;

	signal(SIGPIPE, SIG_IGN);
	pid = start(command, &in, &out);
	send_frames(in, out, window, burst, seconds * MS_PER_S);
	close(in);
	do
		got = read(out, &status, sizeof status);
	while (got > 0);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		die("the command failed");
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "read") == 0)
		return read_all(atoll(argv[2]));
	if (argc > 5 && strcmp(argv[1], "write") == 0)
		return write_all(strtoull(argv[2], NULL, 10), (unsigned)atoi(argv[3]),
				 atoll(argv[4]), argv + 5);
	fprintf(stderr, "usage: arrivals write WINDOW-BYTES BURST SECONDS COMMAND…\n"
			"       arrivals read SKIP-MS\n");
	return EXIT_USAGE;
}
