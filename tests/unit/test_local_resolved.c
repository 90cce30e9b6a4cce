/* SPDX-License-Identifier: ISC */
/* What systemd-resolved is asked, over a bus that a child plays. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/deadline.h"
#include "local/names.h"
#include "tests/unit/resolved_played.h"
#include "tests/unit/unit.h"

enum { LO = 1 };

static const struct link_names names = {
    .nservers = 1,
    .servers = {{.address = {AF_INET, {10, 2, 0, 53}}}},
    .ndomains = 1,
    .domains = {{.name = "corp.example"}},
};
static struct error err;

static struct names_bus *connected(void)
{
	static struct names_bus bus;

	resolved_begin(&bus);
	assert_int_equal(0, resolved_connect(&bus, &err));
	return &bus;
}

static void is_told_all_that_a_link_has(void **state)
{
	const struct played *const played = *state;
	struct names_bus *const bus = connected();
	struct names_found found;

	assert_true(resolved_runs(bus));
	assert_int_equal(0, resolved_set(bus, LO, &names, &err));
	assert_int_equal(0, resolved_read(bus, LO, &found, &err));
	assert_int_equal(0, resolved_revert(bus, LO, &err));
	assert_string_equal("SetLinkDNS SetLinkDomains SetLinkDefaultRoute FlushCaches "
			    "GetLink Get Get Get RevertLink FlushCaches",
			    played->calls);
	resolved_close(bus);
}

/* Whoever is on the bus by that name says it: one line, which is known to be not ours. */
static void what_it_says_is_quoted(void **state)
{
	struct played *const played = *state;
	struct names_bus *const bus = connected();

	snprintf(played->refused, sizeof played->refused, "SetLinkDNS");
	snprintf(played->error, sizeof played->error, "org.example.No");
	snprintf(played->text, sizeof played->text, "no\n\033[2J\"it\"");
	assert_int_equal(-1, resolved_set(bus, LO, &names, &err));
	assert_string_equal("systemd-resolved does not take SetLinkDNS: "
			    "\"no\\x0a\\x1b[2J\\x22it\\x22\"",
			    err.text);
	memset(played->text, 'x', sizeof played->text - 1);
	assert_int_equal(-1, resolved_set(bus, LO, &names, &err));
	assert_non_null(strstr(err.text, "xxx\"..."));
	assert_true(strlen(err.text) < sizeof err.text - 1);
	resolved_close(bus);
}

/* Each answer comes in time, and all together they do not. */
static void a_row_of_questions_has_one_deadline(void **state)
{
	struct played *const played = *state;
	struct names_bus *const bus = connected();
	const int64_t begin = monotonic_ms();
	struct names_found found;

	played->delay_ms = NAMES_MS / 6;
	assert_int_equal(0, resolved_set(bus, LO, &names, &err));
	assert_int_equal(-1, resolved_read(bus, LO, &found, &err));
	assert_int_equal(-1, resolved_revert(bus, LO, &err));
	assert_int_equal(ETIMEDOUT, err.sys);
	assert_string_equal("systemd-resolved has not answered in 3 seconds", err.text);
	assert_true(monotonic_ms() - begin < NAMES_MS + NAMES_MS / 2);
	/* What it was asked before is answered meanwhile, and does not matter. */
	played->delay_ms = 0;
	resolved_begin(bus);
	assert_int_equal(0, resolved_read(bus, LO, &found, &err));
	resolved_close(bus);
}

#define PLAYED(test) cmocka_unit_test_setup_teardown(test, played_begin, played_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLAYED(is_told_all_that_a_link_has),
	    PLAYED(what_it_says_is_quoted),
	    PLAYED(a_row_of_questions_has_one_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
