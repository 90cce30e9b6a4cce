/* SPDX-License-Identifier: ISC */
/* The one layout that policy files are brought to: see vpn-policy(8), fmt. */
#ifndef SALLYPORT_POLICY_TOOL_FMT_LAYOUT_H
#define SALLYPORT_POLICY_TOOL_FMT_LAYOUT_H

#include <stddef.h>

#include "policy/language/parsed.h"

/*
 * Text of that kind, which has to parse, in its layout: *out is the caller's to free. What
 * comes out has been parsed as well, and says the same. 0, or -1 with *err.
 */
int layout_text(enum file_kind kind, const char *shown, const char *text, size_t len,
		char **out, size_t *out_len, struct error *err);

#endif
