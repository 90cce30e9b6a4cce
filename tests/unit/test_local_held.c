/* SPDX-License-Identifier: ISC */
/* local/hold.c against the kernel itself, beside other launchers, in a network of the
 * test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "local/hold.h"
#include "local/undo.h"
#include "tests/unit/netns.h"

static const struct report quiet = {.name = "office", .quiet = true, .parent = -1};
static char directory[] = "/tmp/sallyport-test-XXXXXX";
static struct hold hold;
static struct journal journal;
static struct error err;

static struct held_route held_at(const char *prefix, unsigned slot)
{
	return (struct held_route){netns_prefix(prefix), HELD_METRIC - slot};
}

static int begin(void **state)
{
	const struct journal_entry self = {
	    .kind = JOURNAL_SUPERVISOR, .pid = getpid(), .start = 1, .time = 1};
	const int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	hold = (struct hold){.count = 0};
	*state = netlink_open(&err);
	if (dir < 0 || *state == NULL ||
	    journal_replace(dir, &self, 1, &journal, &err) != 0)
		return -1;
	return close(dir);
}

static int end(void **state)
{
	journal_close(&journal);
	netlink_close(*state);
	return 0;
}

static bool is_held(struct netlink *nl, const char *prefix, unsigned slot)
{
	const struct held_route held = held_at(prefix, slot);
	bool there = false;

	assert_int_equal(0, held_exists(nl, &held, &there, &err));
	return there;
}

static void let_go(struct netlink *nl, const char *prefix)
{
	for (unsigned slot = 0; slot < HELD_SLOTS; slot++) {
		const struct held_route held = held_at(prefix, slot);

		assert_int_equal(0, held_delete(nl, &held, &err));
	}
}

static void add(const struct held_route *held)
{
	const struct journal_entry entry = {.kind = JOURNAL_HELD, .held = *held};

	assert_int_equal(0, journal_add(&journal, &entry, &err));
}

static void one_that_cannot_be_does_not_leave_the_others_open(void **state)
{
	static struct profile profile = {.nroutes = 3};
	static const char *const prefixes[] = {"10.2.0.0/16", "10.3.0.0/16", "fd00:3::/48"};

	for (size_t i = 0; i < 3; i++)
		profile.routes[i].prefix = netns_prefix(prefixes[i]);
	for (unsigned slot = 0; slot < HELD_SLOTS; slot++) {
		const struct held_route other = held_at(prefixes[0], slot);

		assert_int_equal(0, held_add(*state, &other, &err));
	}
	hold_plan(&hold, &profile);
	assert_int_equal(-1, hold_settle(&hold, &journal, &quiet, &err));
	assert_string_equal("cannot hold back packets: 16 launchers do it already",
			    err.text);
	assert_true(is_held(*state, prefixes[1], 0));
	assert_true(is_held(*state, prefixes[2], 0));
	/* And it is tried again. */
	let_go(*state, prefixes[0]);
	assert_int_equal(0, hold_settle(&hold, &journal, &quiet, &err));
	assert_true(is_held(*state, prefixes[0], 0));
	for (size_t i = 0; i < 3; i++)
		let_go(*state, prefixes[i]);
}

/* Another launcher was faster at the first metric, after it had been written down. */
static void of_several_metrics_the_last_one_is_ours(void **state)
{
	const struct held_route theirs = held_at("10.2.0.0/16", 0),
				ours = held_at("10.2.0.0/16", 1);

	assert_int_equal(0, held_add(*state, &theirs, &err));
	assert_int_equal(0, held_add(*state, &ours, &err));
	add(&theirs);
	add(&ours);
	hold_adopt(&hold, &journal);
	assert_int_equal(1, hold.count);
	assert_int_equal(ours.metric, hold.routes[0].metric);
	assert_int_equal(0, undo_all(&journal, NULL, &quiet, &err));
	assert_true(is_held(*state, "10.2.0.0/16", 0));
	assert_false(is_held(*state, "10.2.0.0/16", 1));
	let_go(*state, "10.2.0.0/16");
}

static int make_all(void **state)
{
	(void)state;
	return mkdtemp(directory) == NULL ? -1 : netns_enter();
}

static int remove_all(void **state)
{
	char path[sizeof directory + sizeof JOURNAL_FILE];

	(void)state;
	snprintf(path, sizeof path, "%s/%s", directory, JOURNAL_FILE);
	return unlink(path) != 0 || rmdir(directory) != 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		one_that_cannot_be_does_not_leave_the_others_open, begin, end),
	    cmocka_unit_test_setup_teardown(of_several_metrics_the_last_one_is_ours, begin,
					    end),
	};

	return cmocka_run_group_tests(tests, make_all, remove_all);
}
