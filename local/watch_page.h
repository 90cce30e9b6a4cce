/* SPDX-License-Identifier: ISC */
/* What `status --watch` draws: a link, and its last minute. Pure. */
#ifndef SALLYPORT_LOCAL_WATCH_PAGE_H
#define SALLYPORT_LOCAL_WATCH_PAGE_H

#include "local/plot.h"
#include "local/screen.h"
#include "local/status.h"

/* A value a second. */
enum { WATCH_SECONDS = 60 };

/* The last minute, the newest value last; PLOT_NONE where nothing is known. */
struct watch_history {
	/* Bytes a second; microseconds. */
	int64_t received[WATCH_SECONDS], sent[WATCH_SECONDS], trip[WATCH_SECONDS];
	/* The counters that the next values are taken from: of which interface, and
	 * when, in milliseconds of CLOCK_MONOTONIC. 0: of none. */
	int index;
	int64_t when;
	uint64_t received_before, sent_before;
};

void watch_history_clear(struct watch_history *history);
/* One more second has passed, and this is how the link stands. */
void watch_history_add(struct watch_history *history, const struct status *status,
		       int64_t now);

/* One link, with plots in that many columns and rows of the screen. */
void watch_page_print(const struct status *status, const struct watch_history *history,
		      const struct screen *screen, const struct screen_style *style,
		      FILE *to);
/* One of several, a line. */
void watch_page_print_line(const struct status *status, const struct watch_history *history,
			   const struct screen_style *style, FILE *to);

#endif
