/* SPDX-License-Identifier: ISC */
#include "policy/tool/base/grow.h"

#include <stdlib.h>
#include <string.h>

enum { GROW_FIRST = 64 };

void *grow(void **list, size_t count, size_t *size, size_t element)
{
	char *bytes = *list;

	if (count == *size) {
		const size_t more = *size < GROW_FIRST ? GROW_FIRST : 2 * *size;

		bytes = reallocarray(*list, more, element);
		if (bytes == NULL)
			return NULL;
		*list = bytes;
		*size = more;
	}
	return bytes + count * element;
}
