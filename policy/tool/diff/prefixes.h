/* SPDX-License-Identifier: ISC */
/* Prefixes as the sets of addresses that they stand for. */
#ifndef SALLYPORT_POLICY_TOOL_DIFF_PREFIXES_H
#define SALLYPORT_POLICY_TOOL_DIFF_PREFIXES_H

#include <stdbool.h>

#include "policy/language/address.h"

/* Zero is the empty set. */
struct prefixes {
	/* owned */
	struct ip_prefix *list;
	size_t count, size;
};

/* 0, or -1 when memory ran out. */
int prefixes_add(struct prefixes *set, const struct ip_prefix *prefix);
/*
 * The addresses of a that b lacks, into *out, which must be empty: as few prefixes as can
 * be, IPv4 before IPv6, in the order of their addresses. Both a and b are sorted on the
 * way. 0, or -1 when memory ran out, with *out empty.
 */
int prefixes_subtract(struct prefixes *a, struct prefixes *b, struct prefixes *out);
/* Whether a set that prefixes_subtract() made has every address of both families. */
bool prefixes_everything(const struct prefixes *set);
void prefixes_free(struct prefixes *set);

#endif
