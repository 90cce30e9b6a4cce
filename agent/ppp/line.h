/* SPDX-License-Identifier: ISC */
/*
 * The line: standard input and output, or a terminal. What is to be sent waits in a buffer
 * of fixed size.
 */
#ifndef SALLYPORT_AGENT_PPP_LINE_H
#define SALLYPORT_AGENT_PPP_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#include "agent/ppp/frame.h"
#include "policy/language/error.h"

enum {
	/* Packets are not read any more when so much waits: what waits here delays what
	 * comes after it. */
	LINE_FULL = 32 * 1024,
	/* A frame always fits on top of that, and so do the answers to what an honest peer
	 * says at once. */
	LINE_BUFFER_SIZE = LINE_FULL + 4 * FRAME_STUFFED_MAX,
	/* What ssh makes one message of that fits into one packet of TCP: ssh adds up to 64
	 * bytes, and a packet carries 1448, of IPv6 on a way through PPPoE 1420. */
	LINE_MESSAGE = 1360,
};

/*
 * What must not stand on a terminal as it is, a bit each as in an ACCM: LF and CR. ssh -t
 * takes a ~ that follows one of them for its escape character (ssh(1)) and holds it until
 * the next byte; and ~ is the flag, so that a frame whose last byte is CR or LF would stand
 * still until the next one.
 */
#define LINE_TTY_ESCAPES (UINT32_C(1) << '\n' | UINT32_C(1) << '\r')

struct line {
	int in, out;
	/* what they were before */
	int in_flags, out_flags;
	bool is_tty;
	struct termios mode;
	size_t start, end;
	uint8_t buffer[LINE_BUFFER_SIZE];
};

/* Standard input and output, or the terminal of that name, raw and without blocking. 0, or
 * -1 with *err. */
int line_open(struct line *line, const char *tty, struct error *err);
/* As it was before. */
void line_restore(struct line *line);

/* Queues a frame. How many bytes that takes; 0 when there is no room for it: it is lost. */
size_t line_queue(struct line *line, const struct frame *frame,
		  const struct frame_style *style);
size_t line_waiting(const struct line *line);
/* Writes what it can. 0, or -1 with errno when the line is gone. */
int line_flush(struct line *line);
/* The same, LINE_MESSAGE bytes at a time, and only all of them: what is left waits for
 * more. */
int line_flush_messages(struct line *line);

#endif
