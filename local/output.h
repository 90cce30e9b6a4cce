/* SPDX-License-Identifier: ISC */
/* What a child says on its standard error: kept for a message, and logged line by line. In
 * the reader: reader_confined.c. */
#ifndef SALLYPORT_LOCAL_OUTPUT_H
#define SALLYPORT_LOCAL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/language/error.h"

enum {
	/* Kept; the last bytes win. Room for ssh's debug messages of a login over jump
	   hosts, with as many keys as an sshd accepts to see. */
	OUTPUT_TAIL_MAX = 16 * 1024,
	/* Longer lines are logged in pieces. */
	OUTPUT_LINE_MAX = 900,
	/* A whole one escaped, with its quotes and terminator. */
	OUTPUT_QUOTED_MAX = 4 * OUTPUT_LINE_MAX + 8,
	/* A child, or a remote through it, must not fill the log. */
	OUTPUT_LINES_MAX = 200,
	/* For output_last_line(): more is cut off. */
	QUOTED_LINE_MAX = 300,
	/* What is taken of it in so much time, in bytes and looks; then it rests. */
	OUTPUT_WINDOW_MS = 100,
	OUTPUT_WINDOW_BYTES = 64 * 1024,
	OUTPUT_WINDOW_LOOKS = 32,
	/*
	 * In what is kept, at the beginning of a line that is not the first of its message:
	 * of a debug message of ssh's, and of any other. A program that writes each message
	 * at once, as ssh does, cannot be made to begin another one by what it quotes.
	 */
	OUTPUT_CONTINUES = '\v',
	OUTPUT_CONTINUES_DEBUG = '\f',
};

struct output {
	/* Ours to read, -1: closed. */
	int fd;
	/* LOG_*: of its lines in the log. */
	int level;
	/* Terminated; bytes of strangers, NUL replaced. */
	char tail[OUTPUT_TAIL_MAX + 1];
	size_t used;
	/* Something before the tail was dropped, so it may begin inside a line. */
	bool cut;
	char line[OUTPUT_LINE_MAX];
	size_t line_used;
	/* The line is a debug message of ssh's, and so are its later pieces, and later
	 * lines of the same message. */
	bool debug, continued;
	unsigned lines;
	/* When the window began (monotonic_ms()), and what was taken in it. */
	int64_t window;
	size_t window_bytes;
	unsigned window_looks;
};

/* Where its lines go. */
struct output_log {
	/* LOG_DEBUG as well. */
	bool verbose;
	/* text is printable ASCII in quotes; NULL: it prints too much, and the rest is not
	 * logged. */
	void (*say)(const struct output *from, int level, const char *text);
};

/* A pipe that keeps messages apart: to be read without waiting, and the child's end; both
 * the caller's to close. 0, or -1 with *err. */
int output_pipe(int *ours, int *theirs, struct error *err);
/* Reads from there. level: LOG_*, of its lines. */
void output_begin(struct output *output, int fd, int level);
/* Takes what is there; never waits. Closes at the end of the stream. */
void output_drain(struct output *output, const struct output_log *log);
/*
 * The same, when its descriptor is readable. If its writers, however many, never stop, they
 * are read slowly and wait for the pipe: this process has other things to do.
 */
void output_take(struct output *output, const struct output_log *log);
/* Logs the line that has no end so far: its writer has ended. */
void output_end_line(struct output *output, const struct output_log *log);
/* Drops what is kept. */
void output_forget(struct output *output);
/* Milliseconds until it should be read again; 0: now. */
int output_rest_ms(const struct output *output);
void output_close(struct output *output);

/* What is kept, terminated, from the beginning of a line on: half a line could be mistaken
 * for another one. */
const char *output_said(const struct output *output);
/* The last line that tells, if there is one (tells may be NULL), otherwise the last that is
 * not blank, quoted by escape_quoted(); "" when there is none. */
const char *output_last_line(const struct output *output,
			     bool (*tells)(const char *line, size_t len), char *buf,
			     size_t size);

#endif
