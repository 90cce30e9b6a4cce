/* SPDX-License-Identifier: ISC */
#include "policy/tool/peers/pool.h"

#include <stdbool.h>

#include "policy/language/constraint.h"
#include "policy/tool/base/grow.h"

static unsigned bits_of(const struct ip_addr *addr)
{
	return addr->family == AF_INET ? IPV4_BITS : IPV6_BITS;
}

/* False when there is no such address. */
static bool add(struct ip_addr *addr, unsigned number)
{
	size_t i = bits_of(addr) / 8;

	while (i-- > 0 && number > 0) {
		number += addr->bytes[i];
		addr->bytes[i] = (uint8_t)number;
		number >>= 8;
	}
	return number == 0;
}

static struct ip_addr last_of(const struct ip_prefix *prefix)
{
	const unsigned bits = bits_of(&prefix->addr);
	struct ip_addr last = prefix->addr;

	for (unsigned bit = prefix->len; bit < bits; bit++)
		last.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return last;
}

/* The two addresses, the first of which is even. */
static struct ip_prefix pair_at(const struct ip_addr *at)
{
	return ip_prefix_around(at, bits_of(at) - 1);
}

static int compare(const void *left, const void *right)
{
	return ip_prefix_compare(left, right);
}

void pool_sort(struct ip_prefix *taken, size_t count)
{
	SORT(taken, count, compare);
}

/*
 * Moves *at on until its pair is not taken; false when the addresses end. A prefix comes
 * before what it covers, so that what was passed cannot come again.
 */
static bool pass_taken(struct ip_addr *at, const struct ip_prefix *taken, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct ip_prefix pair = pair_at(at);

		if (taken[i].addr.family != at->family)
			continue;
		if (ip_prefix_overlaps(&taken[i], &pair)) {
			const struct ip_addr last = last_of(&taken[i]);

			*at = pair_at(&last).addr;
			if (!add(at, 2))
				return false;
		} else if (ip_prefix_compare(&taken[i], &pair) > 0) {
			break;
		}
	}
	return true;
}

static bool is_in_pool(const struct ip_prefix *pool, const struct ip_addr *at)
{
	const struct ip_prefix pair = pair_at(at);
	const struct ip_addr last = last_of(pool);

	return ip_prefix_covers(pool, &pair) &&
	       (at->family != AF_INET || !ip_prefix_contains(&pair, &last));
}

int pool_take(const struct ip_prefix *pool, const struct ip_prefix *taken, size_t count,
	      struct address_pair *out)
{
	struct ip_addr at = pool->addr;
	bool more = add(&at, 2);

	while (more && pass_taken(&at, taken, count) && is_in_pool(pool, &at)) {
		*out = (struct address_pair){.local = at, .remote = at};
		more = add(&out->remote, 1);
		/* Not every pair is one that PPP can negotiate. */
		if (more && constraint_link_pair(&out->local, &out->remote) == NULL)
			return 0;
		more = more && add(&at, 2);
	}
	*out = (struct address_pair){.line = 0};
	return -1;
}
