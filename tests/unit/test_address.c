/* SPDX-License-Identifier: ISC */
/* Addresses and prefixes: one spelling in, one value out, and sets that mean what they say.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "policy/language/address.h"

static struct ip_addr addr(const char *text)
{
	struct ip_addr out;

	assert_int_equal(ip_addr_parse(text, &out, NULL), 0);
	return out;
}

static struct ip_prefix prefix(const char *text)
{
	struct ip_prefix out;

	assert_int_equal(ip_prefix_parse(text, &out, NULL), 0);
	return out;
}

static void takes_and_prints_canonical_addresses(void **state)
{
	static const char *const rows[][2] = {
	    {"0.0.0.0", "0.0.0.0"},
	    {"10.9.0.1", "10.9.0.1"},
	    {"255.255.255.255", "255.255.255.255"},
	    {"::", "::"},
	    {"::1", "::1"},
	    {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
	    {"2001:0db8::0001", "2001:db8::1"},
	    {"64:ff9b::192.0.2.1", "64:ff9b::c000:201"},
	    {"fd00:9::2", "fd00:9::2"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ip_addr a = addr(rows[i][0]);
		char buf[ADDRESS_TEXT_MAX];

		assert_string_equal(ip_addr_print(&a, buf), rows[i][1]);
		struct ip_addr again = addr(buf);
		assert_true(ip_addr_equal(&a, &again));
	}
}

static void refuses_what_only_looks_like_an_address(void **state)
{
	static const char *const rows[] = {
	    "",
	    " ",
	    "1",
	    "10.1",
	    "10.0.1",
	    "10.0.0.1.2",
	    "10.0.0.1.",
	    ".10.0.0.1",
	    "10..0.1",
	    "010.0.0.1",
	    "10.0.0.01",
	    "10.0.0.00",
	    "10.0.0.256",
	    "10.0.0.-1",
	    "10.0.0.+1",
	    "10.0.0.1 ",
	    " 10.0.0.1",
	    "0x0a.1",
	    "0xa.0.0.1",
	    "10.0.0.1e",
	    "4294967295",
	    "10.0.0.4294967297",
	    "a.b.c.d",
	    "example.org",
	    "::ffff:10.0.0.1",
	    "::ffff:a00:1",
	    "0:0:0:0:0:FFFF:10.0.0.1",
	    "fe80::1%eth0",
	    "fe80::1%1",
	    "::1%",
	    ":::",
	    "1::2::3",
	    "12345::",
	    "1:2:3:4:5:6:7",
	    "1:2:3:4:5:6:7:8:9",
	    "::g",
	    "[::1]",
	    "::010.0.0.1",
	    "*",
	    "any",
	    "0000000000000000000000000000000000000000000000000000000000000000000001.0.0.1",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ip_addr out;
		const char *why = NULL;

		if (ip_addr_parse(rows[i], &out, &why) != -1)
			fail_msg("taken: %s", rows[i]);
		assert_non_null(why);
		assert_int_equal(out.family, AF_UNSPEC);
	}
}

static void takes_and_prints_canonical_prefixes(void **state)
{
	static const char *const rows[][2] = {
	    {"0.0.0.0/0", "0.0.0.0/0"},		{"128.0.0.0/1", "128.0.0.0/1"},
	    {"10.9.0.0/16", "10.9.0.0/16"},	{"192.0.2.128/25", "192.0.2.128/25"},
	    {"192.0.2.1/32", "192.0.2.1/32"},	{"::/0", "::/0"},
	    {"2001:DB8::/32", "2001:db8::/32"}, {"2001:db8::1/128", "2001:db8::1/128"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ip_prefix p = prefix(rows[i][0]);
		char buf[PREFIX_TEXT_MAX];

		assert_string_equal(ip_prefix_print(&p, buf), rows[i][1]);
	}
}

static void refuses_what_only_looks_like_a_prefix(void **state)
{
	static const char *const rows[] = {
	    "10.0.0.0",
	    "10.0.0.0/",
	    "/8",
	    "10.0.0.0/33",
	    "10.0.0.0/-1",
	    "10.0.0.0/032",
	    "10.0.0.0/08",
	    "10.0.0.0/+8",
	    "10.0.0.0/4294967320",
	    "10.0.0.0/ 8",
	    "10.0.0.0/8 ",
	    "10.0.0.0/8/8",
	    "10.0.0.0/255.0.0.0",
	    "10.0.0.1/8",
	    "10.128.0.0/8",
	    "192.0.2.1/31",
	    "0.0.0.1/0",
	    "2001:db8::/129",
	    "2001:db8::1/64",
	    "::ffff:10.0.0.0/104",
	    "fe80::%eth0/64",
	    "fe80::/64%eth0",
	    "10.1/16",
	    "010.0.0.0/8",
	    "10.0.0.0/0x8",
	    "10.0.0.0/8a",
	    "00000000000000000000000000000000000000000000000000000000000/8",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ip_prefix out;
		const char *why = NULL;

		if (ip_prefix_parse(rows[i], &out, &why) != -1)
			fail_msg("taken: %s", rows[i]);
		assert_non_null(why);
		assert_int_equal(out.addr.family, AF_UNSPEC);
	}
}

static void a_prefix_contains_its_own_and_nothing_beside(void **state)
{
	struct ip_prefix p = prefix("192.0.2.128/25");
	struct ip_addr in = addr("192.0.2.128"), last = addr("192.0.2.255");
	struct ip_addr below = addr("192.0.2.127"), other = addr("::1");
	struct ip_prefix all4 = prefix("0.0.0.0/0"), host = prefix("10.0.0.1/32");
	struct ip_addr none = {0};

	(void)state;
	assert_true(ip_prefix_contains(&p, &in));
	assert_true(ip_prefix_contains(&p, &last));
	assert_false(ip_prefix_contains(&p, &below));
	assert_false(ip_prefix_contains(&p, &other));
	assert_true(ip_prefix_contains(&all4, &in));
	assert_false(ip_prefix_contains(&all4, &other));
	assert_false(ip_prefix_contains(&host, &in));
	assert_false(ip_prefix_contains(&all4, &none));
	assert_false(ip_prefix_contains(&(struct ip_prefix){0}, &none));
}

static void an_address_is_in_one_network_of_each_length(void **state)
{
	static const struct {
		const char *addr;
		unsigned len;
		const char *network;
	} rows[] = {
	    {"203.0.113.7", 32, "203.0.113.7/32"},
	    {"203.0.113.7", 31, "203.0.113.6/31"},
	    {"203.0.113.7", 24, "203.0.113.0/24"},
	    {"203.0.113.7", 0, "0.0.0.0/0"},
	    {"2001:db8:f::1", 128, "2001:db8:f::1/128"},
	    {"2001:db8:f::1", 45, "2001:db8:8::/45"},
	    {"2001:db8:f::1", 0, "::/0"},
	};
	char text[PREFIX_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct ip_addr a = addr(rows[i].addr);
		const struct ip_prefix network = ip_prefix_around(&a, rows[i].len),
				       single = ip_prefix_single(&a);
		struct ip_prefix read;

		assert_string_equal(ip_prefix_print(&network, text), rows[i].network);
		assert_int_equal(ip_network_parse(rows[i].network, &read, NULL), 0);
		assert_int_equal(ip_prefix_compare(&read, &network), 0);
		assert_int_equal(ip_network_parse(rows[i].addr, &read, NULL), 0);
		assert_int_equal(ip_prefix_compare(&read, &single), 0);
		assert_true(ip_addr_equal(&read.addr, &a));
	}
	assert_int_equal(ip_network_parse("203.0.113.7/24", &(struct ip_prefix){0}, NULL),
			 -1);
	assert_int_equal(ip_network_parse("office", &(struct ip_prefix){0}, NULL), -1);
}

static void prefixes_sort_before_what_they_cover(void **state)
{
	static const char *const rows[] = {"0.0.0.0/0",	    "10.0.0.0/8",  "10.0.0.0/16",
					   "10.0.0.1/32",   "10.1.0.0/16", "::/0",
					   "2001:db8::/32", "fd00::/8"};

	(void)state;
	for (size_t i = 1; i < COUNT(rows); i++) {
		const struct ip_prefix a = prefix(rows[i - 1]), b = prefix(rows[i]);

		assert_true(ip_prefix_compare(&a, &b) < 0);
		assert_true(ip_prefix_compare(&b, &a) > 0);
		assert_int_equal(ip_prefix_compare(&b, &b), 0);
	}
}

static void covering_and_overlapping(void **state)
{
	struct ip_prefix wide = prefix("10.0.0.0/8"), narrow = prefix("10.9.0.0/16");
	struct ip_prefix beside = prefix("11.0.0.0/8"), six = prefix("::/0");

	(void)state;
	assert_true(ip_prefix_covers(&wide, &narrow));
	assert_true(ip_prefix_covers(&wide, &wide));
	assert_false(ip_prefix_covers(&narrow, &wide));
	assert_false(ip_prefix_covers(&wide, &beside));
	assert_true(ip_prefix_overlaps(&narrow, &wide));
	assert_true(ip_prefix_overlaps(&wide, &narrow));
	assert_false(ip_prefix_overlaps(&wide, &beside));
	assert_false(ip_prefix_overlaps(&six, &wide));
}

/* The table of prefixes says the same as the quick look at every packet. */
static void an_address_of_a_host_itself_is_told(void **state)
{
	static const char *const locals[] = {"127.0.0.0/8",  "0.0.0.0/8",    "::/127",
					     "::7f00:0/104", "127.9.0.0/16", "::1/128"};
	static const char *const others[] = {
	    "0.0.0.0/0", "126.0.0.0/7", "128.0.0.0/8",	"1.0.0.0/8", "::/0",
	    "::/64",	 "::2/127",	"::8000:0/104", "1::/127",   "64:ff9b::7f00:1/128"};

	(void)state;
	for (size_t i = 0; i < COUNT(locals); i++) {
		const struct ip_prefix local = prefix(locals[i]);

		assert_true(ip_prefix_is_local(&local));
		assert_true(ip_addr_is_local(&local.addr));
	}
	for (size_t i = 0; i < COUNT(others); i++) {
		const struct ip_prefix other = prefix(others[i]);

		assert_false(ip_prefix_is_local(&other));
		/* A prefix that is wider may begin with one that is. */
		if (other.addr.bytes[0] + other.addr.bytes[15] != 0)
			assert_false(ip_addr_is_local(&other.addr));
	}
	assert_true(ip_addr_is_local(
	    &(struct ip_addr){AF_INET6, {[10] = 0xff, [11] = 0xff, [12] = 10}}));
}

static void none_prints_as_none(void **state)
{
	struct ip_addr none = {0};
	struct ip_prefix nothing = {0};
	char a[ADDRESS_TEXT_MAX], p[PREFIX_TEXT_MAX];

	(void)state;
	assert_string_equal(ip_addr_print(&none, a), "none");
	assert_string_equal(ip_prefix_print(&nothing, p), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_and_prints_canonical_addresses),
	    cmocka_unit_test(refuses_what_only_looks_like_an_address),
	    cmocka_unit_test(takes_and_prints_canonical_prefixes),
	    cmocka_unit_test(refuses_what_only_looks_like_a_prefix),
	    cmocka_unit_test(a_prefix_contains_its_own_and_nothing_beside),
	    cmocka_unit_test(an_address_is_in_one_network_of_each_length),
	    cmocka_unit_test(prefixes_sort_before_what_they_cover),
	    cmocka_unit_test(covering_and_overlapping),
	    cmocka_unit_test(an_address_of_a_host_itself_is_told),
	    cmocka_unit_test(none_prints_as_none),
	};

	return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
