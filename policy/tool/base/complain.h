/* SPDX-License-Identifier: ISC */
/* What every part of vpn-policy says in the same words, on standard error. */
#ifndef SALLYPORT_POLICY_TOOL_BASE_COMPLAIN_H
#define SALLYPORT_POLICY_TOOL_BASE_COMPLAIN_H

#include "policy/language/error.h"

/* "FILE:LINE:COLUMN: text" on standard error. */
void complain(const struct error *err);
/* Says so on standard error; returns EXIT_SYSTEM. */
enum exit_code out_of_memory(void);

#endif
