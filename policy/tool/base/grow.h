/* SPDX-License-Identifier: ISC */
/* Arrays that grow: one way to do it for all lists of vpn-policy. */
#ifndef SALLYPORT_POLICY_TOOL_BASE_GROW_H
#define SALLYPORT_POLICY_TOOL_BASE_GROW_H

#include <stddef.h>

/*
 * Makes room for one more element of `element` bytes in *list, of which count are used and
 * *size are there. Returns the place of the new one, or NULL when memory ran out, with the
 * list as it was.
 */
void *grow(void **list, size_t count, size_t *size, size_t element);

/* The same for a list of any type; the caller counts it. */
#define GROW(list, count, size) grow((void **)&(list), (count), &(size), sizeof *(list))

#endif
