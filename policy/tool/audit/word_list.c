/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/word_list.h"

#include <string.h>
#include <strings.h>

static bool has(const char *list, const char *between, const char *word,
		int (*compare)(const char *, const char *, size_t))
{
	const size_t len = strlen(word);

	for (list += strspn(list, between); *list != '\0'; list += strspn(list, between)) {
		const size_t one = strcspn(list, between);

		if (one == len && compare(list, word, len) == 0)
			return true;
		list += one;
	}
	return false;
}

bool word_list_has(const char *list, const char *between, const char *word)
{
	return has(list, between, word, strncmp);
}

bool word_list_has_folded(const char *list, const char *between, const char *word)
{
	return has(list, between, word, strncasecmp);
}
