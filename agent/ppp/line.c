/* SPDX-License-Identifier: ISC */
#include "agent/ppp/line.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/terminal.h"

static int unblock(int fd, int *flags)
{
	*flags = fcntl(fd, F_GETFL);
	return *flags < 0 ? -1 : fcntl(fd, F_SETFL, *flags | O_NONBLOCK);
}

static int make_raw(struct line *line)
{
	line->is_tty = isatty(line->in) == 1;
	return line->is_tty ? terminal_make_raw(line->in, &line->mode) : 0;
}

int line_open(struct line *line, const char *tty, struct error *err)
{
	line->start = line->end = 0;
	line->in = STDIN_FILENO;
	line->out = STDOUT_FILENO;
	if (tty[0] != '\0') {
		line->in = open(tty, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		if (line->in < 0)
			return error_sys(err, errno, "cannot open %s", tty);
		line->out = line->in;
	}
	if (unblock(line->in, &line->in_flags) != 0 ||
	    unblock(line->out, &line->out_flags) != 0 || make_raw(line) != 0)
		return error_sys(
		    err, errno,
		    "cannot set up the line (standard input and output, or the terminal)");
	return 0;
}

void line_restore(struct line *line)
{
	if (line->is_tty)
		(void)tcsetattr(line->in, TCSANOW, &line->mode);
	(void)fcntl(line->out, F_SETFL, line->out_flags);
	(void)fcntl(line->in, F_SETFL, line->in_flags);
}

size_t line_queue(struct line *line, const struct frame *frame,
		  const struct frame_style *style)
{
	const size_t most = 2 * (frame->len + FRAME_OVERHEAD) + 2;
	size_t size;

	if (sizeof line->buffer - line->end < most && line->start > 0) {
		memmove(line->buffer, line->buffer + line->start, line->end - line->start);
		line->end -= line->start;
		line->start = 0;
	}
	if (sizeof line->buffer - line->end < most)
		return 0;
	size = frame_write(frame, style, line->buffer + line->end);
	line->end += size;
	return size;
}

size_t line_waiting(const struct line *line)
{
	return line->end - line->start;
}

static int write_until(struct line *line, size_t end)
{
	while (line->start < end) {
		const ssize_t sent =
		    write(line->out, line->buffer + line->start, end - line->start);

		if (sent < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		line->start += (size_t)sent;
	}
	return 0;
}

int line_flush(struct line *line)
{
	if (write_until(line, line->end) != 0)
		return -1;
	if (line->start == line->end)
		line->start = line->end = 0;
	return 0;
}

int line_flush_messages(struct line *line)
{
	while (line_waiting(line) >= LINE_MESSAGE) {
		const size_t end = line->start + LINE_MESSAGE;

		if (write_until(line, end) != 0)
			return -1;
		if (line->start < end)
			return 0;
	}
	if (line->start == line->end)
		line->start = line->end = 0;
	return 0;
}
