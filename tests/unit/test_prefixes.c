/* SPDX-License-Identifier: ISC */
/*
 * The difference of two sets of prefixes, held against one bit for each address of a small
 * space: nothing more, nothing less, and in as few prefixes as can be.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/diff/prefixes.h"

enum {
	SPACE_BITS = 8,
	SPACE = 1 << SPACE_BITS,
	ROUNDS = 20000,
	LIST_MAX = 12,
	TEXT_MAX = 4096,
	SEED = 20261124,
};

/* One list as the words of a line, "" for the empty set. */
static void add_words(struct prefixes *set, const char *words)
{
	while (*words != '\0') {
		const size_t len = strcspn(words, " ");
		struct ip_prefix prefix;
		char word[PREFIX_TEXT_MAX];

		assert_true(len < sizeof word);
		memcpy(word, words, len);
		word[len] = '\0';
		assert_int_equal(ip_prefix_parse(word, &prefix, NULL), 0);
		assert_int_equal(prefixes_add(set, &prefix), 0);
		words += len + (words[len] == ' ');
	}
}

static const char *print(const struct prefixes *set)
{
	static char text[TEXT_MAX];
	char word[PREFIX_TEXT_MAX];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < set->count; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
					 i == 0 ? "" : " ",
					 ip_prefix_print(&set->list[i], word));
	assert_true(used < sizeof text);
	return text;
}

