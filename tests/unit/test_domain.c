/* SPDX-License-Identifier: ISC */
/* Domains and name servers: what is one, what may be offered, and which names are in which.
 */
#include <stdio.h>
#include <string.h>

#include "policy/language/domain.h"
#include "unit.h"

static void takes_names_as_the_rfcs_have_them(void **state)
{
	static const char *const good[] = {
	    "corp.example",	"~corp.example",	"~.",	     "corp",
	    "_tcp.a-b.example", "xn--e1afmkfd.example", "1.example", "a1"};
	static const char *const bad[] = {
	    "",
	    "~",
	    ".",
	    "~..",
	    ".corp",
	    "corp.",
	    "a..b",
	    "-a.b",
	    "a-.b",
	    "~~a.b",
	    "a b.c",
	    "*.a.b",
	    "a.1",
	    "10.2.0.1",
	    "a/b.c",
	    "a.b,c.d",
	    "a.b\n",
	    "a.b\x1b[",
	    "\xc3\xa4.example",
	    "a:b.c",
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (domain_check(good[i], &why) != 0)
			fail_msg("%s: %s", good[i], why);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (domain_check(bad[i], &why) == 0)
			fail_msg("taken: %s", bad[i]);
}

static void counts_characters(void **state)
{
	char label[DOMAIN_LABEL_MAX + 2], name[DOMAIN_MAX_LEN + 2] = "";
	const char *why;

	(void)state;
	memset(label, 'a', sizeof label - 1);
	label[DOMAIN_LABEL_MAX + 1] = '\0';
	assert_int_equal(-1, domain_check(label, &why));
	label[DOMAIN_LABEL_MAX] = '\0';
	assert_int_equal(0, domain_check(label, &why));
	for (size_t i = 0; i < DOMAIN_MAX_LEN; i++)
		name[i] = i % 2 == 0 ? 'a' : '.';
	assert_int_equal(0, domain_check(name, &why));
	name[DOMAIN_MAX_LEN] = 'a';
	assert_int_equal(-1, domain_check(name, &why));
}

/* A whole top-level domain, or all there is, is not for a remote to ask for. */
static void knows_what_may_be_offered(void **state)
{
	static const char *const bad[] = {"a", "~a", "com", "~com", "~.", ".", "", "a..b"};
	const char *why;

	(void)state;
	assert_int_equal(0, domain_check_offered("corp.example", &why));
	assert_int_equal(0, domain_check_offered("~a.b", &why));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(-1, domain_check_offered(bad[i], &why));
}

static void knows_which_names_are_in_which(void **state)
{
	(void)state;
	assert_true(domain_equal("Corp.Example", "~corp.example"));
	assert_false(domain_equal("corp.example", "x.corp.example"));
	assert_true(domain_covers("corp.example", "~lab.CORP.example"));
	assert_true(domain_covers("~corp.example", "corp.example"));
	assert_false(domain_covers("corp.example", "mycorp.example"));
	assert_false(domain_covers("lab.corp.example", "corp.example"));
	assert_true(domain_covers("~.", "corp.example"));
	assert_true(domain_is_all("~."));
	assert_false(domain_is_all("~corp.example"));
	assert_string_equal("corp.example", domain_bare("~corp.example"));
}

static void refuses_servers_that_are_nowhere(void **state)
{
	static const char *const bad[] = {
	    "127.0.0.1", "127.0.0.53", "0.0.0.0",  "224.0.0.251", "255.255.255.255",
	    "::",	 "::1",	       "ff02::fb", "fe80::1"};
	static const char *const good[] = {"10.2.0.53", "192.0.2.1", "2001:db8::53"};
	struct ip_addr addr;
	const char *why;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(0, ip_addr_parse(bad[i], &addr, &why));
		if (server_check(&addr, &why) == 0)
			fail_msg("taken: %s", bad[i]);
	}
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(0, ip_addr_parse(good[i], &addr, &why));
		assert_int_equal(0, server_check(&addr, &why));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_names_as_the_rfcs_have_them),
	    cmocka_unit_test(counts_characters),
	    cmocka_unit_test(knows_what_may_be_offered),
	    cmocka_unit_test(knows_which_names_are_in_which),
	    cmocka_unit_test(refuses_servers_that_are_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
