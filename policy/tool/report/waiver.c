/* SPDX-License-Identifier: ISC */
#include "policy/tool/report/waiver.h"

#include <stdlib.h>
#include <string.h>

#include "policy/language/span.h"
#include "policy/tool/base/grow.h"

static const char blanks[] = " \t";

static struct span skip(struct span text, const char *which)
{
	while (text.len > 0 && strchr(which, *text.at) != NULL && *text.at != '\0') {
		text.at++;
		text.len--;
	}
	return text;
}

/* Cuts the text before the next blank or colon off the front. */
static struct span take_word(struct span *text)
{
	struct span out = {.at = text->at};

	while (out.len < text->len && strchr(" \t:", out.at[out.len]) == NULL)
		out.len++;
	text->at += out.len;
	text->len -= out.len;
	return out;
}

static void add(struct waivers *waivers, struct findings *findings,
		const struct waiver *like, struct span reason)
{
	struct waiver new = *like;

	new.file = strdup(like->file);
	new.reason = strndup(reason.at, reason.len);
	if (new.file == NULL || new.reason == NULL ||
	    !APPEND(waivers->list, waivers->count, waivers->size, &new)) {
		free(new.file);
		free(new.reason);
		findings->lost = true;
	}
}

/* line is the text after the "#" of a comment line. */
static void read_line(struct waivers *waivers, struct findings *findings, const char *file,
		      unsigned number, struct span line)
{
	struct waiver waiver = {.file = (char *)file, .line = number};
	struct span first, id, reason;

	line = skip(line, blanks);
	first = take_word(&line);
	if (!span_is(first, "waive"))
		return;
	line = skip(line, blanks);
	id = take_word(&line);
	reason = skip(line, " \t:");
	waiver.rule = rule_find(id.at, id.len);
	if (waiver.rule == RULE_COUNT)
		findings_add(findings, RULE_WAIVER_UNKNOWN, file, number, 1,
			     "there is no rule \"%.*s\"", (int)id.len, id.at);
	else if (!rule_waivable(waiver.rule))
		findings_add(findings, RULE_WAIVER_UNKNOWN, file, number, 1,
			     "\"%s\" is an error and cannot be waived",
			     rules[waiver.rule].id);
	else if (reason.len == 0)
		findings_add(findings, RULE_WAIVER_REASON, file, number, 1,
			     "the waiver of \"%s\" gives no reason", rules[waiver.rule].id);
	else
		add(waivers, findings, &waiver, reason);
}

void waivers_read(struct waivers *waivers, struct findings *findings, const char *file,
		  const char *text, size_t len)
{
	struct span rest = {text, len}, line;

	for (unsigned number = 1; rest.len > 0; number++) {
		(void)span_cut(&rest, '\n', &line);
		line = skip(line, blanks);
		if (span_skip(&line, "#"))
			read_line(waivers, findings, file, number, line);
	}
}

/* Waivers are found by file and rule; line 0 stands for any line. */
static int compare(const void *left, const void *right)
{
	const struct waiver *a = left, *b = right;
	int order = strcmp(a->file, b->file);

	if (order == 0)
		order = (int)a->rule - (int)b->rule;
	if (order == 0 && a->line != 0 && b->line != 0)
		order = (a->line > b->line) - (a->line < b->line);
	return order;
}

/* The waiver before it may waive the same; a file that was read twice has each waiver
 * twice. */
static void judge_unused(const struct waivers *waivers, struct findings *findings, size_t i)
{
	const struct waiver *waiver = &waivers->list[i], *before = NULL;
	const char *id = rules[waiver->rule].id;

	if (i > 0 && strcmp(waiver[-1].file, waiver->file) == 0 &&
	    waiver[-1].rule == waiver->rule)
		before = &waiver[-1];
	if (before == NULL)
		findings_add(findings, RULE_WAIVER_UNUSED, waiver->file, waiver->line, 1,
			     "\"%s\" was not found in this file", id);
	else if (before->line != waiver->line)
		findings_add(findings, RULE_WAIVER_UNUSED, waiver->file, waiver->line, 1,
			     "\"%s\" is waived on line %u already", id, before->line);
}

/* gcc's analyzer cannot follow ownership in a list whose length it does not know. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif
void waivers_apply(struct waivers *waivers, struct findings *findings)
{
	const size_t count = findings->count;

	SORT(waivers->list, waivers->count, compare);
	for (size_t i = 0; i < count; i++) {
		struct finding *finding = &findings->list[i];
		const struct waiver like = {.file = finding->file, .rule = finding->rule};
		struct waiver *waiver = FIND(&like, waivers->list, waivers->count, compare);

		if (waiver == NULL)
			continue;
		waiver->used = true;
		finding->waived = strdup(waiver->reason);
		if (finding->waived == NULL)
			findings->lost = true;
	}
	for (size_t i = 0; i < waivers->count; i++)
		if (!waivers->list[i].used)
			judge_unused(waivers, findings, i);
}

void waivers_free(struct waivers *waivers)
{
	for (size_t i = 0; i < waivers->count; i++) {
		free(waivers->list[i].file);
		free(waivers->list[i].reason);
	}
	free(waivers->list);
	*waivers = (struct waivers){0};
}
