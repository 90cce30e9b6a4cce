/* SPDX-License-Identifier: ISC */
/*
 * A binary tree of prefixes, walked without being built: of sorted prefixes, those inside
 * of a prefix stand together, the prefix itself first, and those in its lower half before
 * those in its upper half (RFC 4632 section 3.1).
 */
#include "policy/tool/diff/prefixes.h"

#include <stdlib.h>
#include <string.h>

#include "policy/tool/base/grow.h"

int prefixes_add(struct prefixes *set, const struct ip_prefix *prefix)
{
	return APPEND(set->list, set->count, set->size, prefix) ? 0 : -1;
}

void prefixes_free(struct prefixes *set)
{
	free(set->list);
	*set = (struct prefixes){0};
}

static int compare(const void *left, const void *right)
{
	return ip_prefix_compare(left, right);
}

/* Sorted prefixes inside of the one that is looked at. */
struct range {
	const struct ip_prefix *first;
	size_t count;
};

/* Takes the prefix itself, of that length, out of a range: whether it was there. */
static bool take_whole(struct range *range, uint8_t len)
{
	const bool whole = range->count > 0 && range->first->len == len;

	while (range->count > 0 && range->first->len == len) {
		range->first++;
		range->count--;
	}
	return whole;
}

static bool has_bit(const struct ip_prefix *prefix, unsigned bit)
{
	return (prefix->addr.bytes[bit / 8] & 0x80 >> bit % 8) != 0;
}

/* Splits a range at that bit: leaves the lower part, and returns the upper one. */
static struct range split(struct range *range, unsigned bit)
{
	size_t low = 0, high = range->count;
	struct range upper;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (has_bit(&range->first[middle], bit))
			high = middle;
		else
			low = middle + 1;
	}
	upper = (struct range){range->first + low, range->count - low};
	range->count = low;
	return upper;
}

/* The one half of a prefix or the other. */
static struct ip_prefix half_of(const struct ip_prefix *prefix, bool upper)
{
	struct ip_prefix half = *prefix;

	if (upper)
		half.addr.bytes[prefix->len / 8] |= (uint8_t)(0x80 >> prefix->len % 8);
	half.len++;
	return half;
}

enum part { NOTHING, SOME, WHOLE, LOST };

/*
 * Adds what is left of the prefix at to out, and tells how much of it that is. With whole,
 * a has all of it, and the range of a does not matter. Goes down one bit at a time, as deep
 * as an address has bits.
 */
static enum part walk(const struct ip_prefix *at, bool whole, struct range a,
		      struct range b, struct prefixes *out)
{
	enum part lower, upper;
	struct ip_prefix half;
	struct range a_upper, b_upper;

	whole = take_whole(&a, at->len) || whole;
	if (take_whole(&b, at->len) || (!whole && a.count == 0))
		return NOTHING;
	if (whole && b.count == 0)
		return prefixes_add(out, at) != 0 ? LOST : WHOLE;
	/* One prefix that nothing is taken from: no need to go down to it bit by bit. */
	if (!whole && a.count == 1 && b.count == 0)
		return prefixes_add(out, a.first) != 0 ? LOST : SOME;
	/* At the last bit both ranges are empty by now. */
	a_upper = split(&a, at->len);
	b_upper = split(&b, at->len);
	half = half_of(at, false);
	lower = walk(&half, whole, a, b, out);
	half = half_of(at, true);
	upper = lower == LOST ? LOST : walk(&half, whole, a_upper, b_upper, out);
	if (upper == LOST)
		return LOST;
	if (lower == WHOLE && upper == WHOLE) {
		/* Each half has added itself, and nothing else, at the end. */
		out->count--;
		out->list[out->count - 1] = *at;
		return WHOLE;
	}
	return lower == NOTHING && upper == NOTHING ? NOTHING : SOME;
}

/* Those of one family, of a sorted set. */
static struct range family_of(const struct prefixes *set, sa_family_t family)
{
	size_t ipv4 = 0;

	while (ipv4 < set->count && set->list[ipv4].addr.family == AF_INET)
		ipv4++;
	if (family == AF_INET || set->count == 0)
		return (struct range){set->list, ipv4};
	return (struct range){set->list + ipv4, set->count - ipv4};
}

static const struct ip_prefix everything[] = {{{AF_INET, {0}}, 0}, {{AF_INET6, {0}}, 0}};
enum { FAMILIES = sizeof everything / sizeof everything[0] };

bool prefixes_everything(const struct prefixes *set)
{
	return set->count == FAMILIES && set->list[0].len == 0 && set->list[1].len == 0;
}

int prefixes_subtract(struct prefixes *a, struct prefixes *b, struct prefixes *out)
{
	SORT(a->list, a->count, compare);
	SORT(b->list, b->count, compare);
	for (size_t i = 0; i < FAMILIES; i++) {
		const sa_family_t family = everything[i].addr.family;

		if (walk(&everything[i], false, family_of(a, family), family_of(b, family),
			 out) != LOST)
			continue;
		prefixes_free(out);
		return -1;
	}
	return 0;
}
