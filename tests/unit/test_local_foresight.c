/* SPDX-License-Identifier: ISC */
/* What a profile settles before its remote has answered, and what `check` tells of it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/net/modules.h"
#include "local/foresight.h"
#include "local/obstacle.h"
#include "local/rehearsal.h"
#include "local/ssh_view.h"
#include "local/undo.h"
#include "tests/unit/parse_text.h"
#include "unit.h"

static struct profile profile_of(const char *lines)
{
	struct profile profile;
	struct error err;
	char text[1024];

	snprintf(text, sizeof text, "Host remote\nRunAs alice\n%s\nEnd\n", lines);
	if (profile_parse("p.conf", "p", text, strlen(text), &profile, &err) != 0)
		fail_msg("profile: %s", err.text);
	return profile;
}

static void two_remotes_choose(const char *lines, struct choice choice[FORESIGHTS])
{
	const struct profile profile = profile_of(lines);
	struct failure failure;

	for (unsigned i = 0; i < FORESIGHTS; i++)
		if (foresee_addresses(&profile, i, &choice[i], &failure) != 0)
			fail_msg("%s: %s", lines, failure.text);
}

/* Whether that family is there, and the same with both remotes. */
static void expect(const char *lines, sa_family_t family, bool there, bool settled)
{
	static struct choice choice[FORESIGHTS];
	const struct link_pair *pair[FORESIGHTS];

	two_remotes_choose(lines, choice);
	for (unsigned i = 0; i < FORESIGHTS; i++)
		pair[i] = family == AF_INET ? &choice[i].pair : &choice[i].pair6;
	for (unsigned i = 0; i < FORESIGHTS; i++)
		assert_int_equal(there ? family : AF_UNSPEC, pair[i]->local.family);
	if (there) {
		assert_int_equal(settled, ip_addr_equal(&pair[0]->local, &pair[1]->local));
		assert_int_equal(settled,
				 ip_addr_equal(&pair[0]->remote, &pair[1]->remote));
	}
}

static void the_profiles_addresses_are_settled(void **state)
{
	(void)state;
	expect("Address 10.9.0.1 10.9.0.2", AF_INET, true, true);
	expect("Address 10.9.0.1 10.9.0.2", AF_INET6, false, false);
	expect("Address6 fd00:9::1 fd00:9::2", AF_INET, false, false);
	expect("Address6 fd00:9::1 fd00:9::2", AF_INET6, true, true);
}

static void the_remotes_addresses_are_not(void **state)
{
	(void)state;
	expect("Accept address", AF_INET, true, false);
	expect("Accept address", AF_INET6, false, false);
	expect("Accept address fd00:2::/48", AF_INET, false, false);
	expect("Accept address fd00:2::/48", AF_INET6, true, false);
	expect("Accept address 10.2.0.0/16 fd00:2::/48", AF_INET, true, false);
	expect("Accept address\nRoute fd00:2::/48\nAddress 10.9.0.1 10.9.0.2", AF_INET,
	       true, true);
	expect("Accept address\nRoute fd00:2::/48\nAddress 10.9.0.1 10.9.0.2", AF_INET6,
	       true, false);
}

/* The remote may always want smaller packets. */
static void the_size_is_never_settled(void **state)
{
	static const char *const samples[] = {"Accept address", "Accept address\nMru 1400",
					      "Accept address fd00:2::/48\nMru 1280"};
	static struct choice choice[FORESIGHTS];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		two_remotes_choose(samples[i], choice);
		assert_int_not_equal(choice[0].mru, choice[1].mru);
	}
	two_remotes_choose(samples[2], choice);
	assert_int_equal(MRU_IPV6_MIN, choice[0].mru);
	assert_int_equal(MRU_IPV6_MIN, choice[1].mru);
}

static void what_is_accepted_by_name_is_offered(void **state)
{
	const struct profile profile =
	    profile_of("Accept address 10.2.0.0/16 fd00:2::/48 any");
	struct ready ready;

	(void)state;
	foresee_ready(&profile, 0, &ready);
	assert_int_equal(2, ready.noffers);
}

static void the_first_error_decides(void **state)
{
	static struct obstacles all;
	struct failure failure;
	struct error err;

	(void)state;
	all = (struct obstacles){.name = "p", .file = "/etc/p.conf"};
	assert_int_equal(EXIT_DONE, obstacle_code(&all));
	obstacle_add(&all, EXIT_DONE, 3, "a %s", "warning");
	assert_int_equal(EXIT_DONE, obstacle_code(&all));
	failure_set(&failure, EXIT_SYSTEM, "/etc/p.conf:12: no route");
	obstacle_failure(&all, 0, &failure);
	error_at(&err, "/etc/other", 4, 5, "wrong");
	obstacle_error(&all, EXIT_POLICY, 7, &err);
	assert_int_equal(EXIT_SYSTEM, obstacle_code(&all));
	assert_int_equal(3, all.count);
	assert_string_equal("a warning", all.list[0].text);
	assert_int_equal(3, all.list[0].line);
	/* The place is told before the sentence, and once. */
	assert_string_equal("no route", all.list[1].text);
	assert_int_equal(12, all.list[1].line);
	assert_string_equal("/etc/p.conf", all.list[1].file);
	assert_string_equal("/etc/other", all.list[2].file);
	assert_int_equal(4, all.list[2].line);
	assert_int_equal(5, all.list[2].column);
}

