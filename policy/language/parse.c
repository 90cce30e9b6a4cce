/* SPDX-License-Identifier: ISC */
#include "policy/language/parse.h"

#include <stdio.h>
#include <string.h>

#include "policy/language/escape.h"
#include "policy/language/load.h"

enum { QUOTE_MAX = 56 };

int parse_refuse(const struct parse *p, size_t word, const char *why)
{
	char quoted[QUOTE_MAX], expected[KEYWORD_EXPECTED_MAX];
	const char *text = p->line.words[word].text;

	return parse_fail(p, word, "%s: %s: %s: expected %s", p->keyword->name,
			  escape_quoted(text, strlen(text), quoted, sizeof quoted), why,
			  keyword_expected(p->keyword, expected));
}

void *parse_field(const struct parse *p, size_t offset)
{
	return (char *)p->out + offset;
}

unsigned parse_line_of(const struct parse *p, const char *name)
{
	return p->seen[keyword_find(p->scope, name) - p->scope->keywords];
}

static void list_keywords(const struct scope *scope, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < scope->count && used + 1 < size; i++) {
		snprintf(buf + used, size - used, "%s%s", i > 0 ? ", " : "",
			 scope->keywords[i].name);
		used += strlen(buf + used);
	}
}

static int refuse_keyword(const struct parse *p)
{
	static const struct scope *const scopes[] = {&scope_agent, &scope_peer,
						     &scope_profile};
	const char *name = p->line.words[0].text;
	const struct keyword *near = keyword_nearest(p->scope, name);
	char quoted[QUOTE_MAX], names[ERROR_TEXT_MAX];

	escape_quoted(name, strlen(name), quoted, sizeof quoted);
	for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++)
		if (keyword_find(scopes[i], name) != NULL)
			return parse_fail(p, 0, "keyword %s belongs in %s, not in %s",
					  quoted, scopes[i]->title, p->scope->title);
	if (near != NULL)
		return parse_fail(p, 0, "unknown keyword %s: did you mean %s?", quoted,
				  near->name);
	list_keywords(p->scope, names, sizeof names);
	return parse_fail(p, 0, "unknown keyword %s: expected one of %s", quoted, names);
}

static int take_end(struct parse *p)
{
	char expected[KEYWORD_EXPECTED_MAX];

	if (p->line.nwords > 1)
		return parse_fail(p, 1, "%s: too many values: expected %s",
				  p->keyword->name, keyword_expected(p->keyword, expected));
	p->end = p->line.number;
	p->seen[p->keyword - p->scope->keywords] = p->end;
	return 0;
}

static int take_line(struct parse *p)
{
	const struct keyword *k = keyword_find(p->scope, p->line.words[0].text);
	char expected[KEYWORD_EXPECTED_MAX];
	unsigned *seen;

	if (p->end != 0)
		return parse_fail(p, 0, "text after End (line %u): expected only comments",
				  p->end);
	if (k == NULL)
		return refuse_keyword(p);
	p->keyword = k;
	if (k->type == VALUE_END)
		return take_end(p);
	seen = &p->seen[k - p->scope->keywords];
	if (*seen != 0 && (k->flags & KEYWORD_REPEATS) == 0)
		return parse_fail(p, 0, "%s repeated: it is already on line %u", k->name,
				  *seen);
	if (p->line.nwords < 2)
		return parse_fail(p, 0, "%s: no value: expected %s", k->name,
				  keyword_expected(k, expected));
	if (*seen == 0) {
		*seen = p->line.number;
		if (k->line != KEYWORD_NOWHERE)
			*(unsigned *)parse_field(p, k->line) = *seen;
	}
	return parse_value(p);
}

/* A default is a word like any other, and so is checked like any other. */
static int set_defaults(struct parse *p)
{
	p->line.number = 0;
	p->line.nwords = 2;
	for (size_t i = 0; i < p->scope->count; i++) {
		p->keyword = &p->scope->keywords[i];
		if (p->keyword->fallback == NULL)
			continue;
		p->line.words[0] = (struct word){.text = p->keyword->name};
		p->line.words[1] = (struct word){.text = p->keyword->fallback};
		if (parse_value(p) < 0)
			return -1;
	}
	return 0;
}

bool parse_stops(struct parse *p, int r)
{
	struct error more;

	if (r == 0)
		return false;
	p->errors++;
	if (p->list == NULL)
		return true;
	if (p->errors <= PARSE_ERRORS_MAX) {
		p->list->tell(p->list->context, p->err);
		return false;
	}
	error_at(&more, p->file, p->err->line, p->err->column,
		 "more errors follow: only the first %d are shown", PARSE_ERRORS_MAX);
	p->list->tell(p->list->context, &more);
	return true;
}

