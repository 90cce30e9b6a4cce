/* SPDX-License-Identifier: ISC */
/* Inside the library: the parser that the keyword tables drive. */
#ifndef SALLYPORT_POLICY_LANGUAGE_PARSE_H
#define SALLYPORT_POLICY_LANGUAGE_PARSE_H

#include <stdbool.h>

#include "policy/language/error.h"
#include "policy/language/keyword.h"
#include "policy/language/lexer.h"
#include "policy/language/policy.h"

struct parse {
	const struct scope *scope;
	const char *file;
	/* the struct that the scope's offsets mean; zeroed by the caller */
	void *out;
	struct error *err;
	/* NULL: the first error is the end, as at a login; otherwise each is told there */
	const struct error_list *list;
	unsigned errors;
	/* the line at hand and its keyword; line.number is 0 while defaults are set */
	const struct keyword *keyword;
	struct lexed_line line;
	/* by index in the table: the line where each keyword stood first, or 0 */
	unsigned seen[KEYWORDS_MAX];
	/* of the line "End", or 0 */
	unsigned end;
};

/* How many errors of one file are reported; that there are more is reported as well. */
enum { PARSE_ERRORS_MAX = 20 };

/*
 * After a check that returned r, with *err if it was -1: whether to stop there. With a list
 * the error is told and the next check is to be made; parse_end() then knows of it.
 */
bool parse_stops(struct parse *p, int r);
/* 0, or -1 when there was an error. */
int parse_end(const struct parse *p);

/* A link's own addresses. */
struct parse_link {
	const struct address_pair *address, *address6;
};
/*
 * parse_check.c: 0, or -1 with p->err. No prefix of a keyword's list may contain an end of
 * the link itself: of several that do, each goes to parse_stops(), and -1 is to stop. Mru
 * (0: not given) has to suit an Address6. The interface becomes "sp-NAME" where it is "",
 * and has to have room more characters left, for which the line room_line is the reason
 * (0: none).
 */
int parse_check_routes(struct parse *p, const char *keyword, const struct prefix_line *list,
		       size_t count, const struct parse_link *link);
/* Domains without a server: nobody would be asked. */
int parse_check_search(const struct parse *p, const char *keyword, const char *server,
		       const struct domain_line *list, size_t count, bool has_server);
int parse_check_mru(const struct parse *p, unsigned mru,
		    const struct address_pair *address6);
int parse_check_interface(const struct parse *p, const char *name, char *interface,
			  size_t room, unsigned room_line);

/* Stores the words of p->line as the value of p->keyword. */
int parse_value(struct parse *p);
/* parse_names.c: of the types VALUE_SERVERS and VALUE_DOMAINS. */
int parse_name_servers(struct parse *p);
int parse_search_domains(struct parse *p);

/* Where a keyword of the scope stood first; 0: nowhere. */
unsigned parse_line_of(const struct parse *p, const char *name);
/* The field of p->out that an offset means. */
void *parse_field(const struct parse *p, size_t offset);

/* What makes one kind of file different from the others. */
struct parse_kind {
	const struct scope *scope;
	/* of its struct, and where in it the file's name stands and, unless
	 * KEYWORD_NOWHERE, that of the peer or profile */
	size_t size, file, name;
	/* What the table cannot say, because it is about two values; NULL: nothing. Returns
	 * parse_end(), or -1 to stop. */
	int (*check)(struct parse *p);
};
extern const struct parse_kind parse_agent_kind, parse_peer_kind, parse_profile_kind;

/*
 * The whole of a file. 0 with *out, which has kind->size bytes; or -1 with *out all zero
 * and *err: with a list the last of its errors, and each was told there.
 */
int parse_file(const struct parse_kind *kind, const char *file, const char *name,
	       const char *text, size_t len, void *out, struct error *err,
	       const struct error_list *list);
/* The same for directory/NAME.conf; dir as for policy_read_in(). */
int parse_load(const struct parse_kind *kind, int dir, const char *directory,
	       const char *name, enum trust trust, void *out, struct error *err);

/* Errors at a word of the line at hand; always -1. */
#define parse_fail(p, word, ...)                                                           \
	error_at((p)->err, (p)->file, (p)->line.number, (p)->line.words[word].column,      \
		 __VA_ARGS__)
/* KEYWORD: "WORD": why: expected … */
int parse_refuse(const struct parse *p, size_t word, const char *why);

#endif
