/* SPDX-License-Identifier: ISC */
/* Which networks are held back: the profile's, and those that were taken the last time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "local/hold.h"

enum { TEXT_MAX = 512 };

static struct hold hold;
static struct profile profile;

static struct prefix_line route(const char *text, unsigned line)
{
	struct prefix_line out = {.line = line};

	assert_int_equal(0, ip_prefix_parse(text, &out.prefix, NULL));
	return out;
}

static int begin(void **state)
{
	(void)state;
	hold = (struct hold){.count = 0};
	profile = (struct profile){.nroutes = 2};
	profile.routes[0] = route("fd00:7::/48", 3);
	profile.routes[1] = route("10.7.0.0/16", 4);
	return 0;
}

/* Those that are wanted, in order; the others in brackets. */
static const char *listed(void)
{
	static char text[TEXT_MAX];
	char one[PREFIX_TEXT_MAX];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < hold.count; i++)
		at += (size_t)snprintf(
		    text + at, sizeof text - at, hold.uses[i].wanted ? "%s%s" : "%s[%s]",
		    i == 0 ? "" : " ", ip_prefix_print(&hold.routes[i].prefix, one));
	return text;
}

static void the_routes_of_the_profile_are(void **state)
{
	(void)state;
	hold_plan(&hold, &profile);
	/* IPv4 first, so that the kernel is asked once for each family. */
	assert_string_equal("10.7.0.0/16 fd00:7::/48", listed());
	hold_plan(&hold, &profile);
	assert_string_equal("10.7.0.0/16 fd00:7::/48", listed());
}

static void what_was_taken_the_last_time_is(void **state)
{
	const struct prefix_line first[] = {route("10.7.0.0/16", 4),
					    route("10.2.0.0/16", 0)},
				 second[] = {route("10.3.0.0/16", 0)};

	(void)state;
	hold_plan(&hold, &profile);
	hold_plan_up(&hold, &profile, first, 2);
	assert_string_equal("10.7.0.0/16 10.2.0.0/16 [fd00:7::/48]", listed());
	hold_plan(&hold, &profile);
	assert_string_equal("10.7.0.0/16 10.2.0.0/16 fd00:7::/48", listed());
	hold_plan_up(&hold, &profile, second, 1);
	assert_string_equal("[10.7.0.0/16] [10.2.0.0/16] 10.3.0.0/16 [fd00:7::/48]",
			    listed());
}

static void a_route_that_left_the_profile_is_let_go(void **state)
{
	(void)state;
	hold_plan(&hold, &profile);
	profile.nroutes = 1;
	hold_plan(&hold, &profile);
	assert_string_equal("[10.7.0.0/16] fd00:7::/48", listed());
}

static void with_fallback_nothing_is(void **state)
{
	const struct prefix_line offer = route("10.2.0.0/16", 0);

	(void)state;
	hold_plan(&hold, &profile);
	hold_plan_up(&hold, &profile, &offer, 1);
	profile.fallback = true;
	hold_plan(&hold, &profile);
	assert_string_equal("[10.7.0.0/16] [10.2.0.0/16] [fd00:7::/48]", listed());
	hold_plan_up(&hold, &profile, &offer, 1);
	assert_string_equal("[10.7.0.0/16] [10.2.0.0/16] [fd00:7::/48]", listed());
}

static void what_a_run_that_died_held_stays_until_the_link_is_up(void **state)
{
	static struct journal left = {.count = 2};

	(void)state;
	left.entries[0].kind = JOURNAL_SUPERVISOR;
	left.entries[1] = (struct journal_entry){
	    .kind = JOURNAL_HELD,
	    .held = {.prefix = route("10.2.0.0/16", 0).prefix, .metric = HELD_METRIC}};
	hold_adopt(&hold, &left);
	hold_plan(&hold, &profile);
	assert_string_equal("10.2.0.0/16 10.7.0.0/16 fd00:7::/48", listed());
	assert_int_equal(HELD_METRIC, hold.routes[0].metric);
	hold_plan_up(&hold, &profile, profile.routes, 2);
	assert_string_equal("[10.2.0.0/16] 10.7.0.0/16 fd00:7::/48", listed());
}

static void only_what_was_made_is_written_down(void **state)
{
	static struct journal_entry entries[HOLD_ENTRIES_MAX];

	(void)state;
	hold_plan(&hold, &profile);
	assert_int_equal(0, hold_entries(&hold, entries));
	hold.routes[1].metric = HELD_METRIC - 3;
	assert_int_equal(1, hold_entries(&hold, entries));
	assert_int_equal(JOURNAL_HELD, entries[0].kind);
	assert_int_equal(HELD_METRIC - 3, entries[0].held.metric);
	assert_memory_equal(&profile.routes[0].prefix, &entries[0].held.prefix,
			    sizeof(struct ip_prefix));
}

static void an_ssh_server_inside_is_found_by_its_address(void **state)
{
	char text[PREFIX_TEXT_MAX];

	(void)state;
	hold_plan(&hold, &profile);
	assert_string_equal("10.7.0.0/16",
			    ip_prefix_print(hold_covers(&hold, "10.7.9.9"), text));
	assert_null(hold_covers(&hold, "10.8.0.1"));
	assert_null(hold_covers(&hold, "gate.example.org"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(the_routes_of_the_profile_are, begin),
	    cmocka_unit_test_setup(what_was_taken_the_last_time_is, begin),
	    cmocka_unit_test_setup(a_route_that_left_the_profile_is_let_go, begin),
	    cmocka_unit_test_setup(with_fallback_nothing_is, begin),
	    cmocka_unit_test_setup(what_a_run_that_died_held_stays_until_the_link_is_up,
				   begin),
	    cmocka_unit_test_setup(only_what_was_made_is_written_down, begin),
	    cmocka_unit_test_setup(an_ssh_server_inside_is_found_by_its_address, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
