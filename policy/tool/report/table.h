/* SPDX-License-Identifier: ISC */
/* Findings as a table for people: rule by rule, the worst first. */
#ifndef SALLYPORT_POLICY_TOOL_REPORT_TABLE_H
#define SALLYPORT_POLICY_TOOL_REPORT_TABLE_H

#include "policy/tool/report/finding.h"

/*
 * To standard output: of each rule that sorted findings break its title, where and what was
 * found, why it matters and how to fix it; at the end how many there are of each severity.
 * What is waived is counted only. Where standard error is another place, the findings go
 * there as well, a line each. 0, or -1 as report_findings().
 */
int table_report(const struct findings *findings);

#endif
