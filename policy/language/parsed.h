/* SPDX-License-Identifier: ISC */
/* The three kinds of file, and the values of a good one of any kind. */
#ifndef SALLYPORT_POLICY_LANGUAGE_PARSED_H
#define SALLYPORT_POLICY_LANGUAGE_PARSED_H

#include <stdio.h>

#include "policy/language/keyword.h"
#include "policy/language/policy.h"
#include "policy/language/profile.h"

enum file_kind { KIND_AGENT, KIND_PEER, KIND_PROFILE, KIND_COUNT };
/* "agent", "peer", "profile". */
const char *kind_name(enum file_kind kind);
/* The keywords of such a file. */
const struct scope *kind_scope(enum file_kind kind);

union parsed {
	struct agent_conf agent;
	struct peer peer;
	struct profile profile;
};

/* shown is the file's name: it tells that of the peer or profile. 0, or -1 with *err. */
int parsed_read(enum file_kind kind, const char *shown, const char *text, size_t len,
		union parsed *out, struct error *err);
/* The same, going on after each error: each is told, up to PARSE_ERRORS_MAX, and that there
 * are more. */
int parsed_read_all(enum file_kind kind, const char *shown, const char *text, size_t len,
		    union parsed *out, const struct error_list *list);

/*
 * print.c: prints a file's values as canonical text, what is really in force with its
 * defaults: one "Keyword value…" line per value, which parse back to the same. values is a
 * union parsed, or the struct that the scope's offsets mean.
 */
void print_values(const struct scope *scope, const void *values, FILE *out);

#endif
