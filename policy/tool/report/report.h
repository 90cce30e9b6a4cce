/* SPDX-License-Identifier: ISC */
/* Findings as text for people, as JSON and as SARIF 2.1.0 for programs. */
#ifndef SALLYPORT_POLICY_TOOL_REPORT_REPORT_H
#define SALLYPORT_POLICY_TOOL_REPORT_REPORT_H

#include "policy/language/path.h"
#include "policy/tool/report/finding.h"

enum report_format { REPORT_TEXT, REPORT_JSON, REPORT_SARIF };

/* The words for them on a command line, in that order. */
#define REPORT_FORMATS "text json sarif"

enum { REPORT_PLACE_MAX = PATH_TEXT_MAX + ERROR_WHERE_MAX, REPORT_SEVERITY_MAX = 32 };
/* As much of "file:line:column" as is known, as plain text, "" when no file is at fault;
 * returns out. */
const char *report_place(const struct finding *finding, char out[REPORT_PLACE_MAX]);
/* Whether fd is a terminal that wants colour: NO_COLOR (no-color.org) and TERM=dumb are
 * heeded. */
bool report_wants_colour(int fd);

/* "error:", coloured or not. */
void report_severity(enum severity severity, bool colour, char out[REPORT_SEVERITY_MAX]);

/*
 * The sorted findings. Text goes to standard error, "file:line:column: severity: text
 * [rule-id]" with colour on a terminal, and leaves out what is waived; the other formats go
 * to standard output and have it, with the rules that were broken. command is what made
 * them. Returns 0; or -1 when memory ran out, here or when they were gathered, which is
 * said on standard error: exit with EXIT_SYSTEM.
 */
int report_findings(const struct findings *findings, const char *command,
		    enum report_format format);
/*
 * sarif.c: the same as the log of one run in the Static Analysis Results Interchange
 * Format, SARIF 2.1.0 (OASIS); waived findings are suppressed results.
 */
int sarif_print(const struct findings *findings, const char *command);
/*
 * table.c: rule by rule for people, the worst first. To standard output: of each rule that
 * sorted findings break its title, where and what was found, why it matters and how to fix
 * it; at the end how many there are of each severity. What is waived is counted only. Where
 * standard error is another place, the findings go there as well, a line each. 0, or -1 as
 * report_findings().
 */
int table_report(const struct findings *findings);

#endif
