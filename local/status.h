/* SPDX-License-Identifier: ISC */
/*
 * How a link stands: read by status.c, compared with the kernel by status_faults.c, printed
 * by status_print.c.
 */
#ifndef SALLYPORT_LOCAL_STATUS_H
#define SALLYPORT_LOCAL_STATUS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include "agent/net/netlink.h"
#include "local/journal.h"
#include "policy/language/policy.h"

enum link_state {
	LINK_DOWN,
	LINK_COMING_UP,
	/* Nothing is there but the supervisor, which will try again. */
	LINK_WAITING,
	LINK_UP,
	/* Up, but not all of what was made is still there. */
	LINK_IMPAIRED,
	/* The supervisor died and left things behind. */
	LINK_DEAD,
};

/* What the kernel says of one entry of the journal; FAULT_NONE: it is as it was made. */
enum status_fault {
	FAULT_NONE,
	FAULT_MISSING,
	/* An interface. */
	FAULT_DOWN,
	FAULT_NO_CARRIER,
	FAULT_RENAMED,
	FAULT_RESIZED,
	/* A process. */
	FAULT_ENDED,
	FAULT_STOPPED,
};

enum { STATUS_FAULT_TEXT_MAX = 96 };

struct status {
	char name[NAME_MAX_LEN + 1];
	enum link_state state;
	struct journal journal;
	/* As the journal's entries. */
	enum status_fault faults[JOURNAL_ENTRIES_MAX];
	bool has_link;
	struct link link;
};

/* A profile that is not up, or does not exist, is down: no error. */
int status_read(const char *name, struct status *out, struct error *err);
/*
 * The names of all profiles, sorted, as a list of entries without their suffix; how many,
 * or -1 with errno. status_free_names() frees them.
 */
int status_read_names(struct dirent ***names);
void status_free_names(struct dirent **names, int count);
/* "down", "coming up". */
const char *status_word(enum link_state state);
/* Fills the faults and the link, from the kernel; tells whether a shown entry has one. */
int status_find_faults(struct status *status, bool *found, struct error *err);
/* "missing", "its MTU is 1400, not 1500"; buf has STATUS_FAULT_TEXT_MAX bytes. */
const char *status_fault_text(const struct status *status, size_t entry, char *buf);
/* Whether an entry of the journal is for a person to see. */
bool status_shows(const struct status *status, const struct journal_entry *entry);
void status_print(const struct status *status);
/* An object, or with array a list of them, on standard output. */
int status_print_json(const struct status *status, size_t count, bool array);

#endif