static void tells_what_the_other_lacks(void **state)
{
	static const struct {
		const char *a, *b, *left;
	} rows[] = {
	    {"", "", ""},
	    {"", "10.0.0.0/8", ""},
	    {"10.0.0.0/24", "", "10.0.0.0/24"},
	    {"10.0.0.0/24", "10.0.0.0/25 10.0.0.128/25", ""},
	    {"10.0.0.128/25 10.0.0.0/25", "10.0.0.0/24", ""},
	    {"10.0.0.128/25 10.0.0.0/25", "", "10.0.0.0/24"},
	    /* next to each other, but no prefix holds just these */
	    {"10.0.1.0/24 10.0.2.0/24", "", "10.0.1.0/24 10.0.2.0/24"},
	    {"10.0.0.0/24", "10.0.0.64/26", "10.0.0.0/26 10.0.0.128/25"},
	    {"10.0.0.0/24 10.0.0.7/32", "10.0.0.0/8", ""},
	    {"10.0.0.0/30", "10.0.0.3/32", "10.0.0.0/31 10.0.0.2/32"},
	    {"10.0.0.0/31 10.0.0.2/31 10.0.0.0/31", "", "10.0.0.0/30"},
	    {"0.0.0.0/0", "128.0.0.0/1", "0.0.0.0/1"},
	    {"0.0.0.0/1 128.0.0.0/1", "", "0.0.0.0/0"},
	    {"255.255.255.255/32 0.0.0.0/32", "", "0.0.0.0/32 255.255.255.255/32"},
	    {"2001:db8::/32", "2001:db8:8000::/33", "2001:db8::/33"},
	    {"2001:db8::/127", "2001:db8::/128", "2001:db8::1/128"},
	    {"::/0", "::/1", "8000::/1"},
	    /* the bits of both families are the same here */
	    {"10.0.0.0/8", "a00::/8", "10.0.0.0/8"},
	    {"a00::/8 10.0.0.0/8", "", "10.0.0.0/8 a00::/8"},
	    {"::/0 0.0.0.0/0", "::/0", "0.0.0.0/0"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct prefixes a = {0}, b = {0}, left = {0};

		add_words(&a, rows[i].a);
		add_words(&b, rows[i].b);
		assert_int_equal(prefixes_subtract(&a, &b, &left), 0);
		assert_string_equal(print(&left), rows[i].left);
		prefixes_free(&a);
		prefixes_free(&b);
		prefixes_free(&left);
	}
}

/* One address carved out of all: as many prefixes as an address has bits. */
static void carves_out_one_address(void **state)
{
	struct prefixes all = {0}, one = {0}, left = {0}, again = {0};

	(void)state;
	add_words(&all, "::/0");
	add_words(&one, "2001:db8::1/128");
	assert_int_equal(prefixes_subtract(&all, &one, &left), 0);
	assert_int_equal(left.count, IPV6_BITS);
	assert_int_equal(prefixes_subtract(&all, &left, &again), 0);
	assert_string_equal(print(&again), "2001:db8::1/128");
	prefixes_free(&all);
	prefixes_free(&one);
	prefixes_free(&left);
	prefixes_free(&again);
}

/* A space: where its SPACE addresses begin, and how long a prefix of all of it is. */
static const struct space {
	const char *first;
	uint8_t len;
} spaces[] = {
    {"192.0.2.0", IPV4_BITS - SPACE_BITS},
    {"2001:db8::aa00", IPV6_BITS - SPACE_BITS},
};

static uint8_t *last_byte(const struct space *space, struct ip_prefix *prefix)
{
	return &prefix->addr.bytes[(space->len + SPACE_BITS) / 8 - 1];
}

/* Below a limit; the same sequence in every run, so that what fails once fails again. */
static unsigned chance(unsigned limit)
{
	static uint32_t state = SEED;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % limit;
}

static void add_random(const struct space *space, struct prefixes *set)
{
	const unsigned bits = chance(SPACE_BITS + 1), step = SPACE >> bits;
	struct ip_prefix prefix = {.len = (uint8_t)(space->len + bits)};

	assert_int_equal(ip_addr_parse(space->first, &prefix.addr, NULL), 0);
	*last_byte(space, &prefix) = (uint8_t)(chance(1U << bits) * step);
	assert_int_equal(prefixes_add(set, &prefix), 0);
}

/* Marks the addresses of a set; fails for one outside of the space. */
static void mark(const struct space *space, const struct prefixes *set, bool map[SPACE])
{
	for (size_t i = 0; i < set->count; i++) {
		struct ip_prefix prefix = set->list[i], whole = {.len = space->len};
		unsigned first = *last_byte(space, &prefix);

		assert_int_equal(ip_addr_parse(space->first, &whole.addr, NULL), 0);
		assert_true(ip_prefix_covers(&whole, &prefix));
		for (unsigned n = 0; n < (unsigned)SPACE >> (prefix.len - space->len); n++)
			map[first + n] = true;
	}
}

/* The fewest prefixes for what is marked among count addresses; *whole: all of them are. */
static size_t fewest(const bool *map, size_t count, bool *whole)
{
	bool lower, upper;
	size_t n;

	if (count == 1) {
		*whole = map[0];
		return map[0] ? 1 : 0;
	}
	n = fewest(map, count / 2, &lower) + fewest(map + count / 2, count / 2, &upper);
	*whole = lower && upper;
	return *whole ? 1 : n;
}

static void check_round(const struct space *space)
{
	struct prefixes a = {0}, b = {0}, left = {0};
	bool in_a[SPACE] = {0}, in_b[SPACE] = {0}, in_left[SPACE] = {0}, whole;

	for (unsigned n = chance(LIST_MAX); n > 0; n--)
		add_random(space, &a);
	for (unsigned n = chance(LIST_MAX); n > 0; n--)
		add_random(space, &b);
	mark(space, &a, in_a);
	mark(space, &b, in_b);
	assert_int_equal(prefixes_subtract(&a, &b, &left), 0);
	mark(space, &left, in_left);
	for (size_t i = 0; i < SPACE; i++)
		assert_int_equal(in_left[i], in_a[i] && !in_b[i]);
	assert_int_equal(left.count, fewest(in_left, SPACE, &whole));
	for (size_t i = 1; i < left.count; i++)
		assert_true(memcmp(left.list[i - 1].addr.bytes, left.list[i].addr.bytes,
				   sizeof left.list[i].addr.bytes) < 0);
	prefixes_free(&a);
	prefixes_free(&b);
	prefixes_free(&left);
}

static void agrees_with_a_bit_for_each_address(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++)
		check_round(&spaces[(size_t)i % COUNT(spaces)]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_what_the_other_lacks),
	    cmocka_unit_test(carves_out_one_address),
	    cmocka_unit_test(agrees_with_a_bit_for_each_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
