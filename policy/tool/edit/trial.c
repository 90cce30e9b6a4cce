/* SPDX-License-Identifier: ISC */
/*
 * A text in the place of a policy file, before it is there: the whole directory of peers
 * is surveyed with it, and without it, so that errors in others do not keep anyone from
 * mending this one.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "policy/tool/diff/effect.h"
#include "policy/tool/edit/edited.h"
#include "policy/tool/report/report.h"
#include "policy/tool/survey/survey.h"

static void survey_with(const struct edited *edited, const char *text, size_t len,
			struct findings *findings)
{
	const struct survey_edited with = {edited->path, text, len};
	struct survey survey = {.findings = findings};
	const size_t dir_len = (size_t)(strrchr(edited->path, '/') - edited->path);
	static const char peers[] = "/peers";
	char dir[PATH_TEXT_MAX];
	bool whole = false;

	/* Without a text there is no file, or somebody else has just made it. */
	if (text != NULL)
		survey.edited = &with;
	survey_begin(&survey);
	snprintf(dir, sizeof dir, "%.*s", (int)dir_len, edited->path);
	/* Peers elsewhere do not make up a policy. */
	if (edited->kind == KIND_PEER && dir_len >= sizeof peers - 1 &&
	    strcmp(dir + dir_len - (sizeof peers - 1), peers) == 0) {
		survey_directory(&survey, KIND_PEER, dir, dir, edited->trust);
		whole = edited->there;
	}
	if (!whole && text != NULL)
		(void)survey_text(&survey, edited->kind, edited->path, text, len);
	survey_end(&survey);
	survey_free(&survey);
}

/* The same words, except for line numbers, which an edit may have changed. */
static bool same_words(const char *a, const char *b)
{
	for (;;) {
		while (isdigit((unsigned char)*a))
			a++;
		while (isdigit((unsigned char)*b))
			b++;
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
		a++;
		b++;
	}
}

static bool has(const struct findings *findings, const struct finding *one)
{
	size_t low = 0, high = findings->count;

	/* They are sorted by file. */
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(findings->list[middle].file, one->file) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < findings->count; low++) {
		const struct finding *other = &findings->list[low];

		if (strcmp(other->file, one->file) != 0)
			break;
		if (other->rule == one->rule && same_words(other->text, one->text))
			return true;
	}
	return false;
}

/* What the editor is told: everything about this file, and what is new in others. */
static void pick(const struct edited *edited, const struct findings *before,
		 const struct findings *after, struct findings *out)
{
	for (size_t i = 0; i < after->count; i++) {
		const struct finding *f = &after->list[i];

		if (f->waived == NULL &&
		    (strcmp(f->file, edited->path) == 0 || !has(before, f)))
			findings_add(out, f->rule, f->file, f->line, f->column, "%s",
				     f->text);
	}
	out->lost = before->lost || after->lost;
	findings_sort(out);
}

static void keep_side(const struct edited *edited, const char *text, size_t len,
		      struct findings *findings, struct side *side)
{
	struct survey survey = {.findings = findings,
				.good_file = side_keep,
				.context = side,
				.only_parse = true};

	if (text != NULL)
		(void)survey_text(&survey, edited->kind, edited->path, text, len);
	side_sort(side);
	survey_free(&survey);
}

static int tell_effects(const struct edited *edited, const char *text, size_t len)
{
	struct findings findings = {0};
	struct side old = {0}, new = {0};
	struct effects effects = {0};
	int r = 0;

	keep_side(edited, edited->there ? edited->text : NULL, edited->len, &findings,
		  &old);
	keep_side(edited, text, len, &findings, &new);
	effects.lost = old.lost || new.lost || findings.lost;
	if (findings.count > 0) {
		printf("%s: it had errors: what changes cannot be told\n", edited->path);
	} else {
		if (!effects.lost)
			compare_sides(&effects, &old, &new);
		if (!effects.lost && effects.count == 0)
			printf("%s: nothing changes in effect\n", edited->path);
		r = effects_print(&effects, REPORT_TEXT);
	}
	fflush(stdout);
	effects_free(&effects);
	side_free(&old);
	side_free(&new);
	findings_free(&findings);
	return r;
}

enum trial edited_try(const struct edited *edited, const char *text, size_t len)
{
	struct findings before = {0}, after = {0}, told = {0};
	enum trial trial = TRIAL_LOST;

	survey_with(edited, edited->there ? edited->text : NULL, edited->len, &before);
	survey_with(edited, text, len, &after);
	pick(edited, &before, &after, &told);
	if (report_findings(&told, "edit", REPORT_TEXT) == 0)
		trial = told.by_severity[SEVERITY_ERROR] > 0 ? TRIAL_BAD : TRIAL_GOOD;
	if (trial == TRIAL_GOOD && tell_effects(edited, text, len) < 0)
		trial = TRIAL_LOST;
	findings_free(&before);
	findings_free(&after);
	findings_free(&told);
	return trial;
}
