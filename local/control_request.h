/* SPDX-License-Identifier: ISC */
/*
 * What an ordinary user asks of root through the control socket, and what comes back. The
 * request is one struct of fixed size, each field of which is checked by itself: there is
 * nothing to parse. Both ends are on one host.
 */
#ifndef SALLYPORT_LOCAL_CONTROL_REQUEST_H
#define SALLYPORT_LOCAL_CONTROL_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "local/command.h"
#include "policy/language/policy.h"

enum control_verb {
	CONTROL_STATUS,
	CONTROL_LIST,
	CONTROL_LOGS,
	CONTROL_UP,
	CONTROL_DOWN,
	CONTROL_RESTART,
	CONTROL_RELOAD,
	CONTROL_VERBS,
};

enum {
	CONTROL_MAGIC = 0x53503031,
	CONTROL_JSON = 1,
	CONTROL_QUIET = 2,
	CONTROL_VERBOSE = 4,
	CONTROL_FOLLOW = 8,
	CONTROL_WATCH = 16,
	/* One byte more than a name, as in other structs, and the field's alignment. */
	CONTROL_NAME_MAX = 36,
};

struct control_request {
	uint32_t magic;
	uint32_t verb;
	uint32_t flags;
	/* up, restart: as in struct command_options. */
	int32_t wait_ms;
	/* logs: as there; otherwise 0. */
	uint32_t lines;
	/* "" where the verb can do without; zero behind its end. */
	char name[CONTROL_NAME_MAX];
};

/* In front of each piece of what comes back. */
enum control_piece { CONTROL_OUT = 1, CONTROL_ERR, CONTROL_EXIT };
enum { CONTROL_PIECE_MAX = 4096 };

struct control_header {
	uint16_t piece;
	/* Of the bytes behind it: 1…CONTROL_PIECE_MAX; of CONTROL_EXIT, 1. */
	uint16_t len;
};

/* The verb of that name; CONTROL_VERBS when root alone may use it. */
enum control_verb control_verb_find(const char *name);
const char *control_verb_name(enum control_verb verb);
/* Whether it changes something, so that Users counts and not the group. */
bool control_verb_changes(enum control_verb verb);

/* name may be NULL. -1 when an option is root's alone; then *err says which. */
int control_request_make(enum control_verb verb, const char *name,
			 const struct command_options *options, struct control_request *out,
			 struct error *err);
/* Whether a client of ours could have made it. */
bool control_request_is_sane(const struct control_request *request);
/* Of one that is sane. */
void control_request_options(const struct control_request *request,
			     struct command_options *out);

#endif
