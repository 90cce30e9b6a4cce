/* SPDX-License-Identifier: ISC */
/* By what the index of keys is known, for who writes and who reads it. */
#ifndef SALLYPORT_POLICY_TOOL_KEYS_MARK_H
#define SALLYPORT_POLICY_TOOL_KEYS_MARK_H

#include <string.h>

#include "policy/language/paths.h"
#include "policy/tool/keys/index.h"

_Static_assert(sizeof(VERSION) <= INDEX_VERSION_SIZE, "the version has room in the head");

static inline void index_mark(struct index_head *head)
{
	static const char mark[] = "sallyport keys index 2\n";

	_Static_assert(sizeof mark <= sizeof head->mark, "the mark has room in the head");
	memset(head, 0, sizeof *head);
	memcpy(head->mark, mark, sizeof mark);
	memcpy(head->version, VERSION, sizeof VERSION);
}

/* The end of the index that the head begins. */
static inline void index_mark_end(const struct index_head *head, struct index_tail *tail)
{
	static const char mark[] = "end of keys index\n";

	_Static_assert(sizeof mark <= sizeof tail->mark, "the mark has room in the tail");
	memset(tail, 0, sizeof *tail);
	memcpy(tail->mark, mark, sizeof mark);
	memcpy(tail->serial, head->serial, sizeof tail->serial);
}

#endif
