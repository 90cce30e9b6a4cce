/* SPDX-License-Identifier: ISC */
#include "policy/tool/report/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/base/grow.h"

/* It replaces the middle of a longer sentence, so that the beginning, which says what
 * happened, and the end, which says what was expected, both stay. */
static const char left_out[] = " [...] ";
enum { HEAD_LEN = FINDING_TEXT_MAX / 2, LEFT_OUT_LEN = sizeof left_out - 1 };

const struct rule rules[RULE_COUNT] = {
#define RULE(name, id, severity, title, why, remedy)                                       \
	[RULE_##name] = {id, severity, title, why, remedy},
#include "policy/tool/report/rules.def"
#undef RULE
};

enum rule_name rule_find(const char *id, size_t len)
{
	unsigned rule = 0;

	while (rule < RULE_COUNT &&
	       (strlen(rules[rule].id) != len || memcmp(rules[rule].id, id, len) != 0))
		rule++;
	return rule;
}

bool rule_waivable(enum rule_name rule)
{
	return rules[rule].severity != SEVERITY_ERROR;
}

const char *severity_name(enum severity severity)
{
	static const char *const names[SEVERITY_COUNT] = {"note", "warning", "error"};

	return names[severity];
}

/* Findings are printed on terminals: whatever a sentence contains becomes one plain line.
 */
static void make_plain(char *text)
{
	size_t len = strlen(text);

	if (len > FINDING_TEXT_MAX) {
		const size_t tail = FINDING_TEXT_MAX - HEAD_LEN - LEFT_OUT_LEN;

		memcpy(text + HEAD_LEN, left_out, LEFT_OUT_LEN);
		memmove(text + HEAD_LEN + LEFT_OUT_LEN, text + len - tail, tail + 1);
	}
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			*text = '?';
}

static void drop(struct finding *finding)
{
	free(finding->file);
	free(finding->text);
	free(finding->waived);
}

void findings_add(struct findings *findings, enum rule_name rule, const char *file,
		  unsigned line, unsigned column, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	findings_vadd(findings, rule, file, line, column, fmt, args);
	va_end(args);
}

void findings_vadd(struct findings *findings, enum rule_name rule, const char *file,
		   unsigned line, unsigned column, const char *fmt, va_list args)
{
	/* The file's name stays as it is: waivers go by it. */
	struct finding new = {
	    .rule = rule,
	    .file = strdup(file),
	    .line = line,
	    .column = column,
	};

	if (vasprintf(&new.text, fmt, args) < 0)
		new.text = NULL;
	else
		make_plain(new.text);
	if (new.file == NULL || new.text == NULL ||
	    !APPEND(findings->list, findings->count, findings->size, &new)) {
		drop(&new);
		findings->lost = true;
	}
}

static int compare_numbers(unsigned a, unsigned b)
{
	return a < b ? -1 : a > b;
}

static int compare(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	int order = strcmp(a->file, b->file);

	if (order == 0)
		order = compare_numbers(a->line, b->line);
	if (order == 0)
		order = compare_numbers(a->column, b->column);
	if (order == 0)
		order = compare_numbers(a->rule, b->rule);
	return order != 0 ? order : strcmp(a->text, b->text);
}

/* A file that was given twice has each finding twice. */
static void drop_repeated(struct findings *findings)
{
	size_t kept = 0;

	for (size_t i = 0; i < findings->count; i++)
		if (kept > 0 && compare(&findings->list[kept - 1], &findings->list[i]) == 0)
			drop(&findings->list[i]);
		else
			findings->list[kept++] = findings->list[i];
	findings->count = kept;
}

void findings_sort(struct findings *findings)
{
	SORT(findings->list, findings->count, compare);
	drop_repeated(findings);
	memset(findings->by_severity, 0, sizeof findings->by_severity);
	memset(findings->broken, 0, sizeof findings->broken);
	findings->waived = 0;
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];

		findings->broken[finding->rule] = true;
		if (finding->waived != NULL)
			findings->waived++;
		else
			findings->by_severity[rules[finding->rule].severity]++;
	}
}

void findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		drop(&findings->list[i]);
	free(findings->list);
	*findings = (struct findings){0};
}
