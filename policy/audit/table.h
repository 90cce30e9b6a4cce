/* SPDX-License-Identifier: ISC */
/* Findings as a table for people: rule by rule, the worst first. */
#ifndef SALLYPORT_POLICY_AUDIT_TABLE_H
#define SALLYPORT_POLICY_AUDIT_TABLE_H

#include "policy/audit/finding.h"

/*
 * To standard output: of each rule that sorted findings break its title, where, why it
 * matters and how to mend it; at the end how many there are of each severity. What is
 * waived is counted only.
 */
void table_print(const struct findings *findings);

#endif
