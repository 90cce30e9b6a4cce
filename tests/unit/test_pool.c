/* SPDX-License-Identifier: ISC */
/* The pair that is taken is the first one that is free, held against a search that looks at
 * each; and a pool that is used up gives none. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "policy/tool/peers/pool.h"

enum { ROUNDS = 3000, TAKEN_MAX = 12, SEED = 20261129 };

static struct ip_prefix prefix_of(const char *text)
{
	struct ip_prefix prefix;

	assert_int_equal(ip_network_parse(text, &prefix, NULL), 0);
	return prefix;
}

static void takes(const char *pool, const char *const *taken, size_t count,
		  const char *expected)
{
	struct ip_prefix list[TAKEN_MAX];
	const struct ip_prefix network = prefix_of(pool);
	struct address_pair pair;
	char text[ADDRESS_TEXT_MAX];

	for (size_t i = 0; i < count; i++)
		list[i] = prefix_of(taken[i]);
	pool_sort(list, count);
	if (expected == NULL) {
		assert_int_equal(pool_take(&network, list, count, &pair), -1);
		assert_int_equal(pair.local.family, AF_UNSPEC);
		return;
	}
	assert_int_equal(pool_take(&network, list, count, &pair), 0);
	assert_string_equal(ip_addr_print(&pair.local, text), expected);
	assert_true(ip_prefix_contains(&network, &pair.remote));
	assert_int_equal(pair.remote.bytes[pair.local.family == AF_INET ? 3 : 15],
			 pair.local.bytes[pair.local.family == AF_INET ? 3 : 15] + 1);
}
#define TAKES(pool, expected, ...)                                                         \
	takes(pool, (const char *const[]){__VA_ARGS__},                                    \
	      sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *), expected)

static void the_first_pair_that_is_free(void **state)
{
	(void)state;
	takes("10.9.0.0/24", NULL, 0, "10.9.0.2");
	takes("fd00:9::/112", NULL, 0, "fd00:9::2");
	TAKES("10.9.0.0/24", "10.9.0.4", "10.9.0.2", "10.9.0.3");
	/* One end of it is enough. */
	TAKES("10.9.0.0/24", "10.9.0.4", "10.9.0.3");
	TAKES("10.9.0.0/24", "10.9.0.2", "10.9.0.4", "10.9.0.5");
	/* A route that covers half of it, with others in that. */
	TAKES("10.9.0.0/24", "10.9.0.128", "10.9.0.0/25", "10.9.0.7", "10.9.0.2");
	TAKES("10.9.0.0/24", "10.9.0.130", "10.9.0.0/25", "10.9.0.128", "fd00:9::2");
	TAKES("fd00:9::/112", "fd00:9::100", "fd00:9::/120");
}

static void the_ends_of_a_pool_are_left_out(void **state)
{
	(void)state;
	takes("10.9.0.0/29", NULL, 0, "10.9.0.2");
	TAKES("10.9.0.0/29", "10.9.0.4", "10.9.0.2/31");
	TAKES("10.9.0.0/29", NULL, "10.9.0.2/31", "10.9.0.4/31");
	takes("fd00:9::/126", NULL, 0, "fd00:9::2");
	TAKES("fd00:9::/126", NULL, "fd00:9::2/127");
	TAKES("10.9.0.0/24", NULL, "10.9.0.0/24");
	TAKES("10.9.0.0/24", NULL, "10.0.0.0/8");
	/* The last addresses that there are. */
	TAKES("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc/126", NULL,
	      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127");
}

static void the_low_half_of_an_ipv6_address_is_never_zero(void **state)
{
	(void)state;
	/* The next one would be fd00:9:0:1::. */
	TAKES("fd00:9::/63", "fd00:9:0:1::2", "fd00:9::/64");
}

static bool is_free(const struct ip_prefix *taken, size_t count, unsigned last)
{
	const struct ip_addr ends[] = {{AF_INET, {10, 9, 0, (uint8_t)last}},
				       {AF_INET, {10, 9, 0, (uint8_t)(last + 1)}}};

	for (size_t i = 0; i < count; i++)
		if (ip_prefix_contains(&taken[i], &ends[0]) ||
		    ip_prefix_contains(&taken[i], &ends[1]))
			return false;
	return true;
}

static void as_a_search_would_that_looks_at_each(void **state)
{
	const struct ip_prefix pool = prefix_of("10.9.0.0/26");

	(void)state;
	srandom(SEED);
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct ip_prefix taken[TAKEN_MAX];
		const size_t count = (size_t)random() % (TAKEN_MAX + 1);
		struct address_pair pair;
		unsigned last = 2;

		for (size_t i = 0; i < count; i++) {
			const struct ip_addr addr = {AF_INET,
						     {10, 9, 0, (uint8_t)(random() % 70)}};

			taken[i] = ip_prefix_around(&addr, 27 + (unsigned)(random() % 6));
		}
		pool_sort(taken, count);
		while (last < 62 && !is_free(taken, count, last))
			last += 2;
		assert_int_equal(pool_take(&pool, taken, count, &pair), last < 62 ? 0 : -1);
		if (last < 62)
			assert_int_equal(pair.local.bytes[3], last);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_pair_that_is_free),
	    cmocka_unit_test(the_ends_of_a_pool_are_left_out),
	    cmocka_unit_test(the_low_half_of_an_ipv6_address_is_never_zero),
	    cmocka_unit_test(as_a_search_would_that_looks_at_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
