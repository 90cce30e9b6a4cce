/* SPDX-License-Identifier: ISC */
/* What systemd-resolved is asked, over a bus that a child plays. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/deadline.h"
#include "local/names.h"
#include "tests/unit/collected.h"
#include "tests/unit/resolved_played.h"
#include "tests/unit/unit.h"

#define NO_SUCH_LINK "org.freedesktop.resolve1.NoSuchLink"

/* Interfaces: one that is there, and one that is not. */
enum { LO = 1, NOWHERE = INT_MAX };

static const struct link_names names = {
    .nservers = 1,
    .servers = {{.address = {AF_INET, {10, 2, 0, 53}}}},
    .ndomains = 1,
    .domains = {{.name = "corp.example"}},
};
static struct error err;

/* A host whose names systemd-resolved is in charge of. */
void __wrap_names_host_read(struct names_host *out);
void __wrap_names_host_read(struct names_host *out)
{
	*out = (struct names_host){.leads_to = "/run/systemd/resolve/stub-resolv.conf"};
}

static struct names_bus *connected(void)
{
	static struct names_bus bus;

	resolved_begin(&bus);
	assert_int_equal(0, resolved_connect(&bus, &err));
	return &bus;
}

static void refuse(struct played *played, const char *method, const char *error,
		   const char *text)
{
	snprintf(played->refused, sizeof played->refused, "%s", method);
	snprintf(played->error, sizeof played->error, "%s", error);
	snprintf(played->text, sizeof played->text, "%s", text);
}

static void is_told_all_that_a_link_has(void **state)
{
	const struct played *const played = *state;
	struct names_bus *const bus = connected();
	struct names_found found;
	bool runs = false;

	assert_int_equal(0, resolved_runs(bus, &runs, &err));
	assert_true(runs);
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

	refuse(played, "SetLinkDNS", "org.example.No", "no\n\033[2J\"it\"");
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

/* It may not have heard of a new one yet. */
static void knows_an_interface_that_is_gone(void **state)
{
	struct names_bus *const bus = connected();
	struct names_found found;

	refuse(*state, "GetLink", NO_SUCH_LINK, "Link 1 not known");
	assert_int_equal(-1, resolved_read(bus, LO, &found, &err));
	assert_int_equal(ENODEV, err.sys);
	assert_string_equal("systemd-resolved does not know the interface", err.text);
	assert_int_equal(-1, resolved_read(bus, NOWHERE, &found, &err));
	assert_int_equal(ENXIO, err.sys);
	assert_string_equal("the interface is gone", err.text);
	refuse(*state, "SetLinkDNS", NO_SUCH_LINK, "Link 1 not known");
	assert_int_equal(-1, resolved_set(bus, NOWHERE, &names, &err));
	assert_int_equal(ENXIO, err.sys);
	refuse(*state, "RevertLink", NO_SUCH_LINK, "Link 1 not known");
	assert_int_equal(0, resolved_revert(bus, NOWHERE, &err));
	resolved_close(bus);
}

static void says_that_the_bus_went_away(void **state)
{
	struct played *const played = *state;
	struct names_bus *const bus = connected();
	const struct journal_entry entry = {
	    .kind = JOURNAL_NAMES, .index = LO, .manager = NAMES_RESOLVED};
	bool runs = false;

	snprintf(played->last, sizeof played->last, "SetLinkDomains");
	assert_int_equal(-1, resolved_set(bus, LO, &names, &err));
	assert_int_equal(ENOTCONN, err.sys);
	assert_string_equal("the system bus has ended the connection", err.text);
	assert_int_equal(-1, resolved_runs(bus, &runs, &err));
	resolved_close(bus);
	/* What it was told of ends with the interface. */
	snprintf(played->last, sizeof played->last, "RevertLink");
	assert_int_equal(0, names_undo(&entry, &err));
	played_stop();
	assert_int_equal(0, names_undo(&entry, &err));
}

static void hear(void *hearer, int level, const char *text)
{
	(void)hearer;
	(void)level;
	collect("%s\n", text);
}

/* One look at the names of a link that is up, with that interface. */
static void look_on(int index)
{
	static struct tunnel tunnel;
	static struct changes changes;
	static struct mend mend;
	struct report report = {.name = "office", .parent = -1, .hear = hear};
	struct names_keeper keeper;

	collect_none();
	tunnel = (struct tunnel){.report = &report, .link.index = index, .names = names};
	assert_int_equal(0, changes_open(&changes, &err));
	names_keeper_begin(&keeper, &tunnel, &changes);
	names_keeper_look(&keeper, &mend, &tunnel);
	names_keeper_end(&keeper);
	changes_close(&changes);
}

static void a_bus_that_comes_back_changes_nothing(void **state)
{
	struct played *const played = *state;

	snprintf(played->last, sizeof played->last, "GetLink");
	look_on(LO);
	assert_string_equal("GetLink GetLink Get Get Get", played->calls);
	assert_string_equal("", collected);
}

/* Without it nobody knows whether systemd-resolved asks them. */
static void says_what_it_cannot_see(void **state)
{
	(void)state;
	played_stop();
	look_on(LO);
	assert_string_equal("whether its name servers are asked cannot be seen: cannot "
			    "reach the system bus: Connection refused\n",
			    collected);
}

/* Whoever watches the link says that it is gone. */
static void says_nothing_of_an_interface_that_is_gone(void **state)
{
	refuse(*state, "GetLink", NO_SUCH_LINK, "Link 1 not known");
	look_on(NOWHERE);
	assert_string_equal("", collected);
	look_on(LO);
	assert_string_equal("its name servers are not asked: systemd-resolved does not "
			    "know the interface\n",
			    collected);
}

#define PLAYED(test) cmocka_unit_test_setup_teardown(test, played_begin, played_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLAYED(is_told_all_that_a_link_has),
	    PLAYED(what_it_says_is_quoted),
	    PLAYED(a_row_of_questions_has_one_deadline),
	    PLAYED(knows_an_interface_that_is_gone),
	    PLAYED(says_that_the_bus_went_away),
	    PLAYED(a_bus_that_comes_back_changes_nothing),
	    PLAYED(says_what_it_cannot_see),
	    PLAYED(says_nothing_of_an_interface_that_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
