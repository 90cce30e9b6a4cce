/* SPDX-License-Identifier: ISC */
/*
 * Line by line: keywords as the table spells them, values in one column, single blanks
 * between words and two before a comment, comments of neighbouring lines in one column, at
 * most one empty line in a row. Nothing moves from one line to another.
 */
#include "policy/tool/fmt/layout.h"

#include <stdlib.h>
#include <string.h>

#include "policy/language/lexer.h"
#include "policy/tool/base/grow.h"

enum {
	/* blanks between keyword and value, and before a comment */
	GAP = 2,
	/* a line that is longer does not move its neighbours' comments */
	COMMENT_COLUMN_MAX = 64,
};

/* A line that is not empty. */
struct row {
	/* where the line begins in the old text, and how long it is */
	const char *at;
	size_t len;
	/* length of the keyword; 0: a comment alone */
	size_t keyword;
	/* of the values in the new text and then, once it is known where they begin, of
	 * keyword and values */
	size_t width;
	/* with its '#', in the old text; length 0: there is none */
	const char *comment;
	size_t comment_len;
	bool after_empty;
};

struct layout {
	const struct scope *scope;
	const char *shown;
	struct row *rows;
	size_t count, size;
	/* the longest keyword */
	size_t keyword_width;
	/* the one that is looked at */
	struct lexed_line line;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t skip_blanks(const char *text, size_t at, size_t len)
{
	while (at < len && is_blank(text[at]))
		at++;
	return at;
}

/* The words of a line of a file that is known to parse; false for a line without any. */
static bool read_words(struct layout *l, const char *at, size_t len)
{
	struct lexer lexer;

	lexer_start(&lexer, l->shown, at, len);
	return lexer_next(&lexer, &l->line, NULL) > 0;
}

static const char *keyword_of(const struct layout *l)
{
	const struct keyword *k = keyword_find(l->scope, l->line.words[0].text);

	return k == NULL ? l->line.words[0].text : k->name;
}

/* What stands behind the last word, or in a line without words, without blanks around. */
static void find_comment(struct row *row, size_t from)
{
	const size_t at = skip_blanks(row->at, from, row->len);
	size_t end = row->len;

	while (end > at && is_blank(row->at[end - 1]))
		end--;
	row->comment = row->at + at;
	row->comment_len = end - at;
}

/* -1 when memory ran out. */
static int take_line(struct layout *l, const char *at, size_t len, bool *empty)
{
	const struct lexed_line *line = &l->line;
	struct row row = {.at = at, .len = len, .after_empty = *empty && l->count > 0};

	if (read_words(l, at, len)) {
		const struct word *last = &line->words[line->nwords - 1];

		row.keyword = strlen(keyword_of(l));
		for (size_t i = 1; i < line->nwords; i++)
			row.width += strlen(line->words[i].text) + (i > 1 ? 1 : 0);
		if (row.keyword > l->keyword_width)
			l->keyword_width = row.keyword;
		find_comment(&row, last->column - 1 + strlen(last->text));
	} else {
		find_comment(&row, 0);
	}
	*empty = row.keyword == 0 && row.comment_len == 0;
	if (*empty)
		return 0;
	return APPEND(l->rows, l->count, l->size, &row) ? 0 : -1;
}

static int take_text(struct layout *l, const char *text, size_t len)
{
	const char *const end = text + len;
	bool empty = false;

	while (text < end) {
		const char *feed = memchr(text, '\n', (size_t)(end - text));
		const size_t n = (size_t)((feed == NULL ? end : feed) - text);

		if (take_line(l, text, n, &empty) < 0)
			return -1;
		text += n + (feed == NULL ? 0 : 1);
	}
	/* Now it is known how wide the first column is. */
	for (size_t i = 0; i < l->count; i++)
		if (l->rows[i].width > 0)
			l->rows[i].width += l->keyword_width + GAP;
		else
			l->rows[i].width = l->rows[i].keyword;
	return 0;
}

static bool has_both(const struct row *row)
{
	return row->keyword > 0 && row->comment_len > 0;
}

/* Where the comments of the rows around i begin: those of a run without a gap in it. */
static size_t comment_column(const struct layout *l, size_t i)
{
	size_t first = i, column = 0;

	while (first > 0 && has_both(&l->rows[first - 1]) && !l->rows[first].after_empty)
		first--;
	for (size_t j = first; j < l->count && has_both(&l->rows[j]); j++) {
		if (j > first && l->rows[j].after_empty)
			break;
		if (l->rows[j].width > column && l->rows[j].width <= COMMENT_COLUMN_MAX)
			column = l->rows[j].width;
	}
	return column > l->rows[i].width ? column : l->rows[i].width;
}

static void print_row(struct layout *l, size_t i, FILE *out)
{
	const struct lexed_line *line = &l->line;
	const struct row *row = &l->rows[i];

	if (row->after_empty)
		fputc('\n', out);
	if (row->keyword > 0 && read_words(l, row->at, row->len)) {
		fprintf(out, "%-*s", line->nwords > 1 ? (int)l->keyword_width + GAP : 0,
			keyword_of(l));
		for (size_t j = 1; j < line->nwords; j++)
			fprintf(out, "%s%s", j > 1 ? " " : "", line->words[j].text);
		if (row->comment_len > 0)
			fprintf(out, "%*s", (int)(comment_column(l, i) - row->width) + GAP,
				"");
	}
	fwrite(row->comment, 1, row->comment_len, out);
	fputc('\n', out);
}

static int out_of_memory(struct error *err)
{
	return error_set(err, "out of memory");
}

/* What the text says, which *out owns either way: 0; or -1 with *err when it does not
 * parse, or memory ran out. */
static int meaning(enum file_kind kind, const char *shown, const char *text, size_t len,
		   struct memory *out, struct error *err)
{
	union parsed parsed;

	if (parsed_read(kind, shown, text, len, &parsed, err) != 0)
		return -1;
	if (memory_open(out) != 0)
		return out_of_memory(err);
	print_values(kind_scope(kind), &parsed, out->out);
	return memory_close(out) == 0 ? 0 : out_of_memory(err);
}

/* Whatever goes wrong above, a file never changes its meaning. */
static int prove(enum file_kind kind, const char *shown, const struct memory *old,
		 const struct memory *text, struct error *err)
{
	struct memory new = {0};
	struct error why;
	int r = 0;

	if (meaning(kind, shown, text->text, text->len, &new, &why) != 0)
		r = error_file(err, shown, 0,
			       "cannot be formatted: the result does not parse: %s",
			       why.text);
	else if (strcmp(old->text, new.text) != 0)
		r = error_file(err, shown, 0,
			       "cannot be formatted without a change of its meaning");
	memory_free(&new);
	return r;
}

static int lay_out(struct layout *l, const char *text, size_t len, struct memory *out)
{
	if (take_text(l, text, len) != 0 || memory_open(out) != 0)
		return -1;
	for (size_t i = 0; i < l->count; i++)
		print_row(l, i, out->out);
	return memory_close(out);
}

int layout_text(enum file_kind kind, const char *shown, const char *text, size_t len,
		struct memory *out, struct error *err)
{
	struct layout l = {.scope = kind_scope(kind), .shown = shown};
	struct memory old = {0};
	int r = meaning(kind, shown, text, len, &old, err);

	*out = (struct memory){0};
	if (r == 0)
		r = lay_out(&l, text, len, out) == 0 ? prove(kind, shown, &old, out, err)
						     : out_of_memory(err);
	free(l.rows);
	memory_free(&old);
	return r;
}
