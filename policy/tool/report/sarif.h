/* SPDX-License-Identifier: ISC */
/* Findings in the Static Analysis Results Interchange Format, SARIF 2.1.0 (OASIS). */
#ifndef SALLYPORT_POLICY_TOOL_REPORT_SARIF_H
#define SALLYPORT_POLICY_TOOL_REPORT_SARIF_H

#include "policy/tool/report/finding.h"

/*
 * Prints the findings as the log of one run to standard output, with the rules that they
 * break; waived findings are suppressed results. Returns as json_print() does.
 */
int sarif_print(const struct findings *findings, const char *command);

#endif
