/* SPDX-License-Identifier: ISC */
/* A terminal that is drawn on, and given back as it was. All output goes through stdout. */
#ifndef SALLYPORT_LOCAL_SCREEN_H
#define SALLYPORT_LOCAL_SCREEN_H

#include <stdbool.h>
#include <termios.h>

/* What the terminal can be sent, as the environment tells. */
struct screen_style {
	/* It can be drawn on at all. */
	bool drawable;
	bool utf8, colour;
};

struct screen {
	/* What it was before; keys: standard input is a terminal, whose keys come at once.
	 */
	struct termios former;
	bool keys;
	unsigned columns, rows;
};

/* From TERM, LC_ALL, LC_CTYPE, LANG and NO_COLOR, before the environment is set aside: no
 * library is asked, as it would read files that the environment names. */
struct screen_style screen_style(void);

/* Takes the terminal, and gives it back. */
void screen_open(struct screen *screen);
void screen_close(struct screen *screen);
/* Its size is another by now (SIGWINCH). */
void screen_measure(struct screen *screen);
/*
 * Shows the lines of a text in place of what was there, cut to the size. It is ASCII but
 * for UTF-8 of which each character has one column, and sequences that set a colour.
 */
void screen_draw(const struct screen *screen, const char *text);

#endif
