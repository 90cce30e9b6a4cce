/* SPDX-License-Identifier: ISC */
#include "policy/tool/migrate/sources.h"

int source_take(struct migration *m, enum source_kind kind, const char *file, char *text,
		struct error *err)
{
	static int (*const takers[SOURCE_KIND_COUNT])(struct migration *, const char *,
						      char *, struct error *) = {
	    [SOURCE_SUDOERS] = from_sudoers,   [SOURCE_KEYS] = from_keys,
	    [SOURCE_SCRIPT] = from_script,     [SOURCE_PPPOSSH] = from_pppossh,
	    [SOURCE_WG_QUICK] = from_wg_quick, [SOURCE_NM_SSH] = from_nm_ssh,
	};

	return takers[kind](m, file, text, err);
}
