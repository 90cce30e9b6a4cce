/* SPDX-License-Identifier: ISC */
#include "policy/audit/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum report_format report_format_find(const char *word)
{
	static const char *const names[REPORT_FORMAT_COUNT] = {"text", "json", "sarif"};
	unsigned format = 0;

	while (format < REPORT_FORMAT_COUNT && strcmp(word, names[format]) != 0)
		format++;
	return format;
}

/* NO_COLOR (no-color.org) and TERM=dumb are heeded. */
static bool wants_colour(void)
{
	const char *term = getenv("TERM"), *none = getenv("NO_COLOR");

	return isatty(STDERR_FILENO) && (none == NULL || *none == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

static void print_text(const struct finding *finding, bool colour)
{
	static const char *const colours[SEVERITY_COUNT] = {"\033[36m", "\033[33m",
							    "\033[31m"};
	const struct rule *rule = &rules[finding->rule];
	const struct policy_error at = {.line = finding->line, .column = finding->column};
	char where[ERROR_WHERE_MAX];

	(void)fprintf(stderr, "%s%s%s%s%s:%s %s [%s]\n", finding->file,
		      error_where(&at, where), finding->file[0] != '\0' ? ": " : "",
		      colour ? colours[rule->severity] : "", severity_name(rule->severity),
		      colour ? "\033[0m" : "", finding->text, rule->id);
}

void report_findings(const struct findings *findings, const char *command,
		     enum report_format format)
{
	const bool colour = wants_colour();

	(void)command;
	(void)format;
	for (size_t i = 0; i < findings->count; i++)
		if (findings->list[i].waived == NULL)
			print_text(&findings->list[i], colour);
	if (findings->lost)
		(void)fputs("vpn-policy: out of memory\n", stderr);
}
