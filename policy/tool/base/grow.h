/* SPDX-License-Identifier: ISC */
/* Arrays that grow, are sorted and looked up: one way to do it for all lists of vpn-policy.
 */
#ifndef SALLYPORT_POLICY_TOOL_BASE_GROW_H
#define SALLYPORT_POLICY_TOOL_BASE_GROW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies the `element` bytes at new to the end of *list, of which *count are used and *size
 * are there, and counts it. False when memory ran out, with the list as it was.
 */
bool list_append(void **list, size_t *count, size_t *size, size_t element, const void *new);
/* As qsort(3), also of no list at all. */
void list_sort(void *list, size_t count, size_t element,
	       int (*compare)(const void *, const void *));
/* As bsearch(3), the first of several that are equal. */
void *list_find(const void *key, const void *list, size_t count, size_t element,
		int (*compare)(const void *, const void *));

/* The same for lists of any type; new, which it checks, points at an element. */
#define APPEND(list, count, size, new)                                                     \
	list_append((void **)&(list), &(count), &(size), sizeof *(list), 1 ? (new) : (list))
#define SORT(list, count, compare) list_sort((list), (count), sizeof *(list), (compare))
#define FIND(key, list, count, compare)                                                    \
	list_find((key), (list), (count), sizeof *(list), (compare))

#endif
