/* SPDX-License-Identifier: ISC */
/* Findings in the Static Analysis Results Interchange Format, SARIF 2.1.0 (OASIS). */
#ifndef SALLYPORT_POLICY_AUDIT_SARIF_H
#define SALLYPORT_POLICY_AUDIT_SARIF_H

#include <jansson.h>

#include "policy/audit/finding.h"

/*
 * The findings as a log of one run, with the rules that they break; waived findings are
 * suppressed results. NULL when memory ran out.
 */
json_t *sarif_log(const struct findings *findings, const char *command);

#endif
