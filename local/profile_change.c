/* SPDX-License-Identifier: ISC */
#include "local/profile_change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/parsed.h"

/* What the caller frees; NULL when memory ran out. */
static char *print_profile(const struct profile *profile)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	bool failed;

	if (out == NULL)
		return NULL;
	print_values(kind_scope(KIND_PROFILE), profile, out);
	failed = ferror(out) != 0;
	if (fclose(out) == 0 && !failed)
		return text;
	free(text);
	return NULL;
}

bool profile_says_same(const struct profile *a, const struct profile *b)
{
	char *const one = print_profile(a), *const other = print_profile(b);
	const bool same = one != NULL && other != NULL && strcmp(one, other) == 0;

	free(one);
	free(other);
	return same;
}
