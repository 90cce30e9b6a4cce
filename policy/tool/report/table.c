/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/tool/report/report.h"

static bool counts(const struct finding *finding, enum rule_name rule)
{
	return finding->rule == rule && finding->waived == NULL;
}

/* Where and what, as the short lines of report_findings() say it. */
static void print_places(const struct findings *findings, enum rule_name rule)
{
	char place[REPORT_PLACE_MAX];

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];

		if (!counts(finding, rule))
			continue;
		report_place(finding, place);
		printf("         where  %s: %s\n", place[0] != '\0' ? place : "the host",
		       finding->text);
	}
}

static void print_rule(const struct findings *findings, enum rule_name rule)
{
	char severity[REPORT_SEVERITY_MAX];

	report_severity(rules[rule].severity, report_wants_colour(STDOUT_FILENO), severity);
	printf("%s %s [%s]\n", severity, rules[rule].title, rules[rule].id);
	print_places(findings, rule);
	printf("         why    %s\n         fix    %s\n\n", rules[rule].why,
	       rules[rule].remedy);
}

static void print_total(const struct findings *findings)
{
	for (unsigned severity = SEVERITY_COUNT; severity-- > 0;)
		printf("%zu %s%s, ", findings->by_severity[severity],
		       severity_name(severity),
		       findings->by_severity[severity] == 1 ? "" : "s");
	printf("%zu waived\n", findings->waived);
}

/* Whether both are the same terminal, pager or log, which would get each finding twice. */
static bool outputs_are_one(void)
{
	struct stat out, err;

	return fstat(STDOUT_FILENO, &out) == 0 && fstat(STDERR_FILENO, &err) == 0 &&
	       out.st_dev == err.st_dev && out.st_ino == err.st_ino;
}

static void print_table(const struct findings *findings)
{
	bool broken[RULE_COUNT] = {false};

	for (size_t i = 0; i < findings->count; i++)
		if (findings->list[i].waived == NULL)
			broken[findings->list[i].rule] = true;
	for (unsigned severity = SEVERITY_COUNT; severity-- > 0;)
		for (unsigned rule = 0; rule < RULE_COUNT; rule++)
			if (rules[rule].severity == severity && broken[rule])
				print_rule(findings, rule);
	print_total(findings);
}

int table_report(const struct findings *findings)
{
	if (findings->lost || !outputs_are_one())
		if (report_findings(findings, "audit", REPORT_TEXT) != 0)
			return -1;
	print_table(findings);
	return 0;
}
