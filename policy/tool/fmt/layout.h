/* SPDX-License-Identifier: ISC */
/* The one layout that policy files are brought to: see vpn-policy(8), fmt. */
#ifndef SALLYPORT_POLICY_TOOL_FMT_LAYOUT_H
#define SALLYPORT_POLICY_TOOL_FMT_LAYOUT_H

#include "policy/language/parsed.h"
#include "policy/tool/base/memory.h"

/*
 * Text of that kind, which has to parse, in its layout. What comes out has been parsed as
 * well, and says the same. 0, or -1 with *err; *out is the caller's to free either way.
 */
int layout_text(enum file_kind kind, const char *shown, const char *text, size_t len,
		struct memory *out, struct error *err);

#endif
