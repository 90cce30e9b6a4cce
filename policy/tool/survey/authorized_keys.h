/* SPDX-License-Identifier: ISC */
/* The lines of an authorized_keys file, as sshd(8) describes them. Only the grammar: what
 * an option means is not known here. Pure; allocates nothing. */
#ifndef SALLYPORT_POLICY_TOOL_SURVEY_AUTHORIZED_KEYS_H
#define SALLYPORT_POLICY_TOOL_SURVEY_AUTHORIZED_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "policy/language/error.h"
#include "policy/language/span.h"

enum {
	/* an RSA 16384 key and its options fit */
	AUTHORIZED_LINE_MAX = 16 * 1024,
	/* sshd has some twenty; command and environment may be long */
	AUTHORIZED_OPTIONS_MAX = 64,
};

struct authorized_option {
	/* printable ASCII, as written */
	const char *name;
	/* without its quotes; NULL when there is none */
	const char *value;
	/* in bytes, from 1 */
	unsigned column;
};

struct authorized_line {
	unsigned number;
	size_t noptions;
	struct authorized_option options[AUTHORIZED_OPTIONS_MAX];
	/* the type and the key itself; base64 is "" when it is missing */
	const char *type, *base64;
	unsigned key_column;
	/* what follows the key, "" for nothing: any bytes but control characters */
	const char *comment;
	/* what the above point into */
	char text[AUTHORIZED_LINE_MAX + 1];
};

struct authorized_keys {
	const char *file;
	struct span rest;
	unsigned number;
};

/* file, for messages, and text must outlive the reader. */
void authorized_keys_start(struct authorized_keys *keys, const char *file, const char *text,
			   size_t len);

/*
 * The next line that is neither empty nor a comment. Options, key type and key are
 * printable ASCII; only a comment may hold other bytes, and no line holds a control
 * character but the tab. Strict: a line that sshd would ignore, or might read differently,
 * is an error. Returns 1 with *line filled; 0 at the end; or -1 with *err for a bad line:
 * the next call goes on after it.
 */
int authorized_keys_next(struct authorized_keys *keys, struct authorized_line *line,
			 struct error *err);

/* The first option of that name, whose letters' case does not matter; or NULL. */
const struct authorized_option *authorized_option(const struct authorized_line *line,
						  const char *name);

/*
 * The value of expiry-time: YYYYMMDD[HHMM[SS]][Z]; without Z it is the host's local time
 * (sshd(8)).
 */
bool authorized_time(const char *text, time_t *out);

#endif
