/* SPDX-License-Identifier: ISC */
/* Words as values: what is not plainly right is refused. */
#include "tests/unit/unit.h"

#include <string.h>

#include "policy/language/policy.h"
#include "policy/language/value.h"

static const char *why;

static void numbers_are_plain_decimal_within_their_range(void **state)
{
	static const char *const bad[] = {
	    "",		  "-1",		"+1",	      "01",
	    "00",	  "0x10",	"1e3",	      "1 ",
	    " 1",	  "1.0",	"9",	      "101",
	    "4294967295", "4294967296", "4294967306", "18446744073709551626",
	    "ten"};
	unsigned n = 7;

	(void)state;
	assert_int_equal(value_number("10", 10, 100, &n, &why), 0);
	assert_int_equal(n, 10);
	assert_int_equal(value_number("100", 10, 100, &n, &why), 0);
	assert_int_equal(value_number("0", 0, 1, &n, &why), 0);
	assert_int_equal(n, 0);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (value_number(bad[i], 10, 100, &n, &why) != -1)
			fail_msg("taken: %s", bad[i]);
}

static void choices_are_exact(void **state)
{
	static const char *const bad[] = {"",	" ",	"Yes",	  "y",
					  "ye", "yess", "no yes", "on"};
	unsigned n = 7;

	(void)state;
	assert_int_equal(value_choice("no", "no yes", &n, &why), 0);
	assert_int_equal(n, 0);
	assert_int_equal(value_choice("yes", "no yes", &n, &why), 0);
	assert_int_equal(n, 1);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(value_choice(bad[i], "no yes", &n, &why), -1);
}

static void times_are_real_moments_in_utc(void **state)
{
	static const char *const bad[] = {
	    "",
	    "2027-01-31",
	    "2027-01-31T00:00:00",
	    "2027-01-31 00:00:00Z",
	    "2027-01-31T00:00:00z",
	    "2027-01-31T00:00:00+00:00",
	    "2027-1-31T00:00:00Z",
	    "2027-02-29T00:00:00Z",
	    "2027-04-31T00:00:00Z",
	    "2027-00-10T00:00:00Z",
	    "2027-13-10T00:00:00Z",
	    "2027-01-00T00:00:00Z",
	    "2027-01-32T00:00:00Z",
	    "2027-01-31T24:00:00Z",
	    "2027-01-31T00:60:00Z",
	    "2027-01-31T23:59:60Z",
	    "1999-12-31T23:59:59Z",
	    "1970-01-01T00:00:00Z",
	    "+027-01-31T00:00:00Z",
	    "-027-01-31T00:00:00Z",
	    "2027-01-31T00:00:00ZZ",
	    "2100-02-29T00:00:00Z",
	};
	static const struct {
		const char *text;
		time_t when;
	} good[] = {
	    {"2000-01-01T00:00:00Z", 946684800},    {"2027-01-31T00:00:00Z", 1801353600},
	    {"2028-02-29T23:59:59Z", 1835481599},   {"2038-01-19T03:14:08Z", 2147483648},
	    {"9999-12-31T23:59:59Z", 253402300799},
	};
	char text[TIME_TEXT_MAX];
	time_t when;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(value_time(good[i].text, &when, &why), 0);
		assert_int_equal(when, good[i].when);
		assert_string_equal(value_time_print(when, text), good[i].text);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		if (value_time(bad[i], &when, &why) != -1)
			fail_msg("taken: %s", bad[i]);
}