int parse_end(const struct parse *p)
{
	return p->errors == 0 ? 0 : -1;
}

static int check_required(struct parse *p)
{
	for (size_t i = 0; i < p->scope->count; i++) {
		const struct keyword *k = &p->scope->keywords[i];
		char expected[KEYWORD_EXPECTED_MAX];

		if ((k->flags & KEYWORD_REQUIRED) == 0 || p->seen[i] != 0)
			continue;
		if (parse_stops(p,
				error_at(p->err, p->file, 0, 0,
					 "%s is missing: expected a line \"%s\" with %s",
					 k->name, k->name, keyword_expected(k, expected))))
			return -1;
	}
	return parse_end(p);
}

/* A file that lost its end must not pass for a shorter one that allows more. */
static int check_end(const struct parse *p, const char *text, size_t len)
{
	if (p->end == 0)
		return error_at(p->err, p->file, 0, 0,
				"the file does not end with the line \"End\": it may have "
				"been cut off");
	if (text[len - 1] != '\n')
		return error_at(p->err, p->file, 0, 0,
				"the file does not end with a line feed: it may have been "
				"cut off");
	return 0;
}

static int take_lines(struct parse *p, struct lexer *lexer)
{
	for (;;) {
		int r = lexer_next(lexer, &p->line, p->err);

		if (r == 0)
			return parse_end(p);
		if (r > 0)
			r = take_line(p);
		if (parse_stops(p, r))
			return -1;
	}
}

/*
 * Sets the defaults, then takes every line of text. On -1 *err says why and *out is only
 * partly filled: the caller clears it. With a list it continues after a line that is wrong,
 * and looks for missing keywords once every line is right.
 */
static int parse_text(struct parse *p, const char *text, size_t len)
{
	struct lexer lexer;

	memset(p->seen, 0, sizeof p->seen);
	p->end = 0;
	p->errors = 0;
	if (len > POLICY_FILE_MAX) {
		(void)parse_stops(p, error_at(p->err, p->file, 0, 0,
					      "file too large: expected at most %d bytes",
					      POLICY_FILE_MAX));
		return -1;
	}
	if (set_defaults(p) != 0)
		return -1;
	lexer_start(&lexer, p->file, text, len);
	if (take_lines(p, &lexer) != 0)
		return -1;
	/* What is missing in a file that was cut off is unknown. */
	(void)parse_stops(p, check_end(p, text, len));
	return parse_end(p) != 0 ? -1 : check_required(p);
}

static int parse_named(const struct parse_kind *kind, struct parse *p, const char *name,
		       const char *text, size_t len)
{
	if (kind->name != KEYWORD_NOWHERE) {
		if (!policy_name_valid(name)) {
			(void)parse_stops(
			    p, error_at(p->err, p->file, 0, 0,
					"not the name of %s %s: expected " NAME_EXPECTED,
					strchr("aeiou", *kind->scope->kind) == NULL ? "a"
										    : "an",
					kind->scope->kind, NAME_MAX_LEN));
			return -1;
		}
		snprintf(parse_field(p, kind->name), NAME_MAX_LEN + 1, "%s", name);
	}
	snprintf(parse_field(p, kind->file), POLICY_PATH_MAX, "%s", p->file);
	if (parse_text(p, text, len) != 0)
		return -1;
	return kind->check == NULL ? 0 : kind->check(p);
}

int parse_file(const struct parse_kind *kind, const char *file, const char *name,
	       const char *text, size_t len, void *out, struct error *err,
	       const struct error_list *list)
{
	struct error own = {0};
	struct parse p = {.scope = kind->scope,
			  .file = file,
			  .out = out,
			  .err = list != NULL && err == NULL ? &own : err,
			  .list = list};

	memset(out, 0, kind->size);
	if (parse_named(kind, &p, name, text, len) == 0)
		return 0;
	/* Allows nothing, in case somebody forgets to look at the result. */
	memset(out, 0, kind->size);
	return -1;
}

int parse_load(const struct parse_kind *kind, int dir, const char *directory,
	       const char *name, enum trust trust, void *out, struct error *err)
{
	char path[POLICY_PATH_MAX];
	const char *text;
	size_t len;

	memset(out, 0, kind->size);
	if (policy_path(directory, name, path, err) != 0 ||
	    policy_read_in(dir, path, trust, &text, &len, err) != 0)
		return -1;
	return parse_file(kind, path, name, text, len, out, err, NULL);
}
