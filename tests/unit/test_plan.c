/* SPDX-License-Identifier: ISC */
/* Protects: what pppd and sshroute are launched with is exactly the plan, printed from
 * values. */
#include "tests/unit/plan_fixture.h"

#include <errno.h>
#include <unistd.h>

#include "agent/confine/confine.h"
#include "agent/core/login.h"
#include "agent/core/pppd_version.h"
#include "policy/language/legacy.h"

static void pppd_plan_is_the_fixed_words_and_the_peers_values(void **state)
{
	const struct ppp_end end = {
	    .interface = "sp-alice",
	    .local = address("10.9.0.2"),
	    .remote = address("10.9.0.1"),
	    .mru = 1500,
	    .keepalive = 15,
	};
	struct error err = {0};
	struct plan plan;

	(void)state;
	assert_int_equal(plan_ppp(&plan, target, &end, &err), 0);
	assert_words(
	    &plan, "/usr/bin/true notty nodetach noauth local nocrtscts nolock noccp novj "
		   "noipdefault nodefaultroute noproxyarp asyncmap 0 "
		   "10.9.0.2:10.9.0.1 noipv6 mru 1500 mtu 1500 lcp-echo-interval 3 "
		   "lcp-echo-failure 3 lcp-echo-adaptive ifname sp-alice");
}

static void pppd_plan_gives_a_terminals_name_and_interface_identifiers(void **state)
{
	const struct ppp_end end = {
	    .interface = "sp-office",
	    .local6 = address("fd00:9::1"),
	    .remote6 = address("fd00:9::a:b:0:2"),
	    .mru = 1400,
	    .keepalive = 15,
	    .tty = "/dev/pts/7",
	};
	struct error err = {0};
	struct plan plan;

	(void)state;
	assert_int_equal(plan_ppp(&plan, target, &end, &err), 0);
	assert_words(
	    &plan,
	    "/usr/bin/true /dev/pts/7 nodetach noauth local nocrtscts nolock noccp novj "
	    "noipdefault nodefaultroute noproxyarp asyncmap 0 "
	    "noip +ipv6 ipv6 ::0:0:0:1,::a:b:0:2 mru 1400 mtu 1400 "
	    "lcp-echo-interval 3 lcp-echo-failure 3 lcp-echo-adaptive ifname sp-office");
}

static void pppd_without_ipv6_gets_no_word_of_it_or_no_link(void **state)
{
	const struct pppd_nature full = {0}, plain = {.lacks_ipv6 = true},
				 older = {.always_asks = true};
	struct ppp_end end = {
	    /* Which is no reason to take the name away. */
	    .interface = "noipv6",
	    .local = address("10.9.0.2"),
	    .remote = address("10.9.0.1"),
	    .mru = 1500,
	    .keepalive = 15,
	};
	struct error err = {0};
	struct plan plan;
	size_t before;

	(void)state;
	assert_int_equal(plan_ppp(&plan, target, &end, &err), 0);
	before = plan.words.argc;
	assert_int_equal(pppd_adapt(&plan, &full, &err), 0);
	assert_int_equal(plan.words.argc, before);
	assert_int_equal(pppd_adapt(&plan, &older, &err), 0);
	assert_int_equal(plan.words.argc, before - 1);
	assert_false(words_drop(&plan.words, "lcp-echo-adaptive"));
	assert_int_equal(plan_ppp(&plan, target, &end, &err), 0);
	assert_int_equal(pppd_adapt(&plan, &plain, &err), 0);
	assert_int_equal(plan.words.argc, before - 1);
	assert_last_words(&plan, "10.9.0.2:10.9.0.1 mru 1500 mtu 1500 lcp-echo-interval 3 "
				 "lcp-echo-failure 3 lcp-echo-adaptive ifname noipv6");
	end.local6 = address("fd00:9::2");
	end.remote6 = address("fd00:9::1");
	assert_int_equal(plan_ppp(&plan, target, &end, &err), 0);
	assert_int_equal(pppd_adapt(&plan, &plain, &err), -1);
	assert_string_equal(err.text, "/usr/bin/true was built without IPv6, but this link "
				      "has IPv6 addresses");
}

/* What is left out where pppd was built without multilink. */
static void pppd_plan_has_no_word_that_upstreams_pppd_lacks(void **state)
{
	const struct ppp_end end = {.interface = "sp-x", .mru = 1500};
	struct error err = {0};
	struct plan plan;

	(void)state;
	assert_int_equal(plan_ppp(&plan, target, &end, &err), 0);
	assert_false(words_drop(&plan.words, "nomultilink"));
	assert_false(words_drop(&plan.words, "nomp"));
}

/* Whoever does not ask for the overflow has nothing to execute. */
static void words_that_do_not_fit_are_no_plan(void **state)
{
	static struct prefix_line sources[WORDS_MAX];
	const struct ppp_end end = {
	    .interface = "sp-x", .mru = 1500, .sources = sources, .nsources = WORDS_MAX};
	struct error err = {0};
	static struct plan plan;

	(void)state;
	for (size_t i = 0; i < WORDS_MAX; i++)
		sources[i].prefix.addr.family = AF_INET;
	assert_int_equal(plan_ppp(&plan, "/usr/libexec/ppptun", &end, &err), -1);
	assert_string_equal(err.text,
			    "the command line of /usr/libexec/ppptun is too long");
	assert_int_equal(plan.words.argc, 0);
	assert_null(plan.words.argv[0]);
	/* It stays so. */
	words_add(&plan.words, "more");
	assert_true(plan.words.overflow);
	assert_null(plan.words.argv[0]);
}

