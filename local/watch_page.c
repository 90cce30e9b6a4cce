/* SPDX-License-Identifier: ISC */
#include "local/watch_page.h"

#include <string.h>

enum {
	/* How many rows a plot has, by the rows of the screen. */
	SCREEN_LOW = 26,
	SCREEN_HIGH = 36,
	PLOT_ROWS_LOW = 1,
	PLOT_ROWS = 2,
	PLOT_ROWS_HIGH = 4,
	SECOND_MS = 1000,
};

/* ECMA-48, SGR. */
#define GREEN	"\033[32m"
#define YELLOW	"\033[33m"
#define RED	"\033[31m"
#define CYAN	"\033[36m"
#define MAGENTA "\033[35m"
#define NORMAL	"\033[0m"

void watch_history_clear(struct watch_history *history)
{
	*history = (struct watch_history){.index = 0};
	for (size_t i = 0; i < WATCH_SECONDS; i++)
		history->received[i] = history->sent[i] = history->trip[i] = PLOT_NONE;
}

static void push(int64_t values[WATCH_SECONDS], int64_t value)
{
	memmove(values, values + 1, (WATCH_SECONDS - 1) * sizeof *values);
	values[WATCH_SECONDS - 1] = value;
}

/* Bytes a second, from two counts; a counter that went back is another's. */
static int64_t rate(uint64_t before, uint64_t now, int64_t milliseconds)
{
	double value;

	if (now < before || milliseconds <= 0)
		return PLOT_NONE;
	value = (double)(now - before) * SECOND_MS / (double)milliseconds;
	return value < (double)INT64_MAX ? (int64_t)value : INT64_MAX;
}

void watch_history_add(struct watch_history *history, const struct status *status,
		       int64_t now)
{
	const struct link *const link = &status->link;
	const bool same = status->has_link && history->index == link->index;
	const int64_t passed = now - history->when;

	push(history->received,
	     same ? rate(history->received_before, link->rx.bytes, passed) : PLOT_NONE);
	push(history->sent,
	     same ? rate(history->sent_before, link->tx.bytes, passed) : PLOT_NONE);
	push(history->trip, status->has_echo ? status->echo.last : PLOT_NONE);
	history->index = status->has_link ? link->index : 0;
	history->when = now;
	history->received_before = link->rx.bytes;
	history->sent_before = link->tx.bytes;
}

static const char *colour(const struct screen_style *style, const char *sequence)
{
	return style->colour ? sequence : "";
}

static const char *state_colour(enum link_state state)
{
	if (state == LINK_UP)
		return GREEN;
	return state == LINK_DEAD || state == LINK_DOWN ? RED : YELLOW;
}

static const char *print_trip(int64_t value, char *buf)
{
	return status_trip_text((uint32_t)value, buf);
}

static const char *print_rate(int64_t value, char *buf)
{
	return plot_rate((uint64_t)value, buf);
}

struct plotted {
	const char *name, *colour;
	const int64_t *values;
	const char *(*print)(int64_t value, char *buf);
};

static void print_plot(const struct plotted *plotted, const struct screen *screen,
		       const struct screen_style *style, FILE *to)
{
	const unsigned rows = screen->rows < SCREEN_LOW	   ? PLOT_ROWS_LOW
			      : screen->rows < SCREEN_HIGH ? PLOT_ROWS
							   : PLOT_ROWS_HIGH;
	const size_t count =
	    screen->columns < WATCH_SECONDS ? screen->columns : WATCH_SECONDS;
	const int64_t *const values = plotted->values + WATCH_SECONDS - count;
	const int64_t last = plotted->values[WATCH_SECONDS - 1],
		      top = plot_top(values, count);
	char one[PLOT_NUMBER_MAX], two[PLOT_NUMBER_MAX], row[PLOT_ROW_MAX];

	fprintf(to, "%-10s  %s", plotted->name,
		last == PLOT_NONE ? "not known" : plotted->print(last, one));
	if (top > 0)
		fprintf(to, ", up to %s", plotted->print(top, two));
	fputc('\n', to);
	for (unsigned i = 0; i < rows; i++)
		fprintf(to, "%s%s%s\n", colour(style, plotted->colour),
			plot_row(values, count, top, style->utf8 ? PLOT_BLOCKS : PLOT_ASCII,
				 rows, i, row),
			colour(style, NORMAL));
}

void watch_page_print(const struct status *status, const struct watch_history *history,
		      const struct screen *screen, const struct screen_style *style,
		      FILE *to)
{
	const struct plotted plots[] = {
	    {"received", CYAN, history->received, print_rate},
	    {"sent", MAGENTA, history->sent, print_rate},
	    {"round trip", YELLOW, history->trip, print_trip},
	};

	fputs(colour(style, state_colour(status->state)), to);
	status_print_head(status, to);
	fprintf(to, "%s\n", colour(style, NORMAL));
	for (size_t i = 0; i < sizeof plots / sizeof *plots; i++)
		print_plot(&plots[i], screen, style, to);
	status_print_rest(status, to);
}

/* The newest value, or nothing. */
static void print_newest(const struct plotted *plotted, FILE *to)
{
	char text[PLOT_NUMBER_MAX];

	if (plotted->values[WATCH_SECONDS - 1] != PLOT_NONE)
		fprintf(to, ", %s %s", plotted->name,
			plotted->print(plotted->values[WATCH_SECONDS - 1], text));
}

void watch_page_print_line(const struct status *status, const struct watch_history *history,
			   const struct screen_style *style, FILE *to)
{
	const struct plotted values[] = {
	    {"received", NULL, history->received, print_rate},
	    {"sent", NULL, history->sent, print_rate},
	    {"round trip", NULL, history->trip, print_trip},
	};

	fprintf(to, "%s is %s%s%s", status->name,
		colour(style, state_colour(status->state)), status_word(status->state),
		colour(style, NORMAL));
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		print_newest(&values[i], to);
	fputc('\n', to);
}
