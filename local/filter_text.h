/* SPDX-License-Identifier: ISC */
/* The table of the packet filter that a link has, as nft(8) reads it. Pure. */
#ifndef SALLYPORT_LOCAL_FILTER_TEXT_H
#define SALLYPORT_LOCAL_FILTER_TEXT_H

#include "local/gates.h"

enum {
	FILTER_NAME_MAX = NAME_MAX_LEN + 16,
	FILTER_TEXT_MAX = 16 * 1024,
};

struct filter_plan {
	/* The profile's. */
	const char *name, *interface;
	/* KillSwitch: where the account's ssh may go. */
	bool closes;
	uid_t uid;
	const struct gates *gates;
	/* ClampMss. */
	bool clamps;
};

/* What the kernel must have of it. */
struct filter_counts {
	unsigned chains, closed, rules;
};

/* "sallyport-office"; returns buf. */
const char *filter_name(const char *profile, char buf[FILTER_NAME_MAX]);
/*
 * The whole table, in place of one of that name; is_new: which there must not be. 0, or -1
 * with *err when it is too long.
 */
int filter_text(const struct filter_plan *plan, bool is_new, char buf[FILTER_TEXT_MAX],
		struct filter_counts *counts, struct error *err);
/* The end of it, whether it is there or not. */
void filter_text_gone(const char *profile, char buf[FILTER_TEXT_MAX]);

#endif
