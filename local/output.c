/* SPDX-License-Identifier: ISC */
#include "local/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "policy/language/escape.h"

enum {
	/* The most that a message has (pipe(7), PIPE_BUF): more comes in several. */
	READ_MAX = 4096,
	/* All that a pipe holds (pipe(7): 16 pages), and its end. */
	DRAIN_READS_MAX = 16 + 1,
};

int output_pipe(int *ours, int *theirs, struct error *err)
{
	int ends[2];

	/* O_DIRECT: what is written at once is read as one message, and alone. */
	if (pipe2(ends, O_CLOEXEC | O_DIRECT) != 0)
		return error_sys(err, errno, "cannot make a pipe");
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
		error_sys(err, errno, "cannot prepare a pipe");
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	*ours = ends[0];
	*theirs = ends[1];
	return 0;
}

void output_begin(struct output *output, int fd, int level)
{
	*output = (struct output){.fd = fd, .level = level};
}

/* Whether it is one of ssh's debug messages, which only a verbose log has (ssh_said.h). */
static bool is_debug(const char *bytes, size_t len)
{
	static const char debug[] = "debug";

	return len >= sizeof debug - 1 && memcmp(bytes, debug, sizeof debug - 1) == 0;
}

static int level_of(struct output *output)
{
	if (!output->continued)
		output->debug = is_debug(output->line, output->line_used);
	return output->debug ? LOG_DEBUG : output->level;
}

/* Only what may be logged counts: otherwise a server could use up the lines with ssh's
 * debug messages before ssh complains. */
static void log_line(struct output *output, const struct output_log *log)
{
	const int level = level_of(output);
	char quoted[OUTPUT_QUOTED_MAX];

	if (output->line_used > 0 && (level != LOG_DEBUG || log->verbose)) {
		if (output->lines < OUTPUT_LINES_MAX)
			log->say(output, level,
				 escape_quoted(output->line, output->line_used, quoted,
					       sizeof quoted));
		if (output->lines == OUTPUT_LINES_MAX)
			log->say(output, LOG_WARNING, NULL);
		/* One more than there may be says that this was told. */
		if (output->lines <= OUTPUT_LINES_MAX)
			output->lines++;
	}
	output->line_used = 0;
}

/* A line's end inside of the message does not end the message. */
static bool ends_message(const char *bytes, size_t len, size_t at)
{
	while (at < len && strchr("\r\n", bytes[at]) != NULL)
		at++;
	return at == len;
}

static void take_lines(struct output *output, const char *bytes, size_t len,
		       const struct output_log *log)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n' || output->line_used == sizeof output->line) {
			log_line(output, log);
			output->continued =
			    bytes[i] != '\n' || !ends_message(bytes, len, i);
		}
		if (bytes[i] != '\n' && bytes[i] != '\r')
			output->line[output->line_used++] = bytes[i];
	}
}

static void keep_tail(struct output *output, const char *bytes, size_t len)
{
	const size_t room = OUTPUT_TAIL_MAX - output->used;

	if (len > room) {
		output->cut = true;
		memmove(output->tail, output->tail + (len - room),
			output->used - (len - room));
		output->used -= len - room;
	}
	memcpy(output->tail + output->used, bytes, len);
	output->used += len;
	output->tail[output->used] = '\0';
}

/* Marks the beginning of each line but the message's first. */
static void keep_message(struct output *output, const char *bytes, size_t len)
{
	const char mark = is_debug(bytes, len) ? OUTPUT_CONTINUES_DEBUG : OUTPUT_CONTINUES;
	char marked[2 * READ_MAX];
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		marked[used++] = bytes[i] == '\0' ? '?' : bytes[i];
		if ((bytes[i] == '\n' || bytes[i] == '\r') && i + 1 < len &&
		    bytes[i + 1] != '\n' && bytes[i + 1] != '\r')
			marked[used++] = mark;
	}
	keep_tail(output, marked, used);
}

void output_drain(struct output *output, const struct output_log *log)
{
	char bytes[READ_MAX];
	ssize_t got;

	/* Read what is in the pipe, then return: a child that writes faster must not keep
	 * us here. */
	for (int i = 0; output->fd >= 0 && i < DRAIN_READS_MAX; i++) {
		got = read(output->fd, bytes, sizeof bytes);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return;
		if (got <= 0) {
			log_line(output, log);
			output_close(output);
			return;
		}
		output->window_bytes += (size_t)got;
		keep_message(output, bytes, (size_t)got);
		take_lines(output, bytes, (size_t)got, log);
	}
}

void output_end_line(struct output *output, const struct output_log *log)
{
	log_line(output, log);
	output->continued = false;
}

void output_forget(struct output *output)
{
	output->used = 0;
	output->cut = false;
	output->tail[0] = '\0';
}

void output_take(struct output *output, const struct output_log *log)
{
	const int64_t now = monotonic_ms();

	if (now - output->window >= OUTPUT_WINDOW_MS) {
		output->window = now;
		output->window_bytes = output->window_looks = 0;
	}
	output->window_looks++;
	output_drain(output, log);
}

int output_rest_ms(const struct output *output)
{
	const int64_t over = output->window + OUTPUT_WINDOW_MS - monotonic_ms();

	if (output->fd < 0 || over <= 0 ||
	    (output->window_bytes < OUTPUT_WINDOW_BYTES &&
	     output->window_looks < OUTPUT_WINDOW_LOOKS))
		return 0;
	return (int)over;
}

void output_close(struct output *output)
{
	if (output->fd >= 0)
		close(output->fd);
	output->fd = -1;
}

const char *output_said(const struct output *output)
{
	const char *end;

	if (!output->cut)
		return output->tail;
	end = strchr(output->tail, '\n');
	return end != NULL ? end + 1 : output->tail + output->used;
}

static bool is_mark(char byte)
{
	return byte == OUTPUT_CONTINUES || byte == OUTPUT_CONTINUES_DEBUG;
}

/* The line before *end that is not blank, without its mark: where it begins, and *end is
 * where it ends. *end when there is none. */
static size_t find_line(const struct output *output, size_t *end)
{
	const char *const tail = output->tail;
	size_t begin;

	while (*end > 0 &&
	       (strchr("\r\n\t ", tail[*end - 1]) != NULL || is_mark(tail[*end - 1])))
		(*end)--;
	begin = *end;
	while (begin > 0 && strchr("\r\n", tail[begin - 1]) == NULL)
		begin--;
	return begin < *end && is_mark(tail[begin]) ? begin + 1 : begin;
}

const char *output_last_line(const struct output *output,
			     bool (*tells)(const char *line, size_t len), char *buf,
			     size_t size)
{
	size_t last_end = output->used;
	const size_t last = find_line(output, &last_end);
	size_t begin = last, end = last_end;

	while (tells != NULL && begin < end && !tells(output->tail + begin, end - begin)) {
		end = begin;
		begin = find_line(output, &end);
	}
	if (begin == end) {
		begin = last;
		end = last_end;
	}
	buf[0] = '\0';
	return begin == end ? buf
			    : escape_quoted(output->tail + begin, end - begin, buf, size);
}
