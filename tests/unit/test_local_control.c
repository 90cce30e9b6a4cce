/* SPDX-License-Identifier: ISC */
/* Requests of ordinary users: what is one, and what is none. */
#include <stdlib.h>
#include <string.h>

#include "local/control_authority.h"
#include "local/control_request.h"
#include "unit.h"

static const struct command_options usual = {.wait_ms = OPTION_WAIT_FIRST,
					     .lines = OPTION_LINES_DEFAULT};
static struct control_request request;
static struct error err;

static void make(enum control_verb verb, const char *name)
{
	assert_int_equal(control_request_make(verb, name, &usual, &request, &err), 0);
}

static void what_vpn_connect_makes_is_sane(void **state)
{
	struct command_options all = {
	    .json = true,
	    .quiet = true,
	    .verbose = true,
	    .follow = true,
	    .wait_ms = OPTION_WAIT_MAX_S * 1000,
	    .lines = OPTION_LINES_MAX,
	};

	(void)state;
	for (unsigned verb = 0; verb < CONTROL_VERBS; verb++) {
		const char *name = verb == CONTROL_LIST ? NULL : "office";

		assert_int_equal(control_verb_find(control_verb_name(verb)), verb);
		make(verb, name);
		assert_true(control_request_is_sane(&request));
		assert_int_equal(control_request_make(verb, name, &all, &request, &err), 0);
		assert_true(control_request_is_sane(&request));
	}
	make(CONTROL_STATUS, NULL);
	assert_true(control_request_is_sane(&request));
}

static void options_arrive(void **state)
{
	const struct command_options given = {.verbose = true, .wait_ms = 0};
	struct command_options taken;

	(void)state;
	assert_int_equal(control_request_make(CONTROL_UP, "office", &given, &request, &err),
			 0);
	control_request_options(&request, &taken);
	assert_true(taken.verbose);
	assert_false(taken.quiet || taken.json || taken.follow || taken.foreground ||
		     taken.once);
	assert_int_equal(taken.wait_ms, 0);
	make(CONTROL_LOGS, "office");
	control_request_options(&request, &taken);
	assert_int_equal(taken.lines, OPTION_LINES_DEFAULT);
}

static void roots_commands_and_options_are_not_asked_for(void **state)
{
	const struct command_options once = {.once = true},
				     foreground = {.foreground = true},
				     dry_run = {.dry_run = true};

	(void)state;
	assert_int_equal(control_verb_find("serve"), CONTROL_VERBS);
	assert_int_equal(control_verb_find(""), CONTROL_VERBS);
	assert_int_equal(control_request_make(CONTROL_UP, "x", &once, &request, &err), -1);
	assert_int_equal(control_request_make(CONTROL_UP, "x", &dry_run, &request, &err),
			 -1);
	assert_int_equal(control_request_make(CONTROL_UP, "x", &foreground, &request, &err),
			 -1);
}

static void each_field_is_checked(void **state)
{
	static const char *const bad[] = {"..",	 "../x", "a/b",	   "-x",       "_x", "a b",
					  "a.b", "a\n",	 "\x1b[m", "\xc3\xa4", "%n"};

	(void)state;
	make(CONTROL_UP, "office");
	request.magic++;
	assert_false(control_request_is_sane(&request));
	make(CONTROL_UP, "office");
	request.verb = CONTROL_VERBS;
	assert_false(control_request_is_sane(&request));
	make(CONTROL_UP, "office");
	request.flags |= CONTROL_JSON;
	assert_false(control_request_is_sane(&request));
	make(CONTROL_UP, "office");
	request.wait_ms = OPTION_WAIT_FIRST - 1;
	assert_false(control_request_is_sane(&request));
	make(CONTROL_UP, "office");
	request.lines = 1;
	assert_false(control_request_is_sane(&request));
	make(CONTROL_LIST, "office");
	assert_false(control_request_is_sane(&request));
	make(CONTROL_UP, NULL);
	assert_false(control_request_is_sane(&request));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		make(CONTROL_UP, bad[i]);
		assert_false(control_request_is_sane(&request));
	}
}

static void a_name_ends_in_its_field(void **state)
{
	(void)state;
	make(CONTROL_UP, "office");
	request.name[CONTROL_NAME_MAX - 1] = 'x';
	assert_false(control_request_is_sane(&request));
	memset(request.name, 'x', sizeof request.name);
	assert_false(control_request_is_sane(&request));
	/* As long as a profile's may be, and one more. */
	memset(request.name + NAME_MAX_LEN, 0, sizeof request.name - NAME_MAX_LEN);
	assert_true(control_request_is_sane(&request));
	request.name[NAME_MAX_LEN] = 'x';
	assert_false(control_request_is_sane(&request));
}

/* Whatever bytes come: what is sane has a name and options that the commands take. */
static void random_requests_are_none_or_are_bounded(void **state)
{
	enum { TRIES = 200000 };
	struct command_options options;

	(void)state;
	srandom(14);
	for (int i = 0; i < TRIES; i++) {
		make((enum control_verb)(random() % CONTROL_VERBS), "office");
		for (long n = random() % 4; n > 0; n--)
			((unsigned char *)&request)[random() % (long)sizeof request] =
			    (unsigned char)random();
		if (!control_request_is_sane(&request))
			continue;
		control_request_options(&request, &options);
		assert_true(request.verb < CONTROL_VERBS);
		assert_true(request.name[0] == '\0' || policy_name_valid(request.name));
		assert_in_range(options.wait_ms + 1, 0, OPTION_WAIT_MAX_S * 1000 + 1);
		assert_in_range(options.lines, 0, OPTION_LINES_MAX);
		assert_false(options.foreground || options.once);
	}
}

static void root_may_all_and_a_stranger_nothing(void **state)
{
	static struct control_user root = {.uid = 0, .name = "root"},
				   stranger = {.uid = 12345, .name = "stranger"};

	(void)state;
	for (unsigned verb = 0; verb < CONTROL_VERBS; verb++) {
		make(verb, verb == CONTROL_LIST ? NULL : "no-such-profile");
		assert_true(control_user_may(&root, &request));
		assert_false(control_user_may(&stranger, &request));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_vpn_connect_makes_is_sane),
	    cmocka_unit_test(options_arrive),
	    cmocka_unit_test(roots_commands_and_options_are_not_asked_for),
	    cmocka_unit_test(each_field_is_checked),
	    cmocka_unit_test(a_name_ends_in_its_field),
	    cmocka_unit_test(random_requests_are_none_or_are_bounded),
	    cmocka_unit_test(root_may_all_and_a_stranger_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