static void paths_have_one_spelling(void **state)
{
	static const char *const bad[] = {
	    "",	       "/",	  "pppd",  "./pppd", "/usr//sbin",   "/usr/./sbin",
	    "/usr/..", "/../etc", "/usr/", "//",     "/usr/sbin/%h", "/a b",
	    "/a$HOME", "/a/~/b",  "/a\"b", "/a;b",   "/a\\b",
	};
	char longest[POLICY_PATH_MAX + 1];

	(void)state;
	assert_int_equal(value_path("/usr/sbin/pppd", &why), 0);
	assert_int_equal(value_path("/a/.ssh/..x/id_vpn+1@h.pub", &why), 0);
	memset(longest, 'a', sizeof longest);
	longest[0] = '/';
	longest[POLICY_PATH_MAX] = longest[POLICY_PATH_MAX - 1] = '\0';
	assert_int_equal(value_path(longest, &why), 0);
	longest[POLICY_PATH_MAX - 1] = 'a';
	assert_int_equal(value_path(longest, &why), -1);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (value_path(bad[i], &why) != -1)
			fail_msg("taken: %s", bad[i]);
}

static void interface_names_cannot_mean_more(void **state)
{
	static const char *const bad[] = {
	    "",	   "-i", ".x",	".",	   "..",  "a/b", "a%d",	     "a:0",
	    "a b", "lo", "all", "default", "a@b", "x*",	 "\xc3\xa4", "sixteen-bytes-xx"};

	(void)state;
	assert_int_equal(value_interface("sp-alice", &why), 0);
	assert_int_equal(value_interface("fifteen-bytes-x", &why), 0);
	assert_int_equal(value_interface("0", &why), 0);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (value_interface(bad[i], &why) != -1)
			fail_msg("taken: %s", bad[i]);
}

static void accounts_and_hosts_cannot_be_options(void **state)
{
	static const char *const accounts[] = {
	    "",	   "-l",  "0root", "a b",
	    "a/b", "a:b", ".a",	   "a23456789012345678901234567890123"};
	static const char *const hosts[] = {
	    "", "-oProxyCommand=x", "a b", "u@h", "h/x", "h;x", "h%h", "[::1]", "ssh://h/"};

	(void)state;
	assert_int_equal(value_account("slave", &why), 0);
	assert_int_equal(value_account("_x.Y-9", &why), 0);
	assert_int_equal(value_account("a2345678901234567890123456789012", &why), 0);
	assert_int_equal(value_host("gate.example.org", &why), 0);
	assert_int_equal(value_host("2001:db8::1", &why), 0);
	for (size_t i = 0; i < COUNT(accounts); i++)
		if (value_account(accounts[i], &why) != -1)
			fail_msg("taken: %s", accounts[i]);
	for (size_t i = 0; i < COUNT(hosts); i++)
		if (value_host(hosts[i], &why) != -1)
			fail_msg("taken: %s", hosts[i]);
}

static void a_host_name_has_a_greatest_length(void **state)
{
	char name[256];

	(void)state;
	memset(name, 'a', sizeof name);
	name[253] = '\0';
	assert_int_equal(value_host(name, &why), 0);
	name[253] = 'a';
	name[254] = '\0';
	assert_int_equal(value_host(name, &why), -1);
}

/* A name becomes part of a path and of an interface's name (CVE-2023-42456). */
static void names_of_peers_cannot_leave_their_directory(void **state)
{
	static const char *const bad[] = {"",
					  ".",
					  "..",
					  "../x",
					  "a/b",
					  "a.b",
					  "-a",
					  "_a",
					  "a b",
					  "a\n",
					  "a*",
					  "\xc3\xa4",
					  "a23456789012345678901234567890123"};

	(void)state;
	assert_true(policy_name_valid("alice"));
	assert_true(policy_name_valid("9-A_b"));
	assert_true(policy_name_valid("a2345678901234567890123456789012"));
	for (size_t i = 0; i < COUNT(bad); i++)
		if (policy_name_valid(bad[i]))
			fail_msg("taken: %s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_plain_decimal_within_their_range),
	    cmocka_unit_test(choices_are_exact),
	    cmocka_unit_test(times_are_real_moments_in_utc),
	    cmocka_unit_test(paths_have_one_spelling),
	    cmocka_unit_test(interface_names_cannot_mean_more),
	    cmocka_unit_test(accounts_and_hosts_cannot_be_options),
	    cmocka_unit_test(a_host_name_has_a_greatest_length),
	    cmocka_unit_test(names_of_peers_cannot_leave_their_directory),
	};

	return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
