/* SPDX-License-Identifier: ISC */
/*
 * What somebody else took away from a link that is up, and when putting it back has to end.
 * Pure: mend_link.c looks and acts.
 */
#ifndef SALLYPORT_LOCAL_MEND_H
#define SALLYPORT_LOCAL_MEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "local/journal.h"

enum {
	/* The same thing is put back so many times within the window, and not once more:
	 * somebody means it. */
	MEND_TIMES = 5,
	MEND_WINDOW_MS = 60000,
	/* An interface that was just set up has its carrier within this time. */
	MEND_PATIENCE_MS = 2000,
};

/* What is mended: an entry of the journal, by its number, or a setting. */
enum mend_thing {
	MEND_ROUTERS = JOURNAL_ENTRIES_MAX,
	MEND_SOURCES,
	MEND_NAMES,
	MEND_THINGS,
};

/* Zeroed: nothing was put back. */
struct mend {
	/* When each was put back, CLOCK_MONOTONIC milliseconds, in turn; 0: not yet. */
	int64_t times[MEND_THINGS][MEND_TIMES];
	uint8_t next[MEND_THINGS];
	/* Another route has its place, which has been told. */
	bool taken[JOURNAL_ENTRIES_MAX];
	/* The link-local ends that its PPP program made of IPv6CP's answer, and which are
	 * in no journal; AF_UNSPEC: it has none. */
	struct link_pair link_local;
	/* Since when the interface has had no carrier, and has been down or away; 0: it is
	 * not so. */
	int64_t no_carrier, away;
};

/* False: it was repaired too often already. */
bool mend_may(const struct mend *mend, size_t thing, int64_t now);
/* Counts one repair at this time, which is not 0, unless it may not be. */
bool mend_count(struct mend *mend, size_t thing, int64_t now);

/* What has become of the interface. */
enum mend_state {
	MEND_FINE,
	MEND_RENAMED,
	MEND_DOWN,
	MEND_RESIZED,
	MEND_NO_CARRIER,
};

/* name and mtu as it was when the link came up. */
enum mend_state mend_judge(const struct link *link, const char *name, unsigned mtu);
/* The link-local addresses with the same interface ids as the pair, which is IPv6. */
struct link_pair mend_link_local(const struct link_pair *pair);
/* Counts the time without a carrier; false when that lasts too long. */
bool mend_awaits_carrier(struct mend *mend, enum mend_state state, int64_t now);

#endif
