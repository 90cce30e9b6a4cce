/* SPDX-License-Identifier: ISC */
#include "policy/language/lexer.h"

#include <stdbool.h>
#include <string.h>

static const char byte_order_mark[] = "\xef\xbb\xbf";

void lexer_start(struct lexer *lexer, const char *file, const char *text, size_t len)
{
	lexer->file = file;
	lexer->at = text;
	lexer->end = text + len;
	lexer->number = 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_byte_taken(unsigned char byte, bool in_comment)
{
	return byte == '\t' || (byte >= 0x20 && byte <= 0x7e) ||
	       (in_comment && byte >= 0x80);
}

static int refuse_byte(const struct lexer *lexer, size_t at, unsigned char byte,
		       struct error *err)
{
	unsigned column = (unsigned)at + 1;

	if (byte == '\0')
		return error_at(err, lexer->file, lexer->number, column,
				"NUL byte: expected text");
	if (byte == '\r')
		return error_at(
		    err, lexer->file, lexer->number, column,
		    "carriage return: expected lines that end in a line feed alone");
	if (byte >= 0x80)
		return error_at(err, lexer->file, lexer->number, column,
				"non-ASCII byte 0x%02x outside a comment: expected ASCII",
				byte);
	return error_at(err, lexer->file, lexer->number, column,
			"control character 0x%02x: expected printable text", byte);
}

/* Splits the len bytes at text, which are one line, into line. */
static int split(const struct lexer *lexer, const char *text, size_t len,
		 struct lexed_line *line, struct error *err)
{
	bool in_comment = false, in_word = false;

	line->number = lexer->number;
	line->nwords = 0;
	for (size_t i = 0; i < len; i++) {
		bool blank = is_blank(text[i]);

		if (!blank && !in_word && text[i] == '#')
			in_comment = true;
		if (!is_byte_taken((unsigned char)text[i], in_comment))
			return refuse_byte(lexer, i, (unsigned char)text[i], err);
		line->text[i] = blank || in_comment ? '\0' : text[i];
		if (!blank && !in_word && !in_comment) {
			if (line->nwords == POLICY_WORDS_MAX)
				return error_at(err, lexer->file, lexer->number,
						(unsigned)i + 1,
						"too many words: expected at most %d on a "
						"line",
						POLICY_WORDS_MAX);
			line->words[line->nwords].text = line->text + i;
			line->words[line->nwords++].column = (unsigned)i + 1;
		}
		in_word = !blank && !in_comment;
	}
	line->text[len] = '\0';
	return 0;
}

int lexer_next(struct lexer *lexer, struct lexed_line *line, struct error *err)
{
	while (lexer->at < lexer->end) {
		const char *start = lexer->at;
		size_t left = (size_t)(lexer->end - start), len;
		const char *feed = memchr(start, '\n', left);

		lexer->number++;
		len = feed == NULL ? left : (size_t)(feed - start);
		/* Also past a line that is wrong: the next call continues after it. */
		lexer->at = feed == NULL ? lexer->end : feed + 1;
		if (lexer->number == 1 && len >= sizeof byte_order_mark - 1 &&
		    memcmp(start, byte_order_mark, sizeof byte_order_mark - 1) == 0)
			return error_at(err, lexer->file, 1, 1,
					"byte order mark: expected ASCII");
		if (len > POLICY_LINE_MAX)
			return error_at(
			    err, lexer->file, lexer->number, POLICY_LINE_MAX + 1,
			    "line too long: expected at most %d bytes", POLICY_LINE_MAX);
		if (split(lexer, start, len, line, err) != 0)
			return -1;
		if (line->nwords > 0)
			return 1;
	}
	return 0;
}
