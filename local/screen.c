/* SPDX-License-Identifier: ISC */
#include "local/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ECMA-48, and what xterm added to it: another page, so that the shell's is there again
 * afterwards; no cursor on it. */
#define PAGE_OPEN   "\033[?1049h\033[?25l"
#define PAGE_CLOSE  "\033[0m\033[?25h\033[?1049l"
#define PAGE_HOME   "\033[H"
#define LINE_CLEAR  "\033[K"
#define LINE_END    "\033[0m"
#define BELOW_CLEAR "\033[J"

enum { COLUMNS_DEFAULT = 80, ROWS_DEFAULT = 24 };

/* By locale(7): the first that is set counts. */
static bool is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *const value = getenv(names[i]);
		const char *const dot = value != NULL ? strchr(value, '.') : NULL;

		if (value == NULL || value[0] == '\0')
			continue;
		return dot != NULL && (strncasecmp(dot + 1, "utf-8", 5) == 0 ||
				       strncasecmp(dot + 1, "utf8", 4) == 0);
	}
	return false;
}

struct screen_style screen_style(void)
{
	const char *const term = getenv("TERM"), *const plain = getenv("NO_COLOR");

	return (struct screen_style){
	    .drawable = term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0,
	    .utf8 = is_utf8(),
	    /* no-color.org: whatever it is set to. */
	    .colour = plain == NULL || plain[0] == '\0',
	};
}

void screen_measure(struct screen *screen)
{
	struct winsize size = {0};

	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	screen->columns = size.ws_col > 0 ? size.ws_col : COLUMNS_DEFAULT;
	screen->rows = size.ws_row > 0 ? size.ws_row : ROWS_DEFAULT;
}

void screen_open(struct screen *screen)
{
	struct termios mode;

	screen->keys = tcgetattr(STDIN_FILENO, &screen->former) == 0;
	if (screen->keys) {
		mode = screen->former;
		mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		mode.c_cc[VMIN] = 1;
		mode.c_cc[VTIME] = 0;
		/* If that fails, a key comes with the next newline, and is seen. */
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &mode);
	}
	fputs(PAGE_OPEN, stdout);
	fflush(stdout);
	screen_measure(screen);
}

void screen_close(struct screen *screen)
{
	fputs(PAGE_CLOSE, stdout);
	fflush(stdout);
	if (screen->keys)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &screen->former);
}

/* As much of a line as fits: a character that continues another, and what sets a colour,
 * take no column. */
static void draw_line(const char *line, size_t len, unsigned columns)
{
	unsigned used = 0;
	bool control = false;

	/* First: after a line that is full it would take away the last character. */
	fputs(LINE_CLEAR, stdout);

	for (size_t i = 0; i < len; i++) {
		const unsigned char byte = (unsigned char)line[i];
		const bool starts = !control && byte != '\033' && (byte & 0xc0) != 0x80;

		if (byte == '\033')
			control = true;
		if (starts && used++ == columns)
			break;
		putchar(byte);
		if (control && byte == 'm')
			control = false;
	}
	fputs(LINE_END, stdout);
}

void screen_draw(const struct screen *screen, const char *text)
{
	unsigned row = 0;

	fputs(PAGE_HOME, stdout);
	for (; row < screen->rows && *text != '\0'; row++) {
		const size_t len = strcspn(text, "\n");

		/* A newline after the last row would scroll. */
		if (row > 0)
			fputs("\r\n", stdout);
		draw_line(text, len, screen->columns);
		text += len + (text[len] == '\n' ? 1 : 0);
	}
	if (row < screen->rows)
		fputs("\r\n" BELOW_CLEAR, stdout);
	fflush(stdout);
}
