/* SPDX-License-Identifier: ISC */
/* What Up and Down are told: the link that the journal tells of, and nothing else. */
#include <stdio.h>
#include <string.h>

#include "local/hook_environment.h"
#include "unit.h"

#define HEAD "sallyport-journal 1 0123-boot\n"

static struct journal journal;
static struct words env;
static struct error err;

static void build(enum hook_event event, const char *text)
{
	assert_int_equal(0, journal_parse(text, strlen(text), &journal, &err));
	assert_int_equal(0, hook_environment(event, "office", &journal, &env, &err));
}

static void assert_environment(const char *const *expected)
{
	size_t i = 0;

	for (; expected[i] != NULL; i++) {
		assert_true(i < env.argc);
		assert_string_equal(expected[i], env.argv[i]);
	}
	assert_int_equal(i, env.argc);
	assert_null(env.argv[i]);
}

static void tells_what_the_link_is(void **state)
{
	static const char *const expected[] = {
	    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	    "SALLYPORT_EVENT=up",
	    "SALLYPORT_PROFILE=office",
	    "SALLYPORT_GATEWAY=gate.example.org",
	    "SALLYPORT_INTERFACE=sp-office",
	    "SALLYPORT_LOCAL=10.9.0.1",
	    "SALLYPORT_REMOTE=10.9.0.2",
	    "SALLYPORT_LOCAL6=fd00:9::1",
	    "SALLYPORT_REMOTE6=fd00:9::2",
	    "SALLYPORT_ROUTES=10.2.0.0/16 fd00:2::/32",
	    NULL,
	};

	(void)state;
	build(HOOK_UP, HEAD "supervisor 100 12345 1700000000\ngateway gate.example.org\n"
			    "held 4294967280 10.77.0.0/16\nendpoint 192.0.2.1\n"
			    "link sp-office\npair fd00:9:0::1 fd00:9::2\n"
			    "pair 10.9.0.1 10.9.0.2\nroute 7 10.2.0.0/16 0\n"
			    "route 7 fd00:2:0::/32 12\ndevice 7 1500\nup 1700000001\n");
	assert_environment(expected);
}

/* Of a run that died early, or a link of one family: no variable is missing. */
static void tells_of_what_is_not_there(void **state)
{
	static const char *const expected[] = {
	    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	    "SALLYPORT_EVENT=down",
	    "SALLYPORT_PROFILE=office",
	    "SALLYPORT_GATEWAY=",
	    "SALLYPORT_INTERFACE=",
	    "SALLYPORT_LOCAL=",
	    "SALLYPORT_REMOTE=",
	    "SALLYPORT_LOCAL6=",
	    "SALLYPORT_REMOTE6=",
	    "SALLYPORT_ROUTES=",
	    NULL,
	};

	(void)state;
	build(HOOK_DOWN, HEAD "control\n");
	assert_environment(expected);
}

/* One that was written by this process, and not read, tells the gateway as well. */
static void tells_the_gateway_that_was_written(void **state)
{
	(void)state;
	journal = (struct journal){
	    .fd = -1,
	    .entries = {{.kind = JOURNAL_GATEWAY, .text = "other.example.org"}},
	    .count = 1};
	assert_int_equal(0, hook_environment(HOOK_UP, "office", &journal, &env, &err));
	assert_string_equal("SALLYPORT_GATEWAY=other.example.org", env.argv[3]);
}

/* As many routes as a journal has, of the longest kind. */
static void has_room_for_all_routes(void **state)
{
	static const char prefix[] = "2001:db8:1234:5678:9abc:def0:1234:5678/128";
	const char *why;

	(void)state;
	journal = (struct journal){.fd = -1, .count = JOURNAL_ROUTES_MAX};
	for (size_t i = 0; i < journal.count; i++) {
		journal.entries[i].kind = JOURNAL_ROUTE;
		assert_int_equal(
		    0, ip_prefix_parse(prefix, &journal.entries[i].route.prefix, &why));
	}
	assert_int_equal(0, hook_environment(HOOK_UP, "office", &journal, &env, &err));
	assert_int_equal(strlen("SALLYPORT_ROUTES=") + JOURNAL_ROUTES_MAX * sizeof prefix -
			     1,
			 strlen(env.argv[env.argc - 1]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_what_the_link_is),
	    cmocka_unit_test(tells_of_what_is_not_there),
	    cmocka_unit_test(tells_the_gateway_that_was_written),
	    cmocka_unit_test(has_room_for_all_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