static void too_many_obstacles_are_told(void **state)
{
	static struct obstacles all;

	(void)state;
	all = (struct obstacles){.name = "p", .file = "/etc/p.conf"};
	for (int i = 0; i < OBSTACLES_MAX; i++)
		obstacle_add(&all, EXIT_DONE, 1, "number %d", i);
	obstacle_add(&all, EXIT_POLICY, 1, "one more");
	assert_int_equal(OBSTACLES_MAX, all.count);
	assert_string_equal("there is more that is not told",
			    all.list[OBSTACLES_MAX - 1].text);
	/* What is not told may be an error. */
	assert_int_equal(EXIT_POLICY, obstacle_code(&all));
}

static void ssh_uses_the_first_key_that_is_open(void **state)
{
	struct ssh_view view = {.nkeys = 4};

	(void)state;
	assert_null(ssh_view_usable(&(struct ssh_view){.nkeys = 0}));
	view.keys[0].kind = PRIVATE_KEY_UNREAD;
	view.keys[1].kind = PRIVATE_KEY_AGENT;
	view.keys[2] =
	    (struct ssh_view_key){.kind = PRIVATE_KEY_OPEN, .own = true, .shared = true};
	view.keys[3] = (struct ssh_view_key){.kind = PRIVATE_KEY_OPEN, .shared = true};
	assert_ptr_equal(&view.keys[3], ssh_view_usable(&view));
	view.keys[2].shared = false;
	assert_ptr_equal(&view.keys[2], ssh_view_usable(&view));
}

static void a_module_is_known_by_its_file(void **state)
{
	static const char line[] =
	    "kernel/drivers/net/ppp/ppp_async.ko.xz: kernel/lib/crc-ccitt.ko.xz "
	    "kernel/drivers/net/ppp/ppp_generic.ko.xz\n";

	(void)state;
	assert_true(module_is_named(line, "ppp_async"));
	assert_false(module_is_named(line, "ppp_generic"));
	assert_false(module_is_named(line, "ppp"));
	assert_true(module_is_named("kernel/drivers/net/tun.ko\n", "tun"));
	assert_true(module_is_named("kernel/drivers/net/tun.ko:\n", "tun"));
	assert_false(module_is_named("kernel/drivers/net/tunnel4.ko:\n", "tun"));
	assert_false(module_is_named("tun.ko:\n", "tun"));
	assert_false(module_is_named("", "tun"));
}

/* What the function prints of two command lines. */
static void expect_words(char *const *argv, char *const *other, const char *expected)
{
	char got[256] = "";
	int fds[2], kept = dup(STDOUT_FILENO);
	ssize_t len;

	fflush(stdout);
	assert_int_equal(0, pipe(fds));
	assert_true(dup2(fds[1], STDOUT_FILENO) >= 0);
	rehearsal_print_words(argv, other);
	fflush(stdout);
	assert_true(dup2(kept, STDOUT_FILENO) >= 0);
	close(kept);
	close(fds[1]);
	len = read(fds[0], got, sizeof got - 1);
	close(fds[0]);
	assert_true(len >= 0);
	assert_string_equal(expected, got);
}

static void words_are_printed_for_a_shell(void **state)
{
	static char plain[] = "-oPort=22", blank[] = "a b", quote[] = "it's", bell[] = "\a",
		    none[] = "", star[] = "*";
	char *const all[] = {plain, blank, quote, bell, none, star, NULL};
	char *const one[] = {plain, NULL}, *const two[] = {plain, blank, NULL};
	char *const changed[] = {plain, quote, NULL};

	(void)state;
	expect_words(all, all, "-oPort=22 'a b' 'it'\\''s' '\\x07' '' '*'\n");
	expect_words(two, changed, "-oPort=22 '" REHEARSAL_UNKNOWN "'\n");
	/* What one of them has not is unknown as well. */
	expect_words(two, one, "-oPort=22 '" REHEARSAL_UNKNOWN "'\n");
}

/* What undo_all() does something for is told, and what changed nothing is not. */
static void what_is_undone_has_words(void **state)
{
	static const enum journal_kind undone[] = {JOURNAL_CONTROL, JOURNAL_PROCESS,
						   JOURNAL_LINK,    JOURNAL_ROUTE,
						   JOURNAL_HELD,    JOURNAL_FILTER,
						   JOURNAL_TABLE},
				       others[] = {JOURNAL_SUPERVISOR, JOURNAL_PAIR,
						   JOURNAL_DEVICE,     JOURNAL_UP,
						   JOURNAL_FAILED,     JOURNAL_WAITING};

	(void)state;
	for (size_t i = 0; i < COUNT(undone); i++)
		assert_non_null(undo_describe(undone[i]));
	for (size_t i = 0; i < COUNT(others); i++)
		assert_null(undo_describe(others[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_profiles_addresses_are_settled),
	    cmocka_unit_test(the_remotes_addresses_are_not),
	    cmocka_unit_test(the_size_is_never_settled),
	    cmocka_unit_test(what_is_accepted_by_name_is_offered),
	    cmocka_unit_test(the_first_error_decides),
	    cmocka_unit_test(too_many_obstacles_are_told),
	    cmocka_unit_test(ssh_uses_the_first_key_that_is_open),
	    cmocka_unit_test(a_module_is_known_by_its_file),
	    cmocka_unit_test(words_are_printed_for_a_shell),
	    cmocka_unit_test(what_is_undone_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
