/* SPDX-License-Identifier: ISC */
/* Parsed files as canonical text: what is really in force, defaults included. */
#ifndef SALLYPORT_POLICY_LANGUAGE_PRINT_H
#define SALLYPORT_POLICY_LANGUAGE_PRINT_H

#include <stdio.h>

#include "policy/language/keyword.h"

/*
 * Prints one "Keyword value…" line per value, which parse back to the same values. values
 * is the struct that the scope's offsets mean, or a union parsed of that kind.
 */
void print_values(const struct scope *scope, const void *values, FILE *out);

#endif
