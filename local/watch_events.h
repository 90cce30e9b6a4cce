/* SPDX-License-Identifier: ISC */
/* What `status --watch` waits for. */
#ifndef SALLYPORT_LOCAL_WATCH_EVENTS_H
#define SALLYPORT_LOCAL_WATCH_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/net/netlink.h"

struct watch_events {
	int signals, journals, timer;
	struct netlink *network;
};

/* What has happened; several at once may be true. */
struct watch_happened {
	/* SIGINT, SIGTERM, SIGHUP; the key q, or the end of standard input. */
	bool end;
	/* SIGTSTP, SIGWINCH. */
	bool stop, resize;
	bool second;
	/* In the journals or in the network. */
	bool change;
};

/* 0, or -1, which is said; either way watch_events_close() is due. */
int watch_events_open(struct watch_events *events);
void watch_events_close(struct watch_events *events);
/* Watches the run-time state of that link from now on, if there is any. */
void watch_events_add(const struct watch_events *events, const char *name);
/*
 * Waits until something has happened. keys: of standard input as well. Changes are passed
 * over until then, in milliseconds of CLOCK_MONOTONIC, and are not lost.
 */
struct watch_happened watch_events_await(const struct watch_events *events, bool keys,
					 int64_t rests_until);

#endif
