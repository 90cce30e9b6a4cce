/* SPDX-License-Identifier: ISC */
/* Splits a policy file into lines and words. */
#ifndef SALLYPORT_POLICY_LANGUAGE_LEXER_H
#define SALLYPORT_POLICY_LANGUAGE_LEXER_H

#include <stddef.h>

#include "policy/language/error.h"
#include "policy/language/policy.h"

struct word {
	/* printable ASCII, terminated; inside struct lexed_line's text */
	const char *text;
	/* in bytes, from 1 */
	unsigned column;
};

struct lexed_line {
	unsigned number;
	size_t nwords;
	struct word words[POLICY_WORDS_MAX];
	char text[POLICY_LINE_MAX + 1];
};

struct lexer {
	const char *file;
	const char *at, *end;
	unsigned number;
};

/* file, for messages, and text must outlive the lexer. */
void lexer_start(struct lexer *lexer, const char *file, const char *text, size_t len);

/*
 * The next line that has a word. Words are separated by blanks and tabs; a
 * word that begins with '#' begins a comment. Outside comments only printable ASCII, blanks
 * and tabs are allowed; inside them bytes from 0x80 up as well. A last line without line
 * feed is a line. Returns 1 with *line filled, 0 at the end, or -1 with *err for a line
 * that is wrong: the next call continues after it.
 */
int lexer_next(struct lexer *lexer, struct lexed_line *line, struct error *err);

#endif
