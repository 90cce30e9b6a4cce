/* SPDX-License-Identifier: ISC */
/* What sshd -T prints: a setting that is overlooked would pass for one that is right. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/sshd_text.h"

static struct sshd_settings settings;
static struct error err;
static char *copy;

static int parse(const char *text, size_t len)
{
	free(copy);
	copy = malloc(len + 1);
	assert_non_null(copy);
	memcpy(copy, text, len);
	copy[len] = 'x';
	return sshd_settings_parse(&settings, copy, len, &err);
}

#define GIVES(text, result) assert_int_equal(parse(text, sizeof(text) - 1), result)

static void keywords_and_values(void **state)
{
	(void)state;
	GIVES("port 22\nauthorizedkeysfile .ssh/a b\nx11forwarding no\nmacs\nbanner "
	      "/\xc3\xa9",
	      0);
	assert_int_equal(settings.count, 5);
	assert_string_equal(sshd_setting(&settings, "port"), "22");
	assert_string_equal(sshd_setting(&settings, "authorizedkeysfile"), ".ssh/a b");
	assert_string_equal(sshd_setting(&settings, "x11forwarding"), "no");
	assert_string_equal(sshd_setting(&settings, "macs"), "");
	assert_string_equal(sshd_setting(&settings, "banner"), "/\xc3\xa9");
	assert_null(sshd_setting(&settings, "x11"));
	assert_null(sshd_setting(&settings, "Port"));
}

static void a_keyword_may_have_many_lines(void **state)
{
	size_t at = 0;

	(void)state;
	GIVES("acceptenv LANG\nport 22\nacceptenv LC_*\n", 0);
	assert_string_equal(sshd_next(&settings, "acceptenv", &at), "LANG");
	assert_string_equal(sshd_next(&settings, "acceptenv", &at), "LC_*");
	assert_null(sshd_next(&settings, "acceptenv", &at));
}

static void nothing_is_no_setting(void **state)
{
	(void)state;
	GIVES("", 0);
	assert_int_equal(settings.count, 0);
}

static void assert_refused(const char *text, size_t len, unsigned line, unsigned column)
{
	assert_int_equal(parse(text, len), -1);
	assert_int_equal(err.line, line);
	assert_int_equal(err.column, column);
	assert_int_equal(settings.count, 0);
}

#define REFUSED(text, line, column) assert_refused(text, sizeof(text) - 1, line, column)

static void what_sshd_does_not_print_is_refused(void **state)
{
	(void)state;
	REFUSED("port 22\n\nx11forwarding no\n", 2, 1);
	REFUSED(" port 22\n", 1, 1);
	REFUSED("Port 22\n", 1, 1);
	REFUSED("port\t22\n", 1, 5);
	REFUSED("port 22\r\n", 1, 8);
	REFUSED("port 22\0\n", 1, 8);
	REFUSED("port 22\nline 1: Bad option\n/etc: no\n", 3, 1);
	REFUSED("a b\nc: d\n", 2, 1);
}

static void limits(void **state)
{
	static char text[(SSHD_SETTINGS_MAX + 1) * 2];

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = i % 2 == 0 ? 'k' : '\n';
	assert_int_equal(parse(text, sizeof text - 2), 0);
	assert_int_equal(settings.count, SSHD_SETTINGS_MAX);
	assert_refused(text, sizeof text, SSHD_SETTINGS_MAX + 1, 1);
}

static void the_first_number_counts(void **state)
{
	(void)state;
	assert_int_equal(sshd_first_number("10:30:100"), 10);
	assert_int_equal(sshd_first_number("0"), 0);
	assert_int_equal(sshd_first_number("2147483647"), INT32_MAX);
	assert_int_equal(sshd_first_number("none"), -1);
	assert_int_equal(sshd_first_number(""), -1);
	assert_int_equal(sshd_first_number(":10"), -1);
	assert_int_equal(sshd_first_number("-1"), -1);
	assert_int_equal(sshd_first_number("10 20"), -1);
	assert_int_equal(sshd_first_number("99999999999999999999"), -1);
}

static bool covers(const char *list, const char *network)
{
	struct ip_prefix prefix;

	assert_int_equal(ip_prefix_parse(network, &prefix, NULL), 0);
	return sshd_list_covers(list, &prefix);
}

static void a_network_is_in_a_list_as_a_whole_or_not_at_all(void **state)
{
	(void)state;
	assert_true(covers("198.51.100.0/24", "198.51.100.0/24"));
	assert_true(covers("192.0.2.1,198.51.0.0/16,2001:db8::/32", "198.51.100.0/24"));
	assert_true(covers("192.0.2.1,198.51.0.0/16,2001:db8::/32", "2001:db8:7::/48"));
	assert_true(covers("198.51.100.7", "198.51.100.7/32"));
	assert_true(covers("2001:db8::7", "2001:db8::7/128"));
	assert_false(covers("198.51.100.0/25", "198.51.100.0/24"));
	assert_false(covers("198.51.100.0/25,198.51.100.128/25", "198.51.100.0/24"));
	assert_false(covers("198.51.100.7", "198.51.100.6/32"));
	assert_false(covers("2001:db8::/32", "198.51.100.0/24"));
	assert_false(covers("none", "198.51.100.0/24"));
	assert_false(covers("", "198.51.100.0/24"));
}

static void what_a_list_leaves_out_is_not_in_it(void **state)
{
	char list[256];

	(void)state;
	assert_false(covers("198.51.100.0/24,!198.51.100.7", "198.51.100.0/24"));
	assert_false(covers("198.51.100.*", "198.51.100.0/24"));
	memset(list, '1', sizeof list);
	list[sizeof list - 1] = '\0';
	assert_false(covers(list, "198.51.100.0/24"));
	memcpy(list + sizeof list - 13, ",203.0.0.0/8", 13);
	assert_true(covers(list, "203.0.113.0/24"));
}

static void a_pattern_fits_as_sshd_has_it(void **state)
{
	(void)state;
	assert_true(sshd_pattern_fits("slave", "slave"));
	assert_true(sshd_pattern_fits("s*e", "slave"));
	assert_true(sshd_pattern_fits("*", ""));
	assert_true(sshd_pattern_fits("s?ave*", "slave"));
	assert_true(sshd_pattern_fits("*a*a*b", "aXaaXab"));
	assert_false(sshd_pattern_fits("slav", "slave"));
	assert_false(sshd_pattern_fits("slave?", "slave"));
	assert_false(sshd_pattern_fits("Slave", "slave"));
	/* No shell's: brackets and backslashes are themselves. */
	assert_false(sshd_pattern_fits("[s]lave", "slave"));
	assert_true(sshd_pattern_fits("a\\*", "a\\b"));
}

