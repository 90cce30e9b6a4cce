/* SPDX-License-Identifier: ISC */
/*
 * Reads the agent's log records back (vpn-agent(8), DIAGNOSTICS). Strict: what the agent
 * does not write is no record, so that a test that parses the log has also shown that
 * nothing else is in it.
 */
#ifndef SALLYPORT_TESTS_RECORD_RECORD_H
#define SALLYPORT_TESTS_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>

enum { RECORD_FIELDS_MAX = 20, RECORD_VALUE_MAX = 1024, RECORD_KEY_MAX = 32 };

struct record_field {
	char key[RECORD_KEY_MAX];
	/* The bytes that were written, unescaped; terminated, but may hold NUL themselves.
	 */
	char value[RECORD_VALUE_MAX];
	size_t len;
	/* It was a quoted string; and one that did not fit. */
	bool quoted, cut;
};

struct record {
	struct record_field fields[RECORD_FIELDS_MAX];
	size_t nfields;
};

/*
 * "key=value key=value …", without a line's end. The keys have to be those of one kind of
 * record, in their order: a verdict, a confinement, or sshroute's failure; and each value
 * of its key's type. 0, or -1 with *why, a constant phrase.
 */
int record_parse(const char *text, size_t len, struct record *out, const char **why);

/* The field of that key, or NULL. */
const struct record_field *record_field(const struct record *record, const char *key);

/*
 * The record's text in a line of the system log: what follows "vpn-agent[PID]: " or
 * "sshroute[PID]: "; NULL when it is another program's.
 */
const char *record_of_line(const char *line);

#endif
