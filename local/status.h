/* SPDX-License-Identifier: ISC */
/* How a link stands: read by status.c, printed by status_print.c. */
#ifndef SALLYPORT_LOCAL_STATUS_H
#define SALLYPORT_LOCAL_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/netlink.h"
#include "local/journal.h"
#include "policy/policy.h"

enum link_state {
	LINK_DOWN,
	LINK_COMING_UP,
	LINK_UP,
	/* The supervisor died and left things behind. */
	LINK_DEAD,
};

struct status {
	char name[NAME_MAX_LEN + 1];
	enum link_state state;
	struct journal journal;
	bool has_link;
	struct link link;
};

/* A profile that is not up, or does not exist, is down: no error. */
int status_read(const char *name, struct status *out, struct policy_error *err);
/* The names of all profiles, however many, sorted; the caller frees *names either way. */
int status_names(char (**names)[NAME_MAX_LEN + 1], size_t *count, struct policy_error *err);

const char *status_word(enum link_state state);
void status_print(const struct status *status);
/* An object, or with array a list of them, on standard output. */
int status_print_json(const struct status *status, size_t count, bool array);

#endif
