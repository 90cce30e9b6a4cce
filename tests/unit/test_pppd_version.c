/* SPDX-License-Identifier: ISC */
/* Protects: only a pppd that is known to run without uid 0 is launched without it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/core/pppd_version.h"

static void versions_from_2_5_4_on_suffice(void **state)
{
	(void)state;
	assert_true(pppd_version_suffices("pppd version 2.5.4\n"));
	assert_true(pppd_version_suffices("pppd version 2.5.10\n"));
	assert_true(pppd_version_suffices("pppd version 2.6.0"));
	assert_true(pppd_version_suffices("pppd version 3.0.0"));
}

static void older_or_unreadable_versions_need_uid_0(void **state)
{
	(void)state;
	assert_false(pppd_version_suffices("pppd version 2.4.9\n"));
	assert_false(pppd_version_suffices("pppd version 2.5.3\n"));
	assert_false(pppd_version_suffices("pppd version 1.9.9\n"));
	assert_false(pppd_version_suffices("pppd version 2.5\n"));
	assert_false(pppd_version_suffices("pppd: must be root"));
	assert_false(pppd_version_suffices(""));
}

static void versions_before_2_4_9_ask_in_every_interval(void **state)
{
	(void)state;
	assert_true(pppd_version_always_asks("pppd version 2.4.8\n"));
	assert_true(pppd_version_always_asks("pppd version 2.3.11\n"));
	assert_false(pppd_version_always_asks("pppd version 2.4.9\n"));
	assert_false(pppd_version_always_asks("pppd version 2.5.0\n"));
	assert_false(pppd_version_always_asks("pppd version 3.0.0"));
	/* One that does not say gets every word. */
	assert_false(pppd_version_always_asks("pppd: must be root"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(versions_from_2_5_4_on_suffice),
	    cmocka_unit_test(older_or_unreadable_versions_need_uid_0),
	    cmocka_unit_test(versions_before_2_4_9_ask_in_every_interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