/* ssh -t holds a flag that follows CR or LF. */
static void an_end_behind_ssh_t_asks_for_no_cr_and_lf(void **state)
{
	const struct ppp_end end = {
	    .interface = "sp-x", .mru = 1500, .keepalive = 60, .ssh_tty = true};
	struct error err = {0};
	struct plan plan;

	(void)state;
	assert_int_equal(plan_ppp(&plan, target, &end, &err), 0);
	assert_words(
	    &plan, "/usr/bin/true notty nodetach noauth local nocrtscts nolock noccp novj "
		   "noipdefault nodefaultroute noproxyarp asyncmap 0 "
		   "asyncmap 2400 noip noipv6 mru 1500 mtu 1500 lcp-echo-interval 12 "
		   "lcp-echo-failure 3 lcp-echo-adaptive ifname sp-x");
}

static void pppd_that_answers_only_is_silent(void **state)
{
	const struct ppp_end end = {.interface = "sp-x", .mru = 1500, .silent = true};
	struct error err = {0};
	struct plan plan;

	(void)state;
	assert_int_equal(plan_ppp(&plan, target, &end, &err), 0);
	assert_string_equal(plan.words.argv[plan.words.argc - 1], "silent");
}

static bool plan_has(const struct plan *plan, const struct legacy_word *row)
{
	for (size_t i = 1; i < plan->words.argc; i++)
		if (strcmp(plan->words.argv[i], row->words) == 0)
			return row->argument == NULL ||
			       (i + 1 < plan->words.argc &&
				strcmp(plan->words.argv[i + 1], row->argument) == 0);
	return false;
}

/* Who may say them gets what they say. */
static void legacy_words_that_are_taken_stand_in_the_plan(void **state)
{
	const struct ppp_end end = {
	    .interface = "sp-x", .mru = 1500, .keepalive = KEEPALIVE_LEGACY};
	struct error err = {0};
	struct plan plan;
	size_t planned = 0;

	(void)state;
	assert_int_equal(plan_ppp(&plan, target, &end, &err), 0);
	for (size_t i = 0; i < legacy_word_count; i++) {
		const struct legacy_word *row = &legacy_words[i];

		if (row->kind == LEGACY_PLANNED && !plan_has(&plan, row))
			fail_msg("not in the plan: %s", row->words);
		if (row->kind == LEGACY_REFUSED && plan_has(&plan, row))
			fail_msg("refused, and in the plan: %s", row->words);
		planned += row->kind == LEGACY_PLANNED;
	}
	assert_true(planned > 0);
}

static void environment_of_the_target_is_a_path_and_nothing_else(void **state)
{
	const struct ppp_end end = {.interface = "sp-x", .mru = 1500};
	struct error err = {0};
	struct plan plan;

	(void)state;
	assert_int_equal(plan_ppp(&plan, target, &end, &err), 0);
	assert_string_equal(plan.envp[0], "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	assert_null(plan.envp[1]);
}

static void target_is_opened_where_the_filter_looks_for_it(void **state)
{
	const struct ppp_end end = {.interface = "sp-x", .mru = 1500};
	struct error err = {0};
	struct plan plan;

	(void)state;
	assert_int_equal(plan_ppp(&plan, target, &end, &err), 0);
	assert_int_equal(plan.fd, -1);
	assert_int_equal(plan_open(&plan, &err), 0);
	assert_int_equal(plan.fd, CONFINE_EXEC_FD);
	close(plan.fd);
}

static void target_that_is_missing_or_no_program_is_not_opened(void **state)
{
	const struct ppp_end end = {.interface = "sp-x", .mru = 1500};
	struct error err = {0};
	struct plan plan;

	(void)state;
	assert_int_equal(plan_ppp(&plan, "/usr/sbin/no-such-pppd", &end, &err), 0);
	assert_int_equal(plan_open(&plan, &err), -1);
	assert_int_equal(err.sys, ENOENT);
	assert_int_equal(plan.fd, -1);
	/* a directory is no program */
	assert_int_equal(plan_ppp(&plan, "/usr/bin", &end, &err), 0);
	assert_int_equal(plan_open(&plan, &err), -1);
	assert_int_equal(plan.fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pppd_plan_is_the_fixed_words_and_the_peers_values),
	    cmocka_unit_test(pppd_plan_gives_a_terminals_name_and_interface_identifiers),
	    cmocka_unit_test(words_that_do_not_fit_are_no_plan),
	    cmocka_unit_test(an_end_behind_ssh_t_asks_for_no_cr_and_lf),
	    cmocka_unit_test(pppd_that_answers_only_is_silent),
	    cmocka_unit_test(pppd_without_ipv6_gets_no_word_of_it_or_no_link),
	    cmocka_unit_test(pppd_plan_has_no_word_that_upstreams_pppd_lacks),
	    cmocka_unit_test(legacy_words_that_are_taken_stand_in_the_plan),
	    cmocka_unit_test(environment_of_the_target_is_a_path_and_nothing_else),
	    cmocka_unit_test(target_is_opened_where_the_filter_looks_for_it),
	    cmocka_unit_test(target_that_is_missing_or_no_program_is_not_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
