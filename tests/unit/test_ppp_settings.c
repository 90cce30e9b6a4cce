/* SPDX-License-Identifier: ISC */
/* Protects: ppptun takes the options of pppd that plans use, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "agent/ppp/settings.h"

static void options_are_taken_or_refused(void **state)
{
	static const char *const refused[] = {
	    "plugin x",
	    "pty x",
	    "connect x",
	    "call x",
	    "file x",
	    "defaultroute",
	    "proxyarp",
	    "auth",
	    "mru 127",
	    "mru 65536",
	    "mru",
	    "10.9.0.1:x",
	    "ifname a/b",
	    "ipv6 1,2",
	    "ipv6 fe80::1,",
	    "ipv6 ::0:0:0:0,::1",
	    "ipv6 ::1,::",
	    "asyncmap x",
	    "asyncmap 1ffffffff",
	    "noip",
	    "/dev/../x",
	    "source 10.0.0.1/8",
	    "--Help",
	    "mru 0x10",
	    "logfd 64",
	    "unit 3",
	    "0.0.0.0:10.0.0.1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		char text[64], *argv[3] = {(char[]){"ppptun"}, text, NULL}, *blank;
		struct settings settings;
		struct policy_error err = {0};

		(void)strncpy(text, refused[i], sizeof text - 1);
		text[sizeof text - 1] = '\0';
		blank = strchr(text, ' ');
		if (blank != NULL) {
			*blank = '\0';
			argv[2] = blank + 1;
		}
		if (settings_parse(&settings, blank != NULL ? 3 : 2, argv, &err) == 0)
			fail_msg("%s is taken", refused[i]);
		assert_string_not_equal(err.text, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_are_taken_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
