/* SPDX-License-Identifier: ISC */
/* When what somebody else took from a link is put back, and when that ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <net/if.h>

#include "local/mend.h"

enum { NOW = 5000, THING = 7, OTHER = 8 };

static struct mend mend;

static int clear(void **state)
{
	(void)state;
	mend = (struct mend){.away = 0};
	return 0;
}

static void a_thing_is_put_back_five_times_a_minute(void **state)
{
	int64_t now = NOW;

	(void)state;
	for (int i = 0; i < MEND_TIMES; i++)
		assert_true(mend_count(&mend, THING, now++));
	assert_false(mend_count(&mend, THING, now));
	assert_false(mend_count(&mend, THING, NOW + MEND_WINDOW_MS - 1));
	/* The first one is a minute ago, and the second is not. */
	assert_true(mend_count(&mend, THING, NOW + MEND_WINDOW_MS));
	assert_false(mend_count(&mend, THING, NOW + MEND_WINDOW_MS));
}

static void another_thing_has_its_own_count(void **state)
{
	(void)state;
	for (int i = 0; i < MEND_TIMES; i++)
		assert_true(mend_count(&mend, THING, NOW));
	assert_true(mend_count(&mend, OTHER, NOW));
	assert_true(mend_count(&mend, MEND_SOURCES, NOW));
	assert_true(mend_count(&mend, JOURNAL_ENTRIES_MAX - 1, NOW));
}

static void what_happens_now_and_then_is_always_put_back(void **state)
{
	int64_t now = NOW;

	(void)state;
	for (int i = 0; i < 10 * MEND_TIMES; i++) {
		assert_true(mend_count(&mend, THING, now));
		now += MEND_WINDOW_MS / MEND_TIMES + 1;
	}
}

static void the_interface_is_judged_by_what_it_was(void **state)
{
	static const struct {
		enum mend_state state;
		struct link link;
	} cases[] = {
	    {MEND_FINE, {.name = "sp-x", .mtu = 1500, .flags = IFF_UP | IFF_RUNNING}},
	    {MEND_RENAMED, {.name = "sp-y", .mtu = 1400, .flags = 0}},
	    {MEND_DOWN, {.name = "sp-x", .mtu = 1400, .flags = 0}},
	    {MEND_DOWN, {.name = "sp-x", .mtu = 1500, .flags = IFF_RUNNING}},
	    {MEND_RESIZED, {.name = "sp-x", .mtu = 1400, .flags = IFF_UP}},
	    {MEND_RESIZED, {.name = "sp-x", .mtu = 1501, .flags = IFF_UP | IFF_RUNNING}},
	    {MEND_NO_CARRIER, {.name = "sp-x", .mtu = 1500, .flags = IFF_UP}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(cases[i].state, mend_judge(&cases[i].link, "sp-x", 1500));
}

static void a_carrier_is_awaited_but_not_for_ever(void **state)
{
	(void)state;
	assert_true(mend_awaits_carrier(&mend, MEND_NO_CARRIER, NOW));
	assert_true(
	    mend_awaits_carrier(&mend, MEND_NO_CARRIER, NOW + MEND_PATIENCE_MS - 1));
	/* It was there in between. */
	assert_true(mend_awaits_carrier(&mend, MEND_FINE, NOW + MEND_PATIENCE_MS));
	assert_true(mend_awaits_carrier(&mend, MEND_NO_CARRIER, NOW + MEND_PATIENCE_MS));
	assert_false(
	    mend_awaits_carrier(&mend, MEND_NO_CARRIER, NOW + 2 * MEND_PATIENCE_MS));
}

static void link_local_ends_have_the_same_ids(void **state)
{
	struct link_pair pair, found;
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	assert_int_equal(0, ip_addr_parse("fd00:9::1:2", &pair.local, NULL));
	assert_int_equal(0, ip_addr_parse("fd00:9::2", &pair.remote, NULL));
	found = mend_link_local(&pair);
	assert_string_equal("fe80::1:2", ip_addr_print(&found.local, text));
	assert_string_equal("fe80::2", ip_addr_print(&found.remote, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_thing_is_put_back_five_times_a_minute, clear),
	    cmocka_unit_test_setup(another_thing_has_its_own_count, clear),
	    cmocka_unit_test_setup(what_happens_now_and_then_is_always_put_back, clear),
	    cmocka_unit_test_setup(the_interface_is_judged_by_what_it_was, clear),
	    cmocka_unit_test_setup(a_carrier_is_awaited_but_not_for_ever, clear),
	    cmocka_unit_test_setup(link_local_ends_have_the_same_ids, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
