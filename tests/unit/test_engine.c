/* SPDX-License-Identifier: ISC */
/* Protects: who speaks PPP is what the configuration says; what it leaves open is ppptun
 * only where both ends have it, and never where hooks are to run while the kernel has PPP.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/core/engine.h"
#include "policy/language/paths.h"

static const char pppd[] = "/usr/sbin/pppd";

static enum ppp_engine settle(enum ppp_engine wanted, bool here, bool there, bool hooks)
{
	const struct engine_question question = {wanted, pppd, hooks, here, there};

	return engine_settle(&question);
}

static void what_is_wanted_is_taken(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 8; bits++) {
		const bool here = bits & 1, there = bits & 2, hooks = bits & 4;

		assert_int_equal(settle(PPP_PPPD, here, there, hooks), PPP_PPPD);
		assert_int_equal(settle(PPP_PPPTUN, here, there, hooks), PPP_PPPTUN);
	}
}

static void auto_takes_ppptun_when_both_have_it(void **state)
{
	(void)state;
	assert_int_equal(settle(PPP_AUTO, true, true, false), PPP_PPPTUN);
	assert_int_equal(settle(PPP_AUTO, true, false, false), PPP_AUTO);
}

static void auto_with_hooks_is_what_runs_them(void **state)
{
	(void)state;
	assert_int_equal(settle(PPP_AUTO, true, true, true), PPP_PPPD);
	assert_int_equal(settle(PPP_AUTO, true, false, true), PPP_PPPD);
}

static void auto_without_ppptun_here_is_pppd(void **state)
{
	(void)state;
	assert_int_equal(settle(PPP_AUTO, false, true, false), PPP_PPPD);
	assert_int_equal(settle(PPP_AUTO, false, false, true), PPP_PPPD);
}

static void a_pppd_that_is_ppptun_is_ppptun(void **state)
{
	const char own[] = "/opt/ppptun";
	const struct engine_question question = {PPP_PPPD, own, true, false, false};

	(void)state;
	assert_int_equal(engine_settle(&question), PPP_PPPTUN);
	assert_string_equal(engine_program(PPP_PPPTUN, own), own);
	assert_true(engine_is_ppptun("ppptun"));
	assert_false(engine_is_ppptun("/usr/libexec/ppptun/pppd"));
	assert_false(engine_is_ppptun("/opt/ppptun2"));
}

static void programs_and_names(void **state)
{
	(void)state;
	assert_string_equal(engine_program(PPP_PPPD, pppd), pppd);
	assert_string_equal(engine_program(PPP_PPPTUN, pppd), PATH_PPPTUN);
	assert_string_equal(engine_name(PPP_PPPD), "pppd");
	assert_string_equal(engine_name(PPP_PPPTUN), "ppptun");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_wanted_is_taken),
	    cmocka_unit_test(auto_takes_ppptun_when_both_have_it),
	    cmocka_unit_test(auto_with_hooks_is_what_runs_them),
	    cmocka_unit_test(auto_without_ppptun_here_is_pppd),
	    cmocka_unit_test(a_pppd_that_is_ppptun_is_ppptun),
	    cmocka_unit_test(programs_and_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
