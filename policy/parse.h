/* SPDX-License-Identifier: ISC */
/* Inside the library: the parser that the keyword tables drive. */
#ifndef SALLYPORT_POLICY_PARSE_H
#define SALLYPORT_POLICY_PARSE_H

#include "policy/error.h"
#include "policy/keyword.h"
#include "policy/lexer.h"
#include "policy/policy.h"

struct parse {
	const struct scope *scope;
	const char *file;
	/* the struct that the scope's offsets mean; zeroed by the caller */
	void *out;
	struct policy_error *err;
	/* the line at hand and its keyword; line.number is 0 while defaults are set */
	const struct keyword *keyword;
	struct line line;
	/* by index in the table: the line where each keyword stood first, or 0 */
	unsigned seen[KEYWORDS_MAX];
	/* of the line "End", or 0 */
	unsigned end;
};

/*
 * Sets the defaults, then takes every line of text. On -1 *err says why and *out is only
 * partly filled: the caller clears it.
 */
int parse_text(struct parse *p, const char *text, size_t len);

/* Stores the words of p->line as the value of p->keyword. */
int parse_value(struct parse *p);

/* Where a keyword of the scope stood first; 0: nowhere. */
unsigned parse_line_of(const struct parse *p, const char *name);
/* The field of p->out that an offset means. */
void *parse_field(const struct parse *p, size_t offset);
/* Errors at a word of the line at hand; always -1. */
int parse_fail(const struct parse *p, size_t word, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* KEYWORD: "WORD": why: expected … */
int parse_refuse(const struct parse *p, size_t word, const char *why);

#endif
