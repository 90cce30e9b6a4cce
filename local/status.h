/* SPDX-License-Identifier: ISC */
/*
 * How a link stands: read by status.c, compared with the kernel by status_faults.c, told by
 * status_print.c, status_json.c and, again and again, status_watch.c.
 */
#ifndef SALLYPORT_LOCAL_STATUS_H
#define SALLYPORT_LOCAL_STATUS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "agent/base/echo_file.h"
#include "agent/net/netlink.h"
#include "local/command.h"
#include "local/journal.h"
#include "local/names.h"
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
	/* Names: struct names_state says why. */
	FAULT_NAMES,
	/* Rules of the routing, or of the packet filter. */
	FAULT_CHANGED,
	/* A process. */
	FAULT_ENDED,
	FAULT_STOPPED,
	/* Of Up. */
	FAULT_FAILED,
};

enum {
	STATUS_FAULT_TEXT_MAX = NAMES_WHY_MAX,
	STATUS_NAME_TEXT_MAX = DOMAIN_TEXT_MAX,
	STATUS_TRIP_TEXT_MAX = 24,
};

struct status {
	char name[NAME_MAX_LEN + 1];
	enum link_state state;
	/* When it was looked at. */
	time_t time;
	struct journal journal;
	/* As the journal's entries. */
	enum status_fault faults[JOURNAL_ENTRIES_MAX];
	bool has_link;
	struct link link;
	/* Of a link with names: what is in force, from whoever is in charge of them. */
	bool has_names;
	struct names_state names;
	/* ppptun's word, and not the kernel's: only of a link that is up. */
	bool has_echo;
	struct echo_times echo;
	/* Of its last answer, in microseconds. */
	int64_t echo_age;
};

/* A profile that is not up, or does not exist, is down: no error. 0, or -1 with *err. */
int status_read(const char *name, struct status *out, struct error *err);
/* The same, with its error said; for a profile that is down, and does not exist, too. */
enum exit_code status_look(const char *name, struct status *out);
/* What `status` exits with; and of several links, the worst of two. */
enum exit_code status_exit_code(const struct status *status);
enum exit_code status_worse(enum exit_code a, enum exit_code b);

/* Fills the faults and the link, from the kernel; tells whether a shown entry has one. */
int status_find_faults(struct status *status, bool *found, struct error *err);
/* Whether the journal has that server; otherwise somebody else has set it. */
bool status_has_server(const struct status *status, const struct ip_addr *server);
/* status_guard.c: of an entry TABLE or FILTER. 0, or -1 with *err. */
int status_guard_fault(struct netlink *netlink, const struct status *status,
		       const struct journal_entry *entry, enum status_fault *fault,
		       struct error *err);
/* "missing", "its MTU is 1400, not 1500"; buf has STATUS_FAULT_TEXT_MAX bytes. */
const char *status_fault_text(const struct status *status, size_t entry, char *buf);
/* What that entry is, "route", and its name, "10.2.0.0/16": STATUS_NAME_TEXT_MAX bytes. */
const char *status_fault_of(const struct status *status, const struct journal_entry *entry,
			    char *name);
/* Whether an entry of the journal is for a person to see. */
bool status_shows(const struct status *status, const struct journal_entry *entry);

/* "coming up"; and "12.3 ms", in STATUS_TRIP_TEXT_MAX bytes. */
const char *status_word(enum link_state state);
const char *status_trip_text(uint32_t microseconds, char *buf);
/* "office is up since …", without a newline; then what is known beside, a line each. */
void status_print_head(const struct status *status, FILE *to);
void status_print_rest(const struct status *status, FILE *to);
/* All that a single line can tell, with a newline. */
void status_print_line(const struct status *status, FILE *to);
/* An object, or with array a list of them, on standard output. 0, or -1. */
int status_print_json(const struct status *status, size_t count, bool array);
/* The object on one line. */
int status_print_json_line(const struct status *status);

/* Until it is interrupted; name as in command_status(). */
enum exit_code status_watch(const char *name, const struct command_options *options);

#endif
