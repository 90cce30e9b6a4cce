/* SPDX-License-Identifier: ISC */
#include "policy/audit/table.h"

#include <stdio.h>
#include <string.h>

#include "policy/audit/report.h"

static bool counts(const struct finding *finding, enum rule_name rule)
{
	return finding->rule == rule && finding->waived == NULL;
}

static size_t count_of(const struct findings *findings, enum rule_name rule)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->count; i++)
		count += counts(&findings->list[i], rule) ? 1 : 0;
	return count;
}

/* Where it was found; one place with several findings, which are together, once. */
static void print_places(const struct findings *findings, enum rule_name rule)
{
	char places[2][REPORT_PLACE_MAX] = {"", ""};
	size_t printed = 0;

	for (size_t i = 0; i < findings->count; i++) {
		char *place = places[printed % 2], *last = places[(printed + 1) % 2];

		if (!counts(&findings->list[i], rule))
			continue;
		report_place(&findings->list[i], place);
		if (printed > 0 && strcmp(place, last) == 0)
			continue;
		(void)printf("         where  %s\n", place[0] != '\0' ? place : "the host");
		printed++;
	}
}

static void print_rule(const struct findings *findings, enum rule_name rule)
{
	(void)printf("%-7s  %s (%s)\n", severity_name(rules[rule].severity),
		     rules[rule].title, rules[rule].id);
	print_places(findings, rule);
	(void)printf("         why    %s\n         mend   %s\n\n", rules[rule].why,
		     rules[rule].mend);
}

static void print_total(const struct findings *findings)
{
	for (unsigned severity = SEVERITY_COUNT; severity-- > 0;)
		(void)printf("%zu %s%s, ", findings->by_severity[severity],
			     severity_name(severity),
			     findings->by_severity[severity] == 1 ? "" : "s");
	(void)printf("%zu waived\n", findings->waived);
}

void table_print(const struct findings *findings)
{
	for (unsigned severity = SEVERITY_COUNT; severity-- > 0;)
		for (unsigned rule = 0; rule < RULE_COUNT; rule++)
			if (rules[rule].severity == severity &&
			    count_of(findings, rule) > 0)
				print_rule(findings, rule);
	print_total(findings);
}