static void a_list_of_patterns_has_what_none_takes_out(void **state)
{
	(void)state;
	assert_true(sshd_list_has("rsa-*,ssh-ed25519", "ssh-ed25519"));
	assert_true(sshd_list_has("ssh-*", "ssh-ed25519"));
	assert_false(sshd_list_has("ssh-*,!ssh-ed*", "ssh-ed25519"));
	assert_false(sshd_list_has("!ssh-rsa", "ssh-ed25519"));
	assert_false(sshd_list_has("", "ssh-ed25519"));
	assert_false(sshd_list_has(",,!,", "ssh-ed25519"));
	assert_false(sshd_list_has("ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keywords_and_values),
	    cmocka_unit_test(a_keyword_may_have_many_lines),
	    cmocka_unit_test(nothing_is_no_setting),
	    cmocka_unit_test(what_sshd_does_not_print_is_refused),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(the_first_number_counts),
	    cmocka_unit_test(a_network_is_in_a_list_as_a_whole_or_not_at_all),
	    cmocka_unit_test(what_a_list_leaves_out_is_not_in_it),
	    cmocka_unit_test(a_pattern_fits_as_sshd_has_it),
	    cmocka_unit_test(a_list_of_patterns_has_what_none_takes_out),
	};
	int failed = cmocka_run_group_tests_name("sshd_text", tests, NULL, NULL);

	free(copy);
	return failed;
}
