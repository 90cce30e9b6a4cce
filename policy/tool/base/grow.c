/* SPDX-License-Identifier: ISC */
#include "policy/tool/base/grow.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_FIRST = 64 };

bool list_append(void **list, size_t *count, size_t *size, size_t element, const void *new)
{
	if (*count == *size) {
		const size_t more = *size < LIST_FIRST ? LIST_FIRST : 2 * *size;
		void *moved = reallocarray(*list, more, element);

		if (moved == NULL)
			return false;
		*list = moved;
		*size = more;
	}
	memcpy((char *)*list + *count * element, new, element);
	++*count;
	return true;
}

void list_sort(void *list, size_t count, size_t element,
	       int (*compare)(const void *, const void *))
{
	if (count > 0)
		qsort(list, count, element, compare);
}

void *list_find(const void *key, const void *list, size_t count, size_t element,
		int (*compare)(const void *, const void *))
{
	char *found = count == 0 ? NULL : bsearch(key, list, count, element, compare);

	while (found != NULL && found > (const char *)list &&
	       compare(key, found - element) == 0)
		found -= element;
	return found;
}
